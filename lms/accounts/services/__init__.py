"""What changes about people: coming in, staying in, and what they may do."""

from lms.accounts.services.factors import confirm_factor, factor_address, new_secret, pass_factor, remove_factor
from lms.accounts.services.passwords import (
    accept_invitation,
    ask_reset,
    change_password,
    link_user,
    make_link,
    reset_password,
)
from lms.accounts.services.people import add_organisation, change_profile, edit_organisation, invite, restore, suspend
from lms.accounts.services.roles import end_role, grant_role
from lms.accounts.services.sign_ins import confirm, end_all_sign_ins, end_sign_in, keep_signed_in, sign_in

__all__ = [
    "accept_invitation", "add_organisation", "ask_reset", "change_password", "change_profile", "confirm",
    "confirm_factor", "edit_organisation", "end_all_sign_ins", "end_role", "end_sign_in", "factor_address",
    "grant_role", "invite", "keep_signed_in", "link_user", "make_link", "new_secret", "pass_factor", "remove_factor",
    "reset_password", "restore", "sign_in", "suspend",
]  # fmt: skip
