"""Probes: they say ok or not, and nothing else."""

import structlog
from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError

from lms import storage
from lms.errors import Missing
from lms.operations import metrics, queries
from lms.operations.doctor import LATE
from lms.operations.views import bp
from lms.web.access import PUBLIC, allow

log = structlog.get_logger()


@bp.get("/healthz")
@allow(PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return _said(None)


@bp.get("/readyz")
@allow(PUBLIC)
def readyz() -> ResponseReturnValue:
    """The database and the file store answer, and somebody runs the jobs."""
    trouble = _trouble()
    if trouble:
        log.error("not ready", reason=trouble)
    return _said(trouble)


def _trouble() -> str | None:
    try:
        queries.answers()
        if queries.oldest_wait() > LATE:
            return "jobs wait"
    except (OperationalError, InterfaceError):
        return "database"
    return None if storage.is_ready() else "store"


def _said(trouble: str | None) -> Response:
    return Response("not ok\n" if trouble else "ok\n", 503 if trouble else 200, content_type="text/plain")


@bp.get("/metrics")
@allow(PUBLIC)
def figures() -> ResponseReturnValue:
    if not metrics.may_read():
        raise Missing
    return metrics.exposition()
