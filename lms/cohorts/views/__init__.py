"""Where cohorts are looked after: one blueprint, one file for each noun. The cohort's own screen, which shows what packages above
know, is drawn by ``reporting``."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__)

from lms.cohorts.views import arrangements, cohorts, enrolments, groups, rosters, staff, transfers  # noqa: E402 - each adds its views to bp

__all__ = ["arrangements", "bp", "cohorts", "enrolments", "groups", "rosters", "staff", "transfers"]
