"""Links to files that were lost (docs/rules.md §21)."""

from lms import audit
from lms.accounts import throttle
from lms.admissions import queries
from lms.admissions.events import LinkAsked
from lms.admissions.services.applications import APPLICANT
from lms.events import emit


def ask_link(email: str, *, block: str) -> None:
    """Send new links to the files of this address, if there are any; the caller answers the same either way. Silent when asked
    too often."""
    address = email.strip().lower()
    in_time = throttle.count(throttle.LINK_ADDRESS, "application", address)
    in_time = throttle.count(throttle.LINK_BLOCK, "application", block) and in_time
    if not in_time:
        return
    for application_id in queries.open_files_of(address):
        audit.record("application.link_asked", f"application:{application_id}", by=APPLICANT)
        emit(LinkAsked(application_id))
