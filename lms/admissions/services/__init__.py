"""What changes about calls and applications."""

from lms.admissions.services.appeals import AppealRefused, lodge_appeal
from lms.admissions.services.applications import (
    APPLICANT,
    Applicant,
    add_document,
    drop_document,
    missing_fields,
    new_link,
    resubmit,
    save_draft,
    start_application,
    submit,
)
from lms.admissions.services.calls import CallPlan, change_call, extend_call, move_call, open_call, publish_call
from lms.admissions.services.links import ask_link
from lms.admissions.services.offers import (
    accept_offer,
    decline_offer,
    expire_offers,
    offer_freed_seats,
    remind,
    withdraw,
)

__all__ = [
    "APPLICANT", "AppealRefused", "Applicant", "CallPlan", "accept_offer", "add_document", "ask_link",
    "change_call", "decline_offer", "drop_document", "expire_offers", "extend_call", "lodge_appeal", "missing_fields",
    "move_call", "new_link",
    "offer_freed_seats", "open_call", "publish_call", "remind", "resubmit", "save_draft", "start_application",
    "submit", "withdraw",
]  # fmt: skip
