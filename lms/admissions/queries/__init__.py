"""What pages, mails and services read of calls and applications."""

from lms.admissions.queries.appeals import appeals_of, contestable
from lms.admissions.queries.applications import (
    application,
    application_of_token,
    application_of_user,
    applications_of,
    documents_of,
    events_of,
    missing_documents,
)
from lms.admissions.queries.calls import (
    call,
    call_by_code,
    criteria,
    documents_asked,
    is_any_call_due,
    public_calls,
    quotas,
    tracks,
)
from lms.admissions.queries.offers import (
    is_any_offer_due,
    next_waiting,
    offers_to_remind,
    open_offer,
    overdue_offers,
    places_left,
    skip_of,
    waiting_tracks,
)
from lms.admissions.queries.own import open_files_of, result_of

__all__ = [
    "appeals_of", "application", "application_of_token", "application_of_user", "applications_of", "call",
    "call_by_code", "contestable", "criteria", "documents_asked", "documents_of", "events_of", "is_any_call_due",
    "is_any_offer_due", "missing_documents", "next_waiting", "offers_to_remind", "open_files_of", "open_offer",
    "overdue_offers", "places_left", "public_calls", "quotas", "result_of", "skip_of", "tracks", "waiting_tracks",
]  # fmt: skip
