"""Where calls and files are looked after and examiners score (``bp``), and where people apply (``apply``)."""

from flask import Blueprint

bp = Blueprint("admissions", __name__)
apply = Blueprint("apply", __name__)
blueprints = (bp, apply)

from lms.admissions.views import (  # noqa: E402 - each adds its views to one of them
    appeals,
    applying,
    calls,
    examining,
    exporting,
    files,
    own,
    public,
    ranking,
    waiting,
)

__all__ = [
    "appeals", "apply", "applying", "blueprints", "bp", "calls", "examining", "exporting", "files", "own", "public",
    "ranking", "waiting",
]  # fmt: skip
