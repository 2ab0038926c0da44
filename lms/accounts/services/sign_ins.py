"""Signing in, out, and out everywhere."""

from datetime import datetime

from sqlalchemy import or_, select, update

from lms import audit, db
from lms.accounts import passwords, queries, throttle
from lms.accounts.models import SignIn, User
from lms.accounts.stay import stay_of
from lms.accounts.tokens import hashed, new_token
from lms.clock import now
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor


class WrongPassword(Refused):
    """The e-mail address or the password is wrong; which of the two is not said."""


def sign_in(email: str, password: str, *, block: str, device: str) -> str:
    """Check the password and return the token for the cookie. Raises WrongPassword, TooMany.

    Opens its own frames: a failure is counted although the request is refused, and no hashing happens inside a transaction.
    """
    address = email.strip().lower()
    with db.reading():
        tried = throttle.windows((throttle.SIGN_IN_ACCOUNT, address), (throttle.SIGN_IN_BLOCK, block))
        throttle.refuse_when_spent(throttle.SIGN_IN_ACCOUNT, address)
        throttle.refuse_when_spent(throttle.SIGN_IN_BLOCK, block)
        account = queries.account_by_email(address)
    stored = account.password_hash if account and not account.is_suspended else None
    if not passwords.is_right(password, stored) or account is None:
        with db.transaction():
            throttle.count(throttle.SIGN_IN_ACCOUNT, address)
            throttle.count(throttle.SIGN_IN_BLOCK, block)
            user_id = account.user_id if account else None
            audit.record("sign_in.refused", f"user:{user_id or 0}", by=Actor(user_id, ""))
        raise WrongPassword(_("The e-mail address or the password is wrong."))
    rehashed = passwords.hash_password(password) if stored and passwords.is_outdated(stored) else None
    with db.transaction():
        if tried:
            throttle.forget(throttle.SIGN_IN_ACCOUNT, address)
        if rehashed:
            db.session().execute(update(User).where(User.id == account.user_id).values(password_hash=rehashed))
        return _start(account, device)


def start_sign_in(user_id: int, *, device: str) -> str:
    """A new sign-in for somebody whose password was just proven, or set."""
    return _start(queries.account(user_id), device)


def _start(account: queries.Account, device: str) -> str:
    token = new_token()
    db.session().add(SignIn(
        user_id=account.user_id, token_hash=hashed(token), factor_passed=not account.has_factor, device=device[:80],
        created_at=now(), confirmed_at=now(), expires_at=now() + stay_of(account.roles).whole,
    ))  # fmt: skip
    audit.record("sign_in.started", f"user:{account.user_id}", by=Actor(account.user_id, account.name))
    return token


def confirm(sign_in_id: int, password: str, *, by: Actor) -> str:
    """The password was typed again before something dangerous: the sign-in becomes fresh, under a new token.
    Opens its own frames, like ``sign_in``."""
    with db.reading():
        user = queries.user(_known(by))
        throttle.refuse_when_spent(throttle.SIGN_IN_ACCOUNT, user.email)
    if not passwords.is_right(password, user.password_hash):
        with db.transaction():
            throttle.count(throttle.SIGN_IN_ACCOUNT, user.email)
        raise WrongPassword(_("This is not your password."), field="password")
    token = new_token()
    with db.transaction():
        db.session().execute(
            update(SignIn).where(SignIn.id == sign_in_id).values(token_hash=hashed(token), confirmed_at=now())
        )
    return token


def keep_signed_in(user_id: int, until: datetime) -> None:
    """Let no sign-in of this person end by time before ``until``: they sit an exam. Never shortens what was said before."""
    sooner = or_(User.kept_until.is_(None), User.kept_until < until)
    db.session().execute(update(User).where(User.id == user_id, sooner).values(kept_until=until))


def end_sign_in(sign_in_id: int, *, by: Actor) -> None:
    """Sign one of somebody's own browsers out."""
    _end(SignIn.id == sign_in_id, by)


def end_all_sign_ins(*, by: Actor, but: int | None = None) -> None:
    """Sign out everywhere; ``but`` one sign-in that goes on."""
    _end(SignIn.id != (but or 0), by)


def _end(which: object, by: Actor) -> None:
    user_id = _known(by)
    live = select(SignIn).where(which, SignIn.user_id == user_id, SignIn.ended_at.is_(None))  # type: ignore[arg-type]
    for row in db.session().scalars(live):
        row.ended_at = now()
        audit.record("sign_in.ended", f"user:{user_id}", by=by)


def end_sign_ins_of(user_id: int) -> None:
    """End every sign-in of somebody: their password changed, or they were suspended."""
    live = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    db.session().execute(live.values(ended_at=now()))


def _known(by: Actor) -> int:
    assert by.user_id is not None, "only a person signs in"  # noqa: S101 - a broken call, not an input
    return by.user_id
