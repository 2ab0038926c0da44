"""What is owed to whom, and the facts a mail tells."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.assessment.models import Review, Submission
from lms.catalogue.models import Assignment, Module, ProgrammeVersion
from lms.clock import now
from lms.cohorts.models import Cohort, Enrolment
from lms.credentials.models import Certificate
from lms.credentials.states import ReplacementKind
from lms.db import Record
from lms.errors import Missing
from lms.notifications.kinds import TOPICS, Kind, Topic
from lms.notifications.models import MOST_TRIES, OutboxMessage, OutboxState, Preference
from lms.paging import SIZE, Page, key_of, page_of


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
        OutboxState.FAILED: and_(given_up, OutboxMessage.tries >= MOST_TRIES),
        OutboxState.DROPPED: and_(given_up, OutboxMessage.tries < MOST_TRIES),
    }[state]


def state_of(message: Record) -> OutboxState:
    """The state of a row that ``outbox`` returned."""
    if message.sent_at is not None:
        return OutboxState.SENT
    if message.next_try_at is not None:
        return OutboxState.WAITING
    return OutboxState.FAILED if message.tries >= MOST_TRIES else OutboxState.DROPPED


def outbox(*, state: OutboxState | None = None, kind: Kind | None = None, after: str | None = None) -> Page[Record]:
    """Messages, newest first. Columns: id, kind, tries, created_at, next_try_at, sent_at, error, user_id, given_name,
    family_name, email; name, with user_id None, when it goes to somebody without an account."""
    query = (
        select(
            OutboxMessage.id, OutboxMessage.kind, OutboxMessage.tries, OutboxMessage.created_at, OutboxMessage.next_try_at,
            OutboxMessage.sent_at, OutboxMessage.error, OutboxMessage.user_id, User.given_name, User.family_name,
            func.coalesce(OutboxMessage.email, User.email).label("email"), OutboxMessage.name,
        )
        .outerjoin(User, User.id == OutboxMessage.user_id).order_by(OutboxMessage.id.desc()).limit(SIZE + 1)
    )  # fmt: skip
    if state is not None:
        query = query.where(_is_in(state))
    if kind is not None:
        query = query.where(OutboxMessage.kind == kind)
    place = key_of(after, 1)
    if place:
        query = query.where(OutboxMessage.id < place[0])
    return page_of(db.session().execute(query).all(), lambda row: (row.id,))


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


def _one(query: Select[*tuple[Any, ...]]) -> Record:
    row = db.session().execute(query).one_or_none()
    if row is None:
        raise Missing
    return row
