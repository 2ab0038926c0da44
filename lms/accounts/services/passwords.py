"""Invitations, forgotten and changed passwords: one-time links."""

from datetime import timedelta

from sqlalchemy import select

from lms import audit, db
from lms.accounts import passwords, queries, throttle
from lms.accounts.events import PasswordChanged, PasswordResetAsked
from lms.accounts.models import LinkPurpose, OneTimeLink, User
from lms.accounts.services.sign_ins import WrongPassword, end_sign_ins_of
from lms.accounts.tokens import hashed, new_token
from lms.clock import now
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor

LIFETIME = {LinkPurpose.INVITATION: timedelta(days=14), LinkPurpose.PASSWORD_RESET: timedelta(minutes=30)}


class LinkSpent(Refused):
    """The link was used, is too old, or belongs to a password that has changed since."""

    status = 410


class WeakPassword(Refused):
    """The password will not do; the sentence says why."""


def make_link(user_id: int, purpose: LinkPurpose) -> str:
    """A fresh token for a mail about to be sent. Called by the job that sends it, so that no token ever waits in a table."""
    user = queries.user(user_id)
    token = new_token()
    db.session().add(OneTimeLink(
        user_id=user_id, purpose=purpose, token_hash=hashed(token), bound_to=_binding(user), created_at=now(),
        expires_at=now() + LIFETIME[purpose],
    ))  # fmt: skip
    return token


def _binding(user: User) -> str:
    return hashed(f"{user.email} {user.password_hash}")


def _link(token: str, purpose: LinkPurpose) -> OneTimeLink:
    link = db.session().scalars(
        select(OneTimeLink).where(OneTimeLink.token_hash == hashed(token), OneTimeLink.purpose == purpose)
    ).one_or_none()  # fmt: skip
    if link is None or link.used_at is not None or link.expires_at <= now():
        raise LinkSpent(_("This link was used already or is too old. Ask for a new one."))
    return link


def link_user(token: str, purpose: LinkPurpose) -> User:
    """Whose link this is. Raises LinkSpent."""
    link = _link(token, purpose)
    user = queries.user(link.user_id)
    if link.bound_to != _binding(user) or user.suspended_at is not None:
        raise LinkSpent(_("This link was used already or is too old. Ask for a new one."))
    return user


def accept_invitation(token: str, password_hash: str) -> User:
    """First password of somebody invited."""
    return _set_by_link(token, LinkPurpose.INVITATION, password_hash, "invitation.accepted")


def reset_password(token: str, password_hash: str) -> User:
    """New password by mail. Every sign-in ends; the second factor stays."""
    user = _set_by_link(token, LinkPurpose.PASSWORD_RESET, password_hash, "password.reset")
    throttle.forget(throttle.SIGN_IN_ACCOUNT, user.email)
    return user


def _set_by_link(token: str, purpose: LinkPurpose, password_hash: str, act: str) -> User:
    user = link_user(token, purpose)
    _link(token, purpose).used_at = now()
    _set(user, password_hash, act, by=Actor(user.id, user.name))
    return user


def _set(user: User, password_hash: str, act: str, *, by: Actor) -> None:
    is_first, user.password_hash = user.password_hash is None, password_hash
    end_sign_ins_of(user.id)
    audit.record(act, f"user:{user.id}", by=by)
    if not is_first:
        emit(PasswordChanged(user.id))


def ask_reset(email: str, *, block: str) -> None:
    """Send a reset link if somebody has that address; the caller answers the same either way. Silent when asked too often."""
    account = email.strip().lower()
    in_time = throttle.count(throttle.RESET_ACCOUNT, account) and throttle.count(throttle.RESET_BLOCK, block)
    user = queries.user_by_email(account)
    if in_time and user is not None and user.suspended_at is None and user.password_hash is not None:
        audit.record("password.reset_asked", f"user:{user.id}", by=Actor(user.id, user.name))
        emit(PasswordResetAsked(user.id))


def change_password(current: str, new_hash: str, *, by: Actor) -> None:
    """By somebody signed in. Every sign-in ends, this one too: the view starts a new one."""
    assert by.user_id is not None  # noqa: S101 - a broken call, not an input
    user = queries.user(by.user_id)
    if not passwords.is_right(current, user.password_hash):
        raise WrongPassword(_("This is not your password."), field="current")
    _set(user, new_hash, "password.changed", by=by)
