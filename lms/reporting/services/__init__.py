"""What people keep in reporting, and what is done to several participants at once."""

from lms.reporting.services.bulk import contact_several, group_several, withdraw_several
from lms.reporting.services.keeping import delete_view, log_contact, own_view, rename_view, save_view

__all__ = [
    "contact_several", "delete_view", "group_several", "log_contact", "own_view", "rename_view", "save_view", "withdraw_several",
]  # fmt: skip
