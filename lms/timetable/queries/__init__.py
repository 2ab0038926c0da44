"""Training sessions, places, the calendar, and how long people were there."""

from lms.timetable.queries.attendance import attendance_of, records_of
from lms.timetable.queries.bookings import Standing, bookings_between, people_of, qualifications_of, travel
from lms.timetable.queries.calendar import days_off, holidays, institute_calendar, periods
from lms.timetable.queries.places import rooms, rooms_by_id, site_choices
from lms.timetable.queries.sessions import (
    concerned_by,
    facilitators_for,
    group_choices,
    history_of_session,
    module_facts,
    modules_facts,
    my_sessions,
    names_of,
    reason_of,
    session_counts,
    session_facts,
    session_row,
    sessions_between,
    sessions_of,
    staff_of_sessions,
    successor_of,
    training_session,
)

__all__ = [
    "Standing", "attendance_of", "bookings_between", "concerned_by", "days_off", "facilitators_for", "group_choices",
    "history_of_session", "holidays", "institute_calendar", "module_facts", "modules_facts", "my_sessions",
    "names_of", "people_of", "periods", "qualifications_of", "reason_of", "records_of", "rooms", "rooms_by_id",
    "session_counts", "session_facts", "session_row", "sessions_between", "sessions_of", "site_choices",
    "staff_of_sessions", "successor_of", "training_session", "travel",
]  # fmt: skip
