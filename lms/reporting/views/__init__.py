"""The cohort's screen, the participant's programme page, and who may not get there. What is about one cohort or one programme
reads packages above ``cohorts`` and ``learning``, and stands in the blueprints of those two: links to them need not know who
draws them."""

from flask import Blueprint

from lms.cohorts.views import bp as cohorts
from lms.learning.views import bp as learning

bp = Blueprint("reporting", __name__)

from lms.reporting.views import bulk, contacts, director, programme, saved_views, screen  # noqa: E402 - each adds its views to the three

blueprints = (cohorts, learning, bp)

__all__ = ["blueprints", "bp", "bulk", "contacts", "director", "programme", "saved_views", "screen"]
