"""Training sessions, places, the calendar, and how long people were there."""

from lms.timetable.queries.attendance import attendance_of, records_of
from lms.timetable.queries.bookings import Standing, bookings_between, people_of, qualifications_of, travel
from lms.timetable.queries.calendar import days_off, holiday, holidays, institute_calendar, period, periods
from lms.timetable.queries.places import is_room_needed, room, rooms, rooms_by_id, site, site_choices, sites, ways_from
from lms.timetable.queries.sessions import (
    concerned_by,
    facilitators_for,
    group_choices,
    history_of_session,
    is_any_session_due,
    last_days,
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
    sessions_on,
    sessions_on_days,
    staff_of_sessions,
    successor_of,
    training_session,
)

__all__ = [
    "Standing", "attendance_of", "bookings_between", "concerned_by", "days_off", "facilitators_for", "group_choices",
    "history_of_session", "holiday", "holidays", "institute_calendar", "is_any_session_due", "is_room_needed",
    "last_days", "module_facts", "modules_facts", "my_sessions", "names_of", "people_of", "period", "periods",
    "qualifications_of", "reason_of", "records_of", "room", "rooms", "rooms_by_id", "session_counts", "session_facts",
    "session_row", "sessions_between", "sessions_of", "sessions_on", "sessions_on_days", "site", "site_choices",
    "sites", "staff_of_sessions", "successor_of", "training_session", "travel", "ways_from",
]  # fmt: skip
