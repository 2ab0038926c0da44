"""Where the timetable is made and read. ``timetable``: a cohort's own; ``planning``: rooms and the calendar of the institute;
``agenda``: everybody's own timetable. One file for each noun."""

from flask import Blueprint

bp = Blueprint("timetable", __name__)
planning = Blueprint("planning", __name__)
agenda = Blueprint("agenda", __name__)

from lms.timetable.views import (  # noqa: E402 - each adds its views
    attendance,
    calendar,
    cohorts,
    generating,
    own,
    own_attendance,
    places,
    qualifications,
    sessions,
    sheets,
    wall,
    weeks,
)

blueprints = (bp, planning, agenda)

__all__ = [
    "agenda", "attendance", "blueprints", "bp", "calendar", "cohorts", "generating", "own", "own_attendance", "places",
    "planning",
    "qualifications", "sessions", "sheets", "wall", "weeks",
]  # fmt: skip
