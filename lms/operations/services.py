"""What those who look after the installation do to it."""

from lms import audit, jobs
from lms.clock import now
from lms.errors import Refused
from lms.i18n import _
from lms.operations import queries
from lms.permissions import Actor


class TooLate(Refused):
    """The job came to its end in the meantime."""


def cancel_job(job_id: int, *, by: Actor) -> None:
    """Stop it before its next step; what it did so far stays. Raises TooLate, Missing."""
    job = queries.job(job_id, by=by)
    if not jobs.cancel(job_id):
        raise TooLate(_("This job has come to its end already."))
    audit.record("job.cancelled", f"job:{job_id}", by=by, kind=job.kind)


def retry_job(job_id: int, *, by: Actor) -> None:
    """Put a parked one back in the queue. Raises TooLate, Missing."""
    job = queries.job(job_id, by=by)
    if not jobs.retry(job_id):
        raise TooLate(_("Only a job that was given up can be tried again."))
    audit.record("job.retried", f"job:{job_id}", by=by, kind=job.kind)


def ask_verification(*, by: Actor) -> int:
    """Have the audit chain walked by a job, and return its id."""
    return jobs.enqueue(
        queries.VERIFY_AUDIT, f"verify_audit:{now().isoformat(timespec='seconds')}", by=by.user_id, total=1
    )
