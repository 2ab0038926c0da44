"""What is done with certificates."""

from lms.credentials.services.ending import CannotChange, correct, revoke
from lms.credentials.services.holding import end_share, hide_name, share, show_name
from lms.credentials.services.issuing import (
    NotEligible,
    issue_certificate,
    issue_cohort,
    issue_on_completion,
    record_seal,
    zip_cohort,
)
from lms.credentials.services.keys import KeysUnavailable, prepare_keys, rotate_key

__all__ = [
    "CannotChange", "KeysUnavailable", "NotEligible", "correct", "end_share", "hide_name", "issue_certificate", "issue_cohort",
    "issue_on_completion", "prepare_keys", "record_seal", "revoke", "rotate_key", "share", "show_name", "zip_cohort",
]  # fmt: skip
