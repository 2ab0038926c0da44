"""Where people take quizzes, hand in work, judge it, and mark what they saw. One blueprint, one file for each noun."""

from flask import Blueprint

bp = Blueprint("assessment", __name__)

from lms.assessment.views import attempts, live, preview, reviews, shown, work  # noqa: E402 - each adds its views to bp

__all__ = ["attempts", "bp", "live", "preview", "reviews", "shown", "work"]
