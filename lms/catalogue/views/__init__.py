"""The catalogue for everybody, and for who publishes it."""

from flask import Blueprint

bp = Blueprint("catalogue", __name__)

from lms.catalogue.views import pictures, public, publishing  # noqa: E402 - each adds its views to bp

__all__ = ["bp", "pictures", "public", "publishing"]
