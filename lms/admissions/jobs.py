"""What time brings about in admissions."""

from lms.admissions import services
from lms.admissions.services import calls, selection
from lms.jobs import Running


def follow_calls(job: Running) -> None:
    """Calls open on their first day and close after their last; files not completed in time are out."""
    with job.step():
        calls.follow_dates()
        selection.reject_overdue()


def settle_offers(job: Running) -> None:
    """Offers nobody answered go on to the next; those with little time left are told."""
    with job.step():
        services.expire_offers()
        services.remind()
