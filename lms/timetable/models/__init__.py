"""Where, when and by whom training takes place, and how long people were there."""

from lms.timetable.models.attendance import AttendanceRecord
from lms.timetable.models.calendar import CalendarFeed, CalendarPeriod, Holiday
from lms.timetable.models.places import Room, Site, TravelTime
from lms.timetable.models.sessions import SessionEvent, SessionFacilitator, TrainingSession
from lms.timetable.models.sheets import AttendanceEntry, SheetSignature

__all__ = [
    "AttendanceEntry", "AttendanceRecord", "CalendarFeed", "CalendarPeriod", "Holiday", "Room", "SessionEvent",
    "SessionFacilitator", "SheetSignature", "Site", "TrainingSession", "TravelTime",
]  # fmt: skip
