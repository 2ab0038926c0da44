"""A sheet signed by those it speaks of and by who led the session, then locked (docs/rules.md §5)."""

from sqlalchemy import select

from lms import audit, db
from lms.clock import now
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor
from lms.timetable import checkin, queries
from lms.timetable.checkin import Redeemed
from lms.timetable.events import SheetOverdue
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import SheetSignature, TrainingSession
from lms.timetable.services.changing import lock_session
from lms.timetable.services.sheets import TAKING, take_sheet
from lms.timetable.sheet import Line, Presence
from lms.timetable.signing import (
    LOCKED_AFTER,
    SIGNED_BY_PARTICIPANTS,
    SigningMethod,
    digest_of_line,
    digest_of_sheet,
)


class NothingToSign(Refused):
    """The sheet says nothing yet that this person could sign, or it is locked."""


def check_in(session_id: int, presented: str, *, secret: bytes, by: Actor) -> Redeemed:
    """What the code on the wall does for the person who presents it: their own line, present or late by the server's clock, and
    their signature on it. Anything but ACCEPTED changes nothing."""
    session = queries.training_session(session_id, for_update=True)
    enrolment_id = queries.enrolment_on_sheet(session, by.user_id or 0)
    line = queries.lines_of(session).get(enrolment_id) if enrolment_id else None
    outcome = checkin.redeem(
        secret, session_id, presented, now(), on_sheet=enrolment_id is not None, is_marked=line is not None
    )
    if outcome is not Redeemed.ACCEPTED or enrolment_id is None:
        return outcome
    if session.state != SessionState.IN_PROGRESS:
        return Redeemed.WRONG_OR_OVER
    late = checkin.minutes_late(session.starts_at, now())
    there = Line(session.minutes, Presence.LATE, late) if late else Line(session.minutes, Presence.PRESENT)
    take_sheet(session_id, {enrolment_id: there}, seen=queries.last_entry(session_id), by=by)
    _sign(session, by, digest_of_line(session_id, enrolment_id, there), SigningMethod.WALL_CODE, enrolment_id)
    return outcome


def sign_line(session_id: int, *, by: Actor) -> None:
    """A participant says that their own line is true. Signing twice is signing once. Raises Missing, NothingToSign."""
    session = queries.training_session(session_id, for_update=True)
    enrolment_id = queries.enrolment_on_sheet(session, by.user_id or 0)
    if enrolment_id is None:
        raise Missing
    line = queries.lines_of(session).get(enrolment_id)
    if session.state not in TAKING or line is None or line.presence not in SIGNED_BY_PARTICIPANTS:
        raise NothingToSign(
            _("There is nothing to sign: the sheet does not say yet that you were there, or it is closed.")
        )
    _sign(session, by, digest_of_line(session_id, enrolment_id, line), SigningMethod.SIGNED_IN, enrolment_id)
    _lock_when_signed(session)


def sign_sheet(session_id: int, *, seen: int, by: Actor) -> None:
    """Who led the session says that the sheet is true, everybody's line. ``seen`` as ``take_sheet``. Raises NothingToSign."""
    session = queries.training_session(session_id, for_update=True)
    lines = queries.lines_of(session)
    if session.state != SessionState.HELD:
        raise NothingToSign(_("A sheet is signed once the session is over and before it is closed."))
    if queries.last_entry(session_id) != seen:
        raise NothingToSign(_("The sheet changed since you opened it. Read it again, then sign."))
    if {person.id for person in queries.people_on_sheet(session)} - lines.keys():
        raise NothingToSign(_("The sheet does not speak of everybody yet. Save it first."))
    _sign(session, by, digest_of_sheet(session_id, lines), SigningMethod.SIGNED_IN, None)
    _lock_when_signed(session)


def _sign(session: TrainingSession, by: Actor, digest: str, method: SigningMethod, enrolment_id: int | None) -> None:
    signed = select(SheetSignature.id).where(
        SheetSignature.session_id == session.id, SheetSignature.user_id == by.user_id, SheetSignature.digest == digest
    )
    if db.session().execute(signed).first() is not None:
        return
    db.session().add(SheetSignature(
        session_id=session.id, user_id=by.user_id, enrolment_id=enrolment_id, method=method, digest=digest, at=now()
    ))  # fmt: skip
    db.session().flush()  # what is asked next must see it
    audit.record("sheet.signed", f"session:{session.id}", by=by, cohort_id=session.cohort_id, method=method)


def _lock_when_signed(session: TrainingSession) -> None:
    """Both have signed: whoever was there, and who led."""
    if session.state == SessionState.HELD and not queries.missing_signatures(session):
        lock_session(session.id, by=INSTITUTE)


def lock_overdue() -> None:
    """A day after its session a sheet is closed, and the record says how many signatures are missing. One that does not speak of
    everybody stays open: its people are told, once."""
    for session in db.session().scalars(queries.overdue_sheets(now() - LOCKED_AFTER)).all():
        missing = queries.missing_signatures(session)
        if missing is not None:
            lock_session(session.id, by=INSTITUTE, unsigned=len(missing))
        elif session.sheet_told_at is None:
            session.sheet_told_at = now()
            emit(SheetOverdue(session.id))
