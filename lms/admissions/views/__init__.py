"""Where calls and files are looked after, and where examiners score: one blueprint, one file for each noun."""

from flask import Blueprint

bp = Blueprint("admissions", __name__)

from lms.admissions.views import appeals, calls, examining, files, ranking, waiting  # noqa: E402 - each adds its views to bp

__all__ = ["appeals", "bp", "calls", "examining", "files", "ranking", "waiting"]
