"""How the installation is doing: probes for machines, pages for those who look after it. One file for each noun."""

from flask import Blueprint

bp = Blueprint("operations", __name__)

from lms.operations.views import audit, health, jobs, outbox  # noqa: E402 - each adds its views to bp

__all__ = ["audit", "bp", "health", "jobs", "outbox"]
