"""What changes in the timetable and in attendance."""

from lms.timetable.services.attendance import MinutesRefused, ReasonWanted, record_attendance, record_sheet
from lms.timetable.services.changing import (
    cancel_session,
    change_session,
    confirm_ready,
    confirm_session,
    hindrances,
    hold_session,
    lock_session,
    move_session,
    start_session,
)
from lms.timetable.services.planning import (
    ClashRefused,
    DayRefused,
    NotStaff,
    SessionPlan,
    StaffRefused,
    clashes_of,
    plan_session,
    plan_sessions,
)

__all__ = [
    "ClashRefused", "DayRefused", "MinutesRefused", "NotStaff", "ReasonWanted", "SessionPlan", "StaffRefused",
    "cancel_session", "change_session", "clashes_of", "confirm_ready", "confirm_session", "hindrances",
    "hold_session", "lock_session", "move_session", "plan_session", "plan_sessions", "record_attendance",
    "record_sheet", "start_session",
]  # fmt: skip
