"""The timetable's words on screen."""

from lms.i18n import lazy as _
from lms.timetable.calendar_days import HolidayKind, HolidayStatus, PeriodKind
from lms.timetable.checkin import Redeemed
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.sheet import Presence
from lms.timetable.staffing import Part

SESSION_STATES = {
    SessionState.PLANNED: _("to be confirmed"), SessionState.CONFIRMED: _("confirmed"),
    SessionState.IN_PROGRESS: _("in progress"), SessionState.HELD: _("held"), SessionState.LOCKED: _("held, sheet closed"),
    SessionState.CANCELLED: _("cancelled"), SessionState.RESCHEDULED: _("moved"),
}  # fmt: skip
SESSION_KINDS = {
    SessionState.PLANNED: "neutral", SessionState.CONFIRMED: "done", SessionState.IN_PROGRESS: "now",
    SessionState.HELD: "done", SessionState.LOCKED: "locked", SessionState.CANCELLED: "refused",
    SessionState.RESCHEDULED: "attention",
}  # fmt: skip
PARTS = {Part.LEAD: _("leads"), Part.ASSISTANT: _("assists")}
HALVES = {Half.MORNING: _("Morning"), Half.AFTERNOON: _("Afternoon"), Half.EVENING: _("Evening")}
HOLIDAY_KINDS = {
    HolidayKind.FIXED: _("Fixed date"), HolidayKind.RELIGIOUS: _("Religious, by the moon"), HolidayKind.OTHER: _("Decided once"),
}  # fmt: skip
HOLIDAY_STATES = {HolidayStatus.ESTIMATED: _("date estimated"), HolidayStatus.CONFIRMED: _("date confirmed")}
HOLIDAY_STATE_KINDS = {HolidayStatus.ESTIMATED: "attention", HolidayStatus.CONFIRMED: "done"}
PERIOD_KINDS = {
    PeriodKind.RAMADAN: _("Ramadan: mornings only"), PeriodKind.BREAK: _("Break: no sessions"),
    PeriodKind.FRIDAY: _("Fridays: the afternoon starts later"),
}  # fmt: skip
PRESENCES = {
    Presence.EXPECTED: _("expected"), Presence.PRESENT: _("present"), Presence.LATE: _("late"), Presence.ABSENT: _("absent"),
    Presence.JUSTIFIED: _("absent, justified"), Presence.UNJUSTIFIED: _("absent, not justified"),
}  # fmt: skip
PRESENCE_KINDS = {
    Presence.EXPECTED: "neutral", Presence.PRESENT: "done", Presence.LATE: "attention", Presence.ABSENT: "refused",
    Presence.JUSTIFIED: "attention", Presence.UNJUSTIFIED: "refused",
}  # fmt: skip
REDEEMED = {
    Redeemed.ACCEPTED: _("You are on the sheet of this session, and have signed for it."),
    Redeemed.ALREADY: _("The sheet of this session says already that you are there, or what was noted of you."),
    Redeemed.NOT_ON_SHEET: _("You are not on the sheet of this session. If you should be, tell the facilitator."),
    Redeemed.WRONG_OR_OVER: _(
        "This code is no longer the one on the wall: it changes every 20 seconds. Scan it again, in the room."
    ),
}  # fmt: skip
