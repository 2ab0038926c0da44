"""Planning sessions: the times, the clashes, the rows (docs/rules.md §9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from lms import audit, db
from lms.accounts import queries as people
from lms.clock import now
from lms.cohorts import queries as cohorts
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.permissions import Actor, Role
from lms.timetable import queries
from lms.timetable.calendar_days import InstituteCalendar, PeriodKind
from lms.timetable.clashes import Booking, Clash, clashes
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.models import SessionEvent, SessionFacilitator, TrainingSession
from lms.timetable.sentences import clash_sentence
from lms.timetable.staffing import Part
from lms.timetable.walltime import HOME, rules_version, to_utc

_LOCK = 7_160_003


class DayRefused(Refused):
    """The session falls outside of the cohort's dates, on a day off, or ends before it starts."""


class ClashRefused(Refused):
    """A room, a facilitator or the cohort would be in two places at once, or the room is too small."""


class StaffRefused(Refused):
    """Nobody among those who lead is accredited for the module on that day."""


class NotStaff(Refused):
    """That person does not facilitate in this cohort."""


@dataclass(frozen=True)
class SessionPlan:
    """A session as somebody wants it. ``staff``: what each person does in it, by user."""

    cohort_id: int
    module_id: int
    day: date
    starts: time
    ends: time
    half: Half
    room_id: int | None = None
    remote_link: str = ""
    group_id: int | None = None
    staff: Mapping[int, Part] = field(default_factory=dict)
    zone: str = HOME

    @property
    def starts_at(self) -> datetime:
        return to_utc(self.day, self.starts, self.zone)

    @property
    def ends_at(self) -> datetime:
        return to_utc(self.day, self.ends, self.zone)


def alone() -> None:
    """Whoever plans waits for whoever plans already, so that two cannot take one room (SQLite has one writer anyway)."""
    if not db.database().is_sqlite:
        db.session().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def plan_session(plan: SessionPlan, *, by: Actor) -> TrainingSession:
    """Raises as ``plan_sessions``."""
    return plan_sessions([plan], by=by)[0]


def plan_sessions(plans: Sequence[SessionPlan], *, by: Actor) -> list[TrainingSession]:
    """Plan them all or none. Raises DayRefused, NotStaff, ClashRefused, and Missing for a module the cohort does not follow."""
    alone()
    _check(plans)
    refuse_clashes(clashes_of(plans))
    made = [_session_of(plan) for plan in plans]
    db.session().add_all(made)
    db.session().flush()  # staff and history name the ids
    for plan, session in zip(plans, made, strict=True):
        set_staff(session, plan.staff)
        note(session, by)
    for cohort_id in sorted({plan.cohort_id for plan in plans}):
        ids = [session.id for session in made if session.cohort_id == cohort_id]
        audit.record("session.planned", f"cohort:{cohort_id}", by=by, cohort_id=cohort_id, sessions=ids)
    return made


def _check(plans: Sequence[SessionPlan]) -> None:
    if not plans:
        return
    calendar = queries.institute_calendar(min(plan.day for plan in plans), max(plan.day for plan in plans))
    for cohort_id in {plan.cohort_id for plan in plans}:
        mine = [plan for plan in plans if plan.cohort_id == cohort_id]
        cohort = cohorts.cohort(cohort_id)
        followed = {row.module_id for row in cohorts.cohort_modules(cohort_id)}
        refuse_strangers(cohort_id, {user_id for plan in mine for user_id in plan.staff})
        for group_id in {plan.group_id for plan in mine} - {None}:
            cohorts.group(cohort_id, group_id or 0)
        for plan in mine:
            if plan.module_id not in followed:
                raise Missing
            refuse_day(calendar, plan, cohort.starts_on, cohort.ends_on)


def refuse_day(calendar: InstituteCalendar, plan: SessionPlan, first: date, last: date) -> None:
    if plan.ends <= plan.starts:
        raise DayRefused(_("The session ends before it starts."), field="ends")
    if not first <= plan.day <= last:
        raise DayRefused(_("This day is outside of the cohort's dates."), field="day")
    holiday = calendar.holiday(plan.day)
    if holiday is not None and not holiday.is_estimated:
        raise DayRefused(_("This day is a public holiday."), field="day")
    if calendar.period(plan.day, PeriodKind.BREAK) is not None:
        raise DayRefused(_("This day falls into a break."), field="day")


def refuse_strangers(cohort_id: int, user_ids: Iterable[int]) -> None:
    """Only those who facilitate in the cohort, or in the whole institute, lead its sessions."""
    wanted = set(user_ids)
    if not wanted:
        return
    known = {row.user_id for row in cohorts.staff_of(cohort_id) if row.role == Role.FACILITATOR}
    known |= {row.id for row in people.holders(Role.FACILITATOR)} if wanted - known else set()
    if wanted - known:
        raise NotStaff(
            _("Only facilitators of this cohort lead its sessions. Give them the role first."), field="staff"
        )


def clashes_of(plans: Sequence[SessionPlan], *, in_place_of: int | None = None) -> list[Clash]:
    """What these plans would clash with. The first plan has the key -1, the second -2, and so on; ``in_place_of``: the session
    that the only plan stands for, which then has its key."""
    if not plans:
        return []
    rooms = queries.rooms_by_id({plan.room_id for plan in plans if plan.room_id is not None})
    expected = queries.people_of({(plan.cohort_id, plan.group_id) for plan in plans})
    wanted = []
    for number, plan in enumerate(plans):
        room = rooms.get(plan.room_id) if plan.room_id is not None else None
        if plan.room_id is not None and room is None:
            raise Missing
        wanted.append(Booking(
            -1 - number if in_place_of is None else in_place_of, plan.starts_at, plan.ends_at, plan.cohort_id, plan.group_id,
            plan.room_id, room.site_id if room else None, room.capacity if room else None, frozenset(plan.staff),
            expected[plan.cohort_id, plan.group_id],
        ))  # fmt: skip
    standing = queries.bookings_between(min(b.starts_at for b in wanted), max(b.ends_at for b in wanted))
    return clashes(wanted, standing.bookings, standing.travel, standing.longest_travel)


def refuse_clashes(found: Iterable[Clash]) -> None:
    for clash in found:
        if not clash.is_warning:
            raise ClashRefused(clash_sentence(clash), field="room")


def _session_of(plan: SessionPlan) -> TrainingSession:
    return TrainingSession(
        cohort_id=plan.cohort_id, group_id=plan.group_id, module_id=plan.module_id, room_id=plan.room_id,
        remote_link=plan.remote_link.strip(),
        half=plan.half, day=plan.day, starts=plan.starts, ends=plan.ends, zone=plan.zone, starts_at=plan.starts_at,
        ends_at=plan.ends_at, tz_version=rules_version(), state=SessionState.PLANNED, uid=uuid4().hex, sequence=0,
        created_at=now(),
    )  # fmt: skip


def set_staff(session: TrainingSession, staff: Mapping[int, Part]) -> None:
    db.session().add_all(
        SessionFacilitator(session_id=session.id, user_id=user_id, part=part) for user_id, part in sorted(staff.items())
    )


def note(session: TrainingSession, by: Actor, *, reason: str = "", change: Mapping[str, Any] | None = None) -> None:
    """Write down what became of a session."""
    db.session().add(SessionEvent(
        session_id=session.id, state=session.state, at=now(), by=by.user_id, reason=reason, change=dict(change or {})
    ))  # fmt: skip
