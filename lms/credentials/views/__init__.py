"""Certificates on the web: one blueprint, one file for each of those who come."""

from flask import Blueprint

bp = Blueprint("credentials", __name__)

from lms.credentials.views import checking, cohorts, holding, staff  # noqa: E402 - each adds its views to bp

__all__ = ["bp", "checking", "cohorts", "holding", "staff"]
