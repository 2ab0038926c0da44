"""Sessions follow the clock, and the rules of their time zone."""

from sqlalchemy import select

from lms import audit, db
from lms.clock import now
from lms.permissions import INSTITUTE
from lms.timetable.lifecycle import LIVE, SessionState
from lms.timetable.models import TrainingSession
from lms.timetable.services.changing import hold_session, start_session
from lms.timetable.walltime import rules_version, to_utc


def follow_clock() -> None:
    """What is confirmed and has begun is in progress; what is in progress and has ended was held."""
    begun = select(TrainingSession.id).where(
        TrainingSession.state == SessionState.CONFIRMED, TrainingSession.starts_at <= now()
    )
    for session_id in db.session().scalars(begun.order_by(TrainingSession.starts_at)).all():
        start_session(session_id, by=INSTITUTE)
    db.session().flush()  # what has begun may be over as well
    over = select(TrainingSession.id).where(
        TrainingSession.state == SessionState.IN_PROGRESS, TrainingSession.ends_at <= now()
    )
    for session_id in db.session().scalars(over.order_by(TrainingSession.starts_at)).all():
        hold_session(session_id, by=INSTITUTE)


def follow_zone_rules() -> int:
    """Compute the instants of sessions to come anew when the rules of time zones have changed since (INV-19): the wall time
    stays. Says how many moved."""
    present = rules_version()
    stale = select(TrainingSession).where(
        TrainingSession.tz_version != present, TrainingSession.state.in_(LIVE), TrainingSession.ends_at > now()
    )
    moved = 0
    for session in db.session().scalars(stale.order_by(TrainingSession.id)).all():
        instants = to_utc(session.day, session.starts, session.zone), to_utc(session.day, session.ends, session.zone)
        if instants != (session.starts_at, session.ends_at):
            session.starts_at, session.ends_at = instants
            session.sequence += 1
            moved += 1
        session.tz_version = present
    if moved:
        audit.record("sessions.recomputed", f"tzdata:{present}", by=INSTITUTE, moved=moved)
    return moved
