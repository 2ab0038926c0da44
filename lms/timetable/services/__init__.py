"""What changes in the timetable and in attendance."""

from lms.timetable.services.attendance import MinutesRefused, ReasonWanted, record_attendance, record_sheet
from lms.timetable.services.calendar import (
    add_holiday,
    add_period,
    edit_holiday,
    edit_period,
    fill_calendar,
    remove_holiday,
    remove_period,
)
from lms.timetable.services.changing import (
    cancel_session,
    change_session,
    confirm_ready,
    confirm_session,
    hindrances,
    hold_session,
    lock_session,
    move_session,
    proposals_for,
    start_session,
)
from lms.timetable.services.following import follow_clock, follow_zone_rules
from lms.timetable.services.places import add_room, add_site, edit_room, edit_site, set_travel
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
    "add_holiday", "add_period", "add_room", "add_site", "cancel_session", "change_session", "clashes_of",
    "confirm_ready", "confirm_session", "edit_holiday", "edit_period", "edit_room", "edit_site", "fill_calendar",
    "follow_clock", "follow_zone_rules", "hindrances", "hold_session", "lock_session", "move_session", "plan_session",
    "plan_sessions", "proposals_for", "record_attendance", "record_sheet", "remove_holiday", "remove_period",
    "set_travel", "start_session",
]  # fmt: skip
