"""What time brings about in admissions."""

from lms.admissions import services
from lms.admissions.services import calls
from lms.jobs import Running


def follow_calls(job: Running) -> None:
    """Calls open on their first day and close after their last."""
    with job.step():
        calls.follow_dates()


def settle_offers(job: Running) -> None:
    """Offers nobody answered go on to the next; those with little time left are told."""
    with job.step():
        services.expire_offers()
        services.remind()
