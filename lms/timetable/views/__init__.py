"""Where the timetable is made and read: one blueprint, one file for each noun."""

from flask import Blueprint

bp = Blueprint("timetable", __name__)

from lms.timetable.views import attendance  # noqa: E402 - each adds its views to bp

__all__ = ["attendance", "bp"]
