"""Training sessions, places, the calendar, and how long people were there."""

from lms.timetable.queries.attendance import attendance_of, records_of
from lms.timetable.queries.bookings import Standing, bookings_between, people_of, qualifications_of, travel
from lms.timetable.queries.calendar import days_off, holidays, institute_calendar, periods
from lms.timetable.queries.places import rooms, rooms_by_id, site_choices
from lms.timetable.queries.sessions import module_facts, staff_of_sessions, training_session

__all__ = [
    "Standing", "attendance_of", "bookings_between", "days_off", "holidays", "institute_calendar", "module_facts",
    "people_of", "periods", "qualifications_of", "records_of", "rooms", "rooms_by_id", "site_choices",
    "staff_of_sessions", "training_session", "travel",
]  # fmt: skip
