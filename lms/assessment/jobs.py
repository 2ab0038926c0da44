"""What happens in assessment without anybody clicking."""

import structlog

from lms import db
from lms.assessment import queries, services
from lms.jobs import LeaseLost, Running

log = structlog.get_logger()


class NotAllClosed(Exception):
    """Some attempts could not be closed; the others were."""


def close_overdue(job: Running) -> None:
    """Submit the attempts whose time and grace are over, each in its own transaction: one that fails holds up nobody else."""
    with db.reading():
        overdue = queries.overdue_attempts()
    failed = []
    for done, attempt_id in enumerate(overdue, 1):
        try:
            with job.step(done=done, total=len(overdue)):
                services.close_attempt(attempt_id)
        except LeaseLost:
            raise
        except Exception:
            log.exception("attempt not closed", attempt_id=attempt_id)
            failed.append(attempt_id)
    if failed:
        raise NotAllClosed(f"attempts not closed: {failed}")
