"""What becomes of a planned session: confirmed, changed, moved, cancelled, held (docs/rules.md §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import delete, select

from lms import audit, db
from lms.errors import Refused, Stale
from lms.events import Event, emit
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.clashes import clashes
from lms.timetable.events import (
    SessionCancelled,
    SessionConfirmed,
    SessionHeld,
    SessionLocked,
    SessionMoved,
    SessionStarted,
)
from lms.timetable.generator import next_free_day
from lms.timetable.lifecycle import OPEN, Half, SessionState, may_follow, needs_reason
from lms.timetable.models import SessionFacilitator, TrainingSession
from lms.timetable.sentences import clash_sentence, no_place_sentence, staff_sentence
from lms.timetable.services.planning import (
    SessionPlan,
    StaffRefused,
    alone,
    clashes_of,
    note,
    plan_sessions,
    refuse_clashes,
    refuse_strangers,
    set_staff,
)
from lms.timetable.staffing import Leader, Part, StaffProblem, staff_problems
from lms.timetable.walltime import to_utc

MONTH = timedelta(days=31)


class ChangeRefused(Refused):
    """This state does not follow that one, or the reason is missing."""


class NoPlace(Refused):
    """A session is confirmed with a room or a link, never with neither."""


def confirm_session(session_id: int, *, version: int, by: Actor) -> TrainingSession:
    """People can count on it: there is a place, and somebody accredited leads. Raises Stale, ChangeRefused, NoPlace,
    StaffRefused, ClashRefused."""
    session = _opened(session_id, version)
    _refuse_transition(session, SessionState.CONFIRMED, "")
    plan = plan_of(session)
    _refuse_unready(plan, session.id)
    _enter(session, SessionState.CONFIRMED, by)
    session.sequence += 1
    emit(SessionConfirmed(session.id))
    return session


def change_session(
    session_id: int, *, version: int, room_id: int | None, remote_link: str, staff: Mapping[int, Part], by: Actor
) -> TrainingSession:
    """Another place or other people, at the same time. A confirmed session stays one that may be confirmed. Raises as
    ``confirm_session``, and NotStaff."""
    session = _opened(session_id, version)
    _refuse_closed(session)
    before = plan_of(session)
    after = replace(before, room_id=room_id, remote_link=remote_link.strip(), staff=dict(staff))
    if after == before:
        return session
    refuse_strangers(session.cohort_id, staff)
    if session.state == SessionState.CONFIRMED:
        _refuse_unready(after, session.id)
    else:
        refuse_clashes(clashes_of([after], in_place_of=session.id))
    session.room_id, session.remote_link = after.room_id, after.remote_link
    session.sequence += 1
    if after.staff != before.staff:
        db.session().execute(delete(SessionFacilitator).where(SessionFacilitator.session_id == session.id))
        set_staff(session, staff)
    _record("session.changed", session, by, before=_facts(before), after=_facts(after))
    return session


def move_session(
    session_id: int, *, version: int, day: date, starts: time, ends: time, half: Half, reason: str, by: Actor,
    room_id: int | None = None,
) -> TrainingSession:  # fmt: skip
    """Hold it at another time: the one there is stays as rescheduled, and a new one takes its place, in ``room_id`` when one is
    named. It is confirmed at once when it was and may be. Returns the new one; those concerned are told. Raises Stale,
    ChangeRefused, DayRefused, ClashRefused."""
    session = _opened(session_id, version)
    _refuse_transition(session, SessionState.RESCHEDULED, reason)
    before = plan_of(session)
    after = replace(before, day=day, starts=starts, ends=ends, half=half, room_id=room_id or before.room_id)
    was_confirmed = session.state == SessionState.CONFIRMED
    _enter(session, SessionState.RESCHEDULED, by, reason)
    db.session().flush()  # it no longer takes the room while its successor is checked
    moved = plan_sessions([after], by=by)[0]
    moved.moved_from_id, moved.uid, moved.sequence = session.id, session.uid, session.sequence + 1
    if was_confirmed and not _staff_problems(after):
        _enter(moved, SessionState.CONFIRMED, by)
    emit(SessionMoved(moved.id, session.id))
    return moved


def cancel_session(session_id: int, *, version: int, reason: str, by: Actor) -> TrainingSession:
    """It does not take place. Raises Stale, ChangeRefused. Those concerned are told."""
    session = _opened(session_id, version)
    _refuse_transition(session, SessionState.CANCELLED, reason)
    _enter(session, SessionState.CANCELLED, by, reason)
    session.sequence += 1
    emit(SessionCancelled(session.id))
    return session


def start_session(session_id: int, *, by: Actor) -> TrainingSession:
    """Raises ChangeRefused unless it is confirmed."""
    return _advance(session_id, SessionState.IN_PROGRESS, SessionStarted(session_id), by)


def hold_session(session_id: int, *, by: Actor) -> TrainingSession:
    """It is over. Raises ChangeRefused unless it is in progress."""
    return _advance(session_id, SessionState.HELD, SessionHeld(session_id), by)


def lock_session(session_id: int, *, by: Actor, unsigned: int = 0) -> TrainingSession:
    """Its sheet is closed, ``unsigned`` of its signatures missing. Raises ChangeRefused unless it was held."""
    change: dict[str, object] | None = {"unsigned": unsigned} if unsigned else None
    return _advance(session_id, SessionState.LOCKED, SessionLocked(session_id), by, change)


def plan_of(session: TrainingSession) -> SessionPlan:
    """The session as a plan that would make it."""
    staff = {row.user_id: Part(row.part) for row in queries.staff_of_sessions([session.id]).get(session.id, ())}
    return SessionPlan(
        session.cohort_id, session.module_id, session.day, session.starts, session.ends, Half(session.half),
        session.room_id, session.remote_link, session.group_id, staff, session.zone,
    )  # fmt: skip


def _opened(session_id: int, version: int) -> TrainingSession:
    """The session, with nobody else planning, as the reader saw it."""
    alone()
    session = queries.training_session(session_id, for_update=True)
    if session.version != version:
        raise Stale(_("Somebody else changed this session while you were editing. Both versions are below."))
    return session


def _refuse_closed(session: TrainingSession) -> None:
    if session.state not in OPEN:
        raise ChangeRefused(_("This session can no longer be changed."))


def _refuse_transition(session: TrainingSession, new: SessionState, reason: str) -> None:
    if not may_follow(SessionState(session.state), new):
        raise ChangeRefused(_("This change is not possible from the present state of the session."))
    if needs_reason(new) and not reason.strip():
        raise ChangeRefused(_("Say why; those concerned read it."), field="reason")


def _refuse_unready(plan: SessionPlan, session_id: int) -> None:
    if plan.room_id is None and not plan.remote_link:
        raise NoPlace(no_place_sentence(), field="room")
    problems = _staff_problems(plan)
    if problems:
        raise StaffRefused(staff_sentence(problems), field="lead")
    refuse_clashes(clashes_of([plan], in_place_of=session_id))


def _staff_problems(plan: SessionPlan) -> list[StaffProblem]:
    module = queries.module_facts(plan.module_id)
    held = queries.qualifications_of(list(plan.staff))
    leaders = [Leader(user_id, part, held.get(user_id, ())) for user_id, part in plan.staff.items()]
    return staff_problems(leaders, track=module.track, module_code=module.code, day=plan.day)


def _advance(
    session_id: int, new: SessionState, event: Event, by: Actor, change: dict[str, object] | None = None
) -> TrainingSession:
    session = queries.training_session(session_id, for_update=True)
    _refuse_transition(session, new, "")
    _enter(session, new, by, change=change)
    emit(event)
    return session


def _enter(
    session: TrainingSession, new: SessionState, by: Actor, reason: str = "", change: dict[str, object] | None = None
) -> None:
    before = session.state
    session.state = new
    note(session, by, reason=reason.strip(), change=change)
    audit.record(f"session.{new}", f"session:{session.id}", by=by, cohort_id=session.cohort_id, before=before, after=new,
                 reason=reason.strip())  # fmt: skip


def _record(action: str, session: TrainingSession, by: Actor, **change: object) -> None:
    note(session, by, change=change)
    audit.record(action, f"session:{session.id}", by=by, cohort_id=session.cohort_id, **change)


def _facts(plan: SessionPlan) -> dict[str, object]:
    return {"room": plan.room_id, "link": plan.remote_link, "staff": {str(k): str(v) for k, v in plan.staff.items()}}


def hindrances(session_id: int) -> list[str]:
    """Why a planned session cannot be confirmed yet, in sentences; none: it can."""
    session = queries.training_session(session_id)
    plan = plan_of(session)
    reasons = [] if plan.room_id is not None or plan.remote_link else [no_place_sentence()]
    problems = _staff_problems(plan)
    if problems:
        reasons.append(staff_sentence(problems))
    found = clashes_of([plan], in_place_of=session.id)
    names = queries.names_of({user_id for clash in found for user_id in clash.who}) if found else {}
    return reasons + [clash_sentence(clash, names) for clash in found if not clash.is_warning]


def confirm_ready(cohort_id: int, *, by: Actor) -> tuple[int, int]:
    """Confirm every planned session of a cohort that can be. Says how many were, and how many wait for something."""
    alone()
    waiting = db.session().scalars(
        select(TrainingSession)
        .where(TrainingSession.cohort_id == cohort_id, TrainingSession.state == SessionState.PLANNED)
        .order_by(TrainingSession.starts_at)
    ).all()  # fmt: skip
    ready = ready_among(waiting)
    for session in ready:
        _enter(session, SessionState.CONFIRMED, by)
        session.sequence += 1
        emit(SessionConfirmed(session.id))
    return len(ready), len(waiting) - len(ready)


def ready_among(waiting: Sequence[TrainingSession]) -> list[TrainingSession]:
    """Those of these planned sessions that may be confirmed. As many statements for one as for hundreds."""
    if not waiting:
        return []
    ids = {session.id for session in waiting}
    parts = queries.staff_of_sessions(ids)
    held = queries.qualifications_of({row.user_id for rows in parts.values() for row in rows})
    modules = queries.modules_facts({session.module_id for session in waiting})
    standing = queries.bookings_between(min(s.starts_at for s in waiting), max(s.ends_at for s in waiting))
    mine = [booking for booking in standing.bookings if booking.key in ids]
    found = clashes(mine, standing.bookings, standing.travel, standing.longest_travel)
    clashing = {clash.key for clash in found if not clash.is_warning}
    ready = []
    for session in waiting:
        leaders = [Leader(row.user_id, Part(row.part), held.get(row.user_id, ())) for row in parts.get(session.id, ())]
        module = modules[session.module_id]
        has_place = session.room_id is not None or bool(session.remote_link)
        is_led = not staff_problems(leaders, track=module.track, module_code=module.code, day=session.day)
        if has_place and is_led and session.id not in clashing:
            ready.append(session)
    return ready


def proposals_for(sessions: Sequence[db.Record]) -> dict[int, date]:
    """For each of these sessions a day to move it to: open, far from the moon, at the same hours, within the cohort's dates, and
    free of clashes. No entry when there is none within a month."""
    if not sessions:
        return {}
    first, last = sessions[0].day, max(row.day for row in sessions) + MONTH
    calendar = queries.institute_calendar(first, last)
    ends = queries.last_days({row.cohort_id for row in sessions})
    standing = queries.bookings_between(
        min(row.starts_at for row in sessions), max(row.ends_at for row in sessions) + MONTH
    )
    known = {booking.key: booking for booking in standing.bookings}
    found: dict[int, date] = {}
    for row in sessions:
        day = next_free_day(row.day, row.starts, row.ends, Half(row.half), calendar, min(ends[row.cohort_id], last))
        while day is not None:
            wanted = replace(
                known[row.id], starts_at=to_utc(day, row.starts, row.zone), ends_at=to_utc(day, row.ends, row.zone)
            )
            clashing = clashes([wanted], known.values(), standing.travel, standing.longest_travel)
            if not any(not clash.is_warning for clash in clashing):
                found[row.id], known[row.id] = day, wanted
                break
            day = next_free_day(day, row.starts, row.ends, Half(row.half), calendar, min(ends[row.cohort_id], last))
    return found
