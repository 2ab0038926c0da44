"""Pages of exemption: the participant's own, the coordinators' queue, the assessors' opinions."""

from flask import Blueprint

bp = Blueprint("exemptions", __name__)

from lms.exemptions.views import judging, own, ruling  # noqa: E402 - each adds its views to bp

__all__ = ["bp", "judging", "own", "ruling"]
