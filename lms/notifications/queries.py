"""What is owed to whom, and the facts a mail tells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.accounts.names import search_key
from lms.assessment.models import Review, Submission
from lms.catalogue.models import Assignment, Module, ProgrammeVersion
from lms.clock import now
from lms.cohorts.lifecycle import SEATED
from lms.cohorts.models import Cohort, Enrolment, GroupMember
from lms.credentials.models import Certificate
from lms.credentials.states import ReplacementKind
from lms.db import Record
from lms.errors import Missing
from lms.notifications.kinds import TOPICS, Kind, Topic
from lms.notifications.models import (
    MOST_TRIES,
    Announcement,
    AnnouncementReader,
    Audience,
    OutboxMessage,
    OutboxState,
    Preference,
)
from lms.paging import SIZE, Page, key_of, page_of
from lms.reporting import queries as reporting
from lms.reporting.filters import Filter


def wants(user_id: int, kind: Kind) -> bool:
    """Whether the person gets mails of this kind."""
    topic = TOPICS.get(kind)
    if topic is None:
        return True
    unwanted = exists().where(Preference.user_id == user_id, Preference.kind == topic)
    return not db.session().execute(select(unwanted)).scalar_one()


def unwilling(user_ids: Collection[int], kind: Kind) -> frozenset[int]:
    """Those of these people who get no mails of this kind."""
    topic = TOPICS.get(kind)
    if topic is None:
        return frozenset()
    who = select(Preference.user_id).where(Preference.user_id.in_(user_ids), Preference.kind == topic)
    return frozenset(db.session().scalars(who))


def unwanted_topics(user_id: int) -> frozenset[Topic]:
    rows = db.session().scalars(select(Preference.kind).where(Preference.user_id == user_id)).all()
    return frozenset(Topic(row) for row in rows if row in set(Topic))


def _due() -> ColumnElement[bool]:
    return and_(OutboxMessage.sent_at.is_(None), OutboxMessage.next_try_at <= now())


def is_any_due() -> bool:
    return db.session().execute(select(exists().where(_due()))).scalar_one()


def due_messages(most: int) -> Sequence[int]:
    """The ids of what should be sent now, oldest promise first."""
    return db.session().scalars(select(OutboxMessage.id).where(_due()).order_by(OutboxMessage.id).limit(most)).all()


def message(message_id: int) -> OutboxMessage:
    found = db.session().get(OutboxMessage, message_id)
    if found is None:
        raise Missing
    return found


def _is_in(state: OutboxState) -> ColumnElement[bool]:
    given_up = and_(OutboxMessage.sent_at.is_(None), OutboxMessage.next_try_at.is_(None))
    return {
        OutboxState.SENT: OutboxMessage.sent_at.is_not(None),
        OutboxState.WAITING: and_(OutboxMessage.sent_at.is_(None), OutboxMessage.next_try_at.is_not(None)),
        OutboxState.FAILED: and_(
            given_up, or_(OutboxMessage.tries >= MOST_TRIES, OutboxMessage.refused_at.is_not(None))
        ),
        OutboxState.DROPPED: and_(given_up, OutboxMessage.tries < MOST_TRIES, OutboxMessage.refused_at.is_(None)),
    }[state]


def state_of(message: Record) -> OutboxState:
    """The state of a row that ``outbox`` returned."""
    if message.sent_at is not None:
        return OutboxState.SENT
    if message.next_try_at is not None:
        return OutboxState.WAITING
    return OutboxState.FAILED if message.tries >= MOST_TRIES or message.refused_at else OutboxState.DROPPED


def failed_messages(*, kind: Kind | None = None, search: str = "") -> Select[int]:
    """The ids of what failed, of a kind and to those whom the search finds."""
    query = select(OutboxMessage.id).outerjoin(User, User.id == OutboxMessage.user_id)
    return _narrowed(query, OutboxState.FAILED, kind, search)


Narrowed = TypeVar("Narrowed", bound=Select[*tuple[Any, ...]])


def _narrowed(query: Narrowed, state: OutboxState | None, kind: Kind | None, search: str) -> Narrowed:
    if state is not None:
        query = query.where(_is_in(state))
    if kind is not None:
        query = query.where(OutboxMessage.kind == kind)
    for word in search_key(search).split():
        query = query.where(or_(
            User.search_name.contains(word, autoescape=True), func.lower(User.email).contains(word, autoescape=True),
            func.lower(OutboxMessage.name).contains(word, autoescape=True),
            func.lower(OutboxMessage.email).contains(word, autoescape=True),
        ))  # fmt: skip
    return query


def outbox(
    *, state: OutboxState | None = None, kind: Kind | None = None, search: str = "", after: str | None = None,
    size: int = SIZE,
) -> Page[Record]:  # fmt: skip
    """Messages, newest first. Columns: id, kind, tries, created_at, next_try_at, sent_at, error, user_id, given_name,
    family_name, email; name, with user_id None, when it goes to somebody without an account."""
    query = (
        select(
            OutboxMessage.id, OutboxMessage.kind, OutboxMessage.tries, OutboxMessage.created_at, OutboxMessage.next_try_at,
            OutboxMessage.sent_at, OutboxMessage.error, OutboxMessage.refused_at, OutboxMessage.user_id,
            User.given_name, User.family_name,
            func.coalesce(OutboxMessage.email, User.email).label("email"), OutboxMessage.name,
        )
        .outerjoin(User, User.id == OutboxMessage.user_id).order_by(OutboxMessage.id.desc()).limit(size + 1)
    )  # fmt: skip
    query = _narrowed(query, state, kind, search)
    place = key_of(after, 1)
    if place:
        query = query.where(OutboxMessage.id < place[0])
    return page_of(db.session().execute(query).all(), lambda row: (row.id,), size=size)


def backlog() -> dict[str, int]:
    """How many messages are waiting, late and failed; late: an hour past the first try."""
    waiting, failed = _is_in(OutboxState.WAITING), _is_in(OutboxState.FAILED)
    late = and_(waiting, OutboxMessage.created_at < now() - timedelta(hours=1))
    counts = select(*(func.count().filter(which).label(name) for name, which in
                      (("waiting", waiting), ("late", late), ("failed", failed))))  # fmt: skip
    open_ones = counts.where(OutboxMessage.sent_at.is_(None))
    return dict(db.session().execute(open_ones).one()._mapping)


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for. ``has_password`` is False for somebody without an account."""

    email: str
    given_name: str
    locale: str
    suspended_at: datetime | None = None
    has_password: bool = False


def reader_of(message: OutboxMessage) -> Reader:
    if message.user_id is None:  # then the database holds the other three (ck_outbox_messages_one_reader)
        return Reader(str(message.email), str(message.name), str(message.locale))
    columns = select(
        User.email,
        User.given_name,
        User.locale,
        User.suspended_at,
        User.password_hash.is_not(None).label("has_password"),
    )
    return Reader(*_one(columns.where(User.id == message.user_id)))


def cohort_facts(cohort_id: int) -> Record:
    """id, code, name, starts_on."""
    return _one(select(Cohort.id, Cohort.code, Cohort.name, Cohort.starts_on).where(Cohort.id == cohort_id))


def enrolment_facts(enrolment_id: int) -> Record:
    """user_id, cohort_id, cohort_name, starts_on, ends_on, title_fr, title_en."""
    columns = select(
        Enrolment.user_id, Enrolment.cohort_id, Cohort.name.label("cohort_name"), Cohort.starts_on, Cohort.ends_on,
        ProgrammeVersion.title_fr, ProgrammeVersion.title_en,
    )  # fmt: skip
    joined = columns.join(Cohort, Cohort.id == Enrolment.cohort_id)
    joined = joined.join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
    return _one(joined.where(Enrolment.id == enrolment_id))


def review_facts(review_id: int) -> Record:
    """user_id, enrolment_id, assignment_id, outcome, module_code, title_fr, title_en."""
    columns = select(
        Enrolment.user_id, Submission.enrolment_id, Submission.assignment_id, Review.outcome, Module.code.label("module_code"),
        Assignment.title_fr, Assignment.title_en,
    )  # fmt: skip
    joined = columns.select_from(Review).join(Submission, Submission.id == Review.submission_id)
    joined = joined.join(Enrolment, Enrolment.id == Submission.enrolment_id)
    joined = joined.join(Assignment, Assignment.id == Submission.assignment_id).join(
        Module, Module.id == Assignment.module_id
    )
    return _one(joined.where(Review.id == review_id))


def certificate_facts(certificate_id: int) -> Record:
    """user_id, code, title_fr, title_en, new_code (None: it was not replaced), corrects_one."""
    successor, predecessor = aliased(Certificate), aliased(Certificate)
    columns = select(
        Certificate.holder_id.label("user_id"), Certificate.code, ProgrammeVersion.certificate_title_fr.label("title_fr"),
        ProgrammeVersion.certificate_title_en.label("title_en"), successor.code.label("new_code"),
        exists().where(
            predecessor.replaced_by_id == Certificate.id, predecessor.replacement_kind == ReplacementKind.CORRECTION
        ).label("corrects_one"),
    )  # fmt: skip
    joined = columns.join(ProgrammeVersion, ProgrammeVersion.id == Certificate.programme_version_id)
    return _one(
        joined.outerjoin(successor, successor.id == Certificate.replaced_by_id).where(Certificate.id == certificate_id)
    )


def addressees(
    cohort_id: int, audience: Audience, *, group_id: int | None, enrolment_ids: Collection[int]
) -> list[int]:
    """The users an announcement would reach now: those who hold a place. Raises Missing when somebody chosen is not of the
    cohort."""
    if audience is Audience.AT_RISK:
        people = reporting.whole_cohort(cohort_id, Filter(at_risk=True))[1]
        return [person.row.user_id for person in people]
    query = select(Enrolment.user_id).where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(SEATED))
    if audience is Audience.GROUP:
        query = query.join(GroupMember, GroupMember.enrolment_id == Enrolment.id).where(
            GroupMember.group_id == group_id
        )
    if audience is Audience.CHOSEN:
        reporting.people_by_id(cohort_id, list(enrolment_ids))
        query = query.where(Enrolment.id.in_(enrolment_ids))
    return list(db.session().scalars(query.order_by(Enrolment.user_id)))


_ANNOUNCEMENTS = (
    select(
        Announcement.id, Announcement.cohort_id, Announcement.title, Announcement.body, Announcement.audience, Announcement.at,
        Cohort.name.label("cohort_name"), User.given_name, User.family_name,
    )
    .join(Cohort, Cohort.id == Announcement.cohort_id).outerjoin(User, User.id == Announcement.by)
)  # fmt: skip
_FOR_ME = _ANNOUNCEMENTS.add_columns(AnnouncementReader.read_at).join(
    AnnouncementReader, AnnouncementReader.announcement_id == Announcement.id
)

_ITS_READERS = select(func.count()).where(AnnouncementReader.announcement_id == Announcement.id).correlate(Announcement)
_COUNTED = _ANNOUNCEMENTS.add_columns(
    _ITS_READERS.scalar_subquery().label("all"),
    _ITS_READERS.where(AnnouncementReader.read_at.is_not(None)).scalar_subquery().label("read"),
)


def announcement_facts(announcement_id: int) -> Record:
    """id, cohort_id, title, body, audience, at, cohort_name, and the author's given_name and family_name."""
    return _one(_ANNOUNCEMENTS.where(Announcement.id == announcement_id))


def announcement_for(user_id: int, announcement_id: int) -> Record:
    """The same with ``read_at``. Raises Missing when it is not for this person."""
    return _one(_FOR_ME.where(Announcement.id == announcement_id, AnnouncementReader.user_id == user_id))


def announcements_for(user_id: int, after: str | None = None) -> Page[Record]:
    """What was announced to somebody, newest first; columns as ``announcement_for``."""
    query = _FOR_ME.where(AnnouncementReader.user_id == user_id).order_by(Announcement.id.desc()).limit(SIZE + 1)
    place = key_of(after, 1)
    if place and isinstance(place[0], int):
        query = query.where(Announcement.id < place[0])
    return page_of(db.session().execute(query).all(), lambda row: (row.id,))


def announcements_in(cohort_id: int, after: str | None = None) -> Page[Record]:
    """What was announced in a cohort, newest first, with how many have ``read`` it, of ``all`` it is for."""
    query = _COUNTED.where(Announcement.cohort_id == cohort_id)
    place = key_of(after, 1)
    if place and isinstance(place[0], int):
        query = query.where(Announcement.id < place[0])
    rows = db.session().execute(query.order_by(Announcement.id.desc()).limit(SIZE + 1)).all()
    return page_of(rows, lambda row: (row.id,))


def announcement_in(cohort_id: int, announcement_id: int) -> Record:
    """For those who may write to the cohort. Columns as ``announcement_facts`` with ``all`` and ``read``."""
    return _one(_COUNTED.where(Announcement.id == announcement_id, Announcement.cohort_id == cohort_id))


def readers_of(announcement_id: int, after: str | None = None, *, size: int = SIZE) -> Page[Record]:
    """Whom an announcement is for, by name: user_id, given_name, family_name, read_at, and when the mail was sent."""
    key = literal(f"{Kind.ANNOUNCEMENT}:{announcement_id}:") + cast(AnnouncementReader.user_id, String)
    query = (
        select(AnnouncementReader.user_id, AnnouncementReader.read_at, User.given_name, User.family_name,
               OutboxMessage.sent_at, OutboxMessage.error)
        .join(User, User.id == AnnouncementReader.user_id).outerjoin(OutboxMessage, OutboxMessage.key == key)
        .where(AnnouncementReader.announcement_id == announcement_id)
        .order_by(User.family_name, User.id).limit(size + 1)
    )  # fmt: skip
    place = key_of(after, 2)
    if place and isinstance(place[0], str) and isinstance(place[1], int):
        query = query.where(tuple_(User.family_name, User.id) > tuple_(*place))
    return page_of(db.session().execute(query).all(), lambda row: (row.family_name, row.user_id), size=size)


def addressees_after(announcement_id: int, user_id: int, most: int) -> Sequence[int]:
    """The users an announcement is for, some at a time, in the order of their ids."""
    query = select(AnnouncementReader.user_id).where(
        AnnouncementReader.announcement_id == announcement_id, AnnouncementReader.user_id > user_id
    )
    return db.session().scalars(query.order_by(AnnouncementReader.user_id).limit(most)).all()


def _one(query: Select[*tuple[Any, ...]]) -> Record:
    row = db.session().execute(query).one_or_none()
    if row is None:
        raise Missing
    return row
