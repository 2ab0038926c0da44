"""One ``announce_…`` for each event worth a message, and what becomes of a message afterwards.

A message is a row in the transaction of the fact. Its key is made of the fact, so a fact told twice is one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from lms import audit, db
from lms.accounts import queries as accounts
from lms.accounts.events import PasswordChanged, PasswordResetAsked, SecondFactorChanged, UserInvited
from lms.accounts.models import User
from lms.assessment.events import WorkReviewed
from lms.assessment.models import Outcome
from lms.clock import now, today
from lms.cohorts.events import HeadCountLow, ParticipantEnrolled
from lms.credentials.events import CertificateIssued, CertificateReplaced, CertificateRevoked
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.jobs import JobParked, enqueue
from lms.notifications import queries
from lms.notifications.kinds import Kind, Topic
from lms.notifications.models import (
    BACK_OFF,
    MOST_TRIES,
    Announcement,
    AnnouncementReader,
    Audience,
    OutboxMessage,
    Preference,
)
from lms.permissions import Actor, Role
from lms.timetable import queries as timetable
from lms.timetable.events import SessionCancelled, SessionMoved, SheetOverdue

MAIL_ANNOUNCEMENT = "notifications.mail_announcement"


@dataclass(frozen=True)
class Outsider:
    """Somebody we write to who has no account, such as an applicant. ``locale`` is fr or en."""

    email: str
    name: str
    locale: str


def announce_invitation(event: UserInvited) -> None:
    _promise_now(event.user_id, Kind.INVITATION)


def announce_password_reset(event: PasswordResetAsked) -> None:
    _promise_now(event.user_id, Kind.PASSWORD_RESET)


def announce_password_changed(event: PasswordChanged) -> None:
    _promise_now(event.user_id, Kind.PASSWORD_CHANGED)


def announce_factor_changed(event: SecondFactorChanged) -> None:
    _promise_now(event.user_id, Kind.FACTOR_CHANGED)


def announce_enrolment(event: ParticipantEnrolled) -> None:
    facts = queries.enrolment_facts(event.enrolment_id)
    promise(facts.user_id, Kind.ENROLLED, f"enrolment:{event.enrolment_id}", enrolment_id=event.enrolment_id)


def announce_low_head_count(event: HeadCountLow) -> None:
    """To those who coordinate the cohort or the institute, once a day at most."""
    for user_id in accounts.holders_in(Role.COORDINATOR, event.cohort_id):
        promise(user_id, Kind.HEAD_COUNT_LOW, f"{event.cohort_id}:{today()}:{user_id}", cohort_id=event.cohort_id,
                 people=event.people, least=event.least)  # fmt: skip


def announce_review(event: WorkReviewed) -> None:
    facts = queries.review_facts(event.record_id)
    kind = Kind.WORK_RETURNED if facts.outcome == Outcome.RETURNED else Kind.WORK_ACCEPTED
    promise(facts.user_id, kind, event.cause, review_id=event.record_id)


def announce_session_moved(event: SessionMoved) -> None:
    """To those who counted on it; not of a session that is over."""
    people = timetable.concerned_by(event.session_id)
    _about_session(event.session_id, Kind.SESSION_MOVED, people, moved_from_id=event.moved_from_id)


def announce_session_cancelled(event: SessionCancelled) -> None:
    _about_session(event.session_id, Kind.SESSION_CANCELLED, timetable.concerned_by(event.session_id))


def announce_sheet_overdue(event: SheetOverdue) -> None:
    """To those who lead the session and who coordinate the cohort."""
    _about_session(event.session_id, Kind.SHEET_OVERDUE, timetable.keepers_of_sheet(event.session_id))


def announce_certificate(event: CertificateIssued) -> None:
    """Not for one that corrects another: ``announce_replacement`` tells of both."""
    facts = queries.certificate_facts(event.certificate_id)
    if not facts.corrects_one:
        _about_certificate(event.certificate_id, facts.user_id, Kind.CERTIFICATE_ISSUED)


def announce_replacement(event: CertificateReplaced) -> None:
    facts = queries.certificate_facts(event.certificate_id)
    _about_certificate(event.certificate_id, facts.user_id, Kind.CERTIFICATE_REPLACED)


def announce_revocation(event: CertificateRevoked) -> None:
    facts = queries.certificate_facts(event.certificate_id)
    _about_certificate(event.certificate_id, facts.user_id, Kind.CERTIFICATE_REVOKED)


def announce_audit_head(user_id: int, *, day: date, seq: int, chain_hash: str) -> None:
    """An anchor of the audit chain, kept where this machine cannot change it: the auditor's mailbox."""
    promise(user_id, Kind.AUDIT_HEAD, f"{day}:{user_id}", day=day.isoformat(), seq=seq, hash=chain_hash)


def announce_parked_job(event: JobParked) -> None:
    """To the administrators, once a day for each kind of job: what fails once may fail every minute."""
    for admin in accounts.holders(Role.ADMIN):
        promise(admin.id, Kind.JOB_PARKED, f"{event.kind}:{today()}:{admin.id}", job_id=event.job_id)


def _about_session(session_id: int, kind: Kind, people: Sequence[int], **values: Any) -> None:
    """One message for each of them, in two statements however many they are. A session is cancelled once, and a moved one has an
    id of its own, so that nobody is told twice."""
    unwilling = queries.unwilling(people, kind)
    db.session().add_all(
        OutboxMessage(
            user_id=user_id, kind=kind, key=f"{kind}:session:{session_id}:{user_id}", created_at=now(), next_try_at=now(),
            values={"session_id": session_id, **values},
        )
        for user_id in people if user_id not in unwilling
    )  # fmt: skip


def _about_certificate(certificate_id: int, user_id: int, kind: Kind) -> None:
    promise(user_id, kind, f"certificate:{certificate_id}", certificate_id=certificate_id)


def _promise_now(user_id: int, kind: Kind) -> None:
    """About something that may happen to somebody again and again: once a second at most."""
    present = now().isoformat(timespec="seconds")
    promise(user_id, kind, f"{user_id}:{present}", at=present)


def promise(user_id: int, kind: Kind, fact: str, **values: Any) -> None:
    """A mail to a user, unless they want none on its topic. ``fact`` makes a thing told twice one message."""
    if queries.wants(user_id, kind):
        _add(OutboxMessage(user_id=user_id, kind=kind, key=f"{kind}:{fact}", values=values))


def promise_outsider(outsider: Outsider, kind: Kind, fact: str, **values: Any) -> None:
    """A mail to somebody without an account; ``fact`` as above, so name the reader in it when several are told."""
    _add(OutboxMessage(
        email=outsider.email, name=outsider.name, locale=outsider.locale, kind=kind, key=f"{kind}:{fact}", values=values
    ))  # fmt: skip


def _add(message: OutboxMessage) -> None:
    message.created_at = message.next_try_at = now()
    known = select(OutboxMessage.id).where(OutboxMessage.key == message.key)
    if db.session().execute(known).first() is not None:
        return
    try:
        with db.session().begin_nested():
            db.session().add(message)
    except IntegrityError:  # told twice at the same moment
        return


class NobodyThere(Refused):
    """The announcement would reach nobody."""


@dataclass(frozen=True)
class Draft:
    """An announcement as somebody wrote it. ``key`` is the form's: the same one is the same announcement."""

    title: str
    body: str
    key: str
    audience: Audience = Audience.COHORT
    group_id: int | None = None
    enrolment_ids: tuple[int, ...] = ()


def announce(cohort_id: int, draft: Draft, *, by: Actor) -> int:
    """Put it before those it is for, and promise the mails. Returns its id; a form sent twice is one announcement."""
    known = select(Announcement.id).where(Announcement.key == draft.key, Announcement.by == by.user_id)
    known_id = db.session().scalar(known)
    if known_id is not None:
        return known_id
    people = queries.addressees(cohort_id, draft.audience, group_id=draft.group_id, enrolment_ids=draft.enrolment_ids)
    if not people:
        raise NobodyThere(_("Nobody would read this: choose somebody else."), field="audience")
    row = Announcement(
        cohort_id=cohort_id, audience=draft.audience, title=draft.title, body=draft.body, key=draft.key, by=by.user_id, at=now()
    )  # fmt: skip
    db.session().add(row)
    db.session().flush()  # its readers name the id
    db.session().execute(
        insert(AnnouncementReader), [{"announcement_id": row.id, "user_id": user_id} for user_id in people]
    )
    audit.record("announcement.written", f"announcement:{row.id}", by=by, cohort_id=cohort_id, people=len(people))
    enqueue(
        MAIL_ANNOUNCEMENT, f"{MAIL_ANNOUNCEMENT}:{row.id}", by=by.user_id, total=len(people),
        arguments={"cohort_id": cohort_id, "announcement_id": row.id},
    )  # fmt: skip
    return row.id


def promise_announcement(announcement_id: int, people: Sequence[int]) -> None:
    """A mail to each of them who wants mails on announcements; the key lets nobody be written to twice."""
    unwilling = queries.unwilling(people, Kind.ANNOUNCEMENT)
    rows = [
        {
            "user_id": user_id, "kind": Kind.ANNOUNCEMENT, "key": f"{Kind.ANNOUNCEMENT}:{announcement_id}:{user_id}",
            "values": {"announcement_id": announcement_id}, "created_at": now(), "next_try_at": now(), "tries": 0,
        }
        for user_id in people if user_id not in unwilling
    ]  # fmt: skip
    if rows:
        db.session().execute(insert(OutboxMessage), rows)


def note_read(announcement_id: int, *, by: Actor) -> None:
    """Somebody says that they have read it; the first time counts. Raises Missing when it is not for them."""
    queries.announcement_for(by.user_id or 0, announcement_id)
    db.session().execute(
        update(AnnouncementReader).values(read_at=now()).where(
            AnnouncementReader.announcement_id == announcement_id, AnnouncementReader.user_id == by.user_id,
            AnnouncementReader.read_at.is_(None),
        )
    )  # fmt: skip


def claim(message_id: int) -> bool:
    """Take a message for one try; False when another worker has it. Should this one die, it is tried again after a while."""
    message = db.session().get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.sent_at is not None or message.next_try_at is None or message.next_try_at > now():
        return False
    if message.tries >= MOST_TRIES:  # the last try ended without a word
        message.next_try_at = None
        return False
    message.tries += 1
    message.next_try_at = now() + BACK_OFF * 2 ** (message.tries - 1)
    return True


def note_sent(message_id: int) -> None:
    _settle(message_id, sent_at=now(), next_try_at=None, error=None, refused_at=None)
    _mark_address(message_id, None)


def note_refusal(message_id: int, error: str) -> None:
    """The address takes no mail: the message is given up at once, and the person's page says so."""
    _settle(message_id, next_try_at=None, error=error[:500], refused_at=now())
    _mark_address(message_id, User.email)


def _mark_address(message_id: int, refused: InstrumentedAttribute[str] | None) -> None:
    """Keep with the user which address was refused, or that their address takes mail."""
    reader = select(OutboxMessage.user_id).where(OutboxMessage.id == message_id).scalar_subquery()
    marked = update(User).where(User.id == reader).values(refused_email=refused)
    if refused is None:
        marked = marked.where(User.refused_email.is_not(None))
    db.session().execute(marked, execution_options={"synchronize_session": False})


def note_failure(message_id: int, error: str) -> bool:
    """Keep what went wrong. Says whether the message is given up with that."""
    message = db.session().get_one(OutboxMessage, message_id)
    message.error = error[:500]
    if message.tries >= MOST_TRIES:
        message.next_try_at = None
    return message.next_try_at is None


def put_off(message_id: int) -> None:
    """The mail server is away, which is no fault of the message: the try does not count."""
    _settle(message_id, tries=OutboxMessage.tries - 1, next_try_at=now() + BACK_OFF)


def drop(message_id: int, reason: str) -> None:
    """Nobody needs it any more."""
    _settle(message_id, tries=OutboxMessage.tries - 1, next_try_at=None, error=reason)


def _settle(message_id: int, **values: Any) -> None:
    db.session().execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def send_again(message_id: int, *, by: Actor) -> None:
    """Try a message anew. One that was sent stays as it is; the same goes out once more beside it."""
    message = db.session().get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise Missing
    if message.sent_at is None:
        message.tries, message.next_try_at, message.error, message.refused_at = 0, now(), None, None
    else:
        _copy(message)
    audit.record("message.sent_again", f"message:{message_id}", by=by, kind=message.kind)


def send_failed_again(*, kind: Kind | None, search: str, by: Actor) -> int:
    """Try anew whatever failed of this kind, to those whom the search finds. Says how many messages that is."""
    failed = queries.failed_messages(kind=kind, search=search)
    anew = db.session().execute(
        update(OutboxMessage).where(OutboxMessage.id.in_(failed))
        .values(tries=0, next_try_at=now(), error=None, refused_at=None),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]  # fmt: skip
    audit.record("messages.sent_again", "outbox", by=by, kind=kind or "", count=anew)
    return int(anew)


def stop(message_id: int, *, by: Actor) -> bool:
    """Keep a message that waits from being sent. False when it is too late."""
    message = db.session().get(OutboxMessage, message_id, with_for_update=True)
    if message is None:
        raise Missing
    if message.sent_at is not None or message.next_try_at is None:
        return False
    message.tries = min(message.tries, MOST_TRIES - 1)
    message.next_try_at, message.error = None, "stopped"
    audit.record("message.stopped", f"message:{message_id}", by=by, kind=message.kind)
    return True


def _copy(message: OutboxMessage) -> None:
    present = now().isoformat(timespec="seconds")
    key = f"again:{message.id}:{present}"
    if db.session().execute(select(OutboxMessage.id).where(OutboxMessage.key == key)).first() is None:
        db.session().add(OutboxMessage(
            user_id=message.user_id, email=message.email, name=message.name, locale=message.locale, kind=message.kind,
            key=key, values=message.values, created_at=now(), next_try_at=now(),
        ))  # fmt: skip


def choose_topics(wanted: frozenset[Topic], *, by: Actor) -> None:
    """The topics somebody wants mail about, from now on."""
    assert by.user_id is not None  # noqa: S101 - a broken call, not an input
    db.session().execute(delete(Preference).where(Preference.user_id == by.user_id))
    db.session().add_all(Preference(user_id=by.user_id, kind=topic) for topic in Topic if topic not in wanted)
