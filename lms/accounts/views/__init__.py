"""Where people come in, and where they are looked after: one blueprint, one file for each noun."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from lms.accounts.views import doors, organisations, people, profile  # noqa: E402 - each adds its views to bp

__all__ = ["bp", "doors", "organisations", "people", "profile"]
