"""The second factor: a code from an app (TOTP, RFC 6238), and codes on paper for the day the phone is lost."""

import base64
import hashlib
import secrets

import pyotp
from cryptography.fernet import Fernet
from sqlalchemy import delete, select, update

from lms import audit, db
from lms.accounts import queries, throttle
from lms.accounts.events import SecondFactorChanged
from lms.accounts.models import RecoveryCode, SignIn
from lms.accounts.tokens import hashed, new_token
from lms.clock import now
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor

STEP = 30
RECOVERY_CODES = 8
_PRODUCT = "Takwin"

_cipher: Fernet | None = None


class WrongCode(Refused):
    """The code is wrong, or was used already."""


def use_key(secret_key: str) -> None:
    """Encrypt the secrets at rest with this installation's key. Called once, at start."""
    global _cipher
    _cipher = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"totp " + secret_key.encode()).digest()))


def _seal(secret: str) -> str:
    assert _cipher is not None, "use_key was not called"  # noqa: S101 - a broken start, not an input
    return _cipher.encrypt(secret.encode()).decode()


def _unseal(sealed: str) -> str:
    assert _cipher is not None, "use_key was not called"  # noqa: S101 - a broken start, not an input
    return _cipher.decrypt(sealed.encode()).decode()


def new_secret() -> str:
    """A secret for the app. Nothing is kept until ``confirm_factor``."""
    return pyotp.random_base32()


def factor_address(secret: str, *, by: Actor) -> str:
    """The ``otpauth:`` address that the app's QR holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=queries.user(_known(by)).email, issuer_name=_PRODUCT)


def confirm_factor(secret: str, code: str, *, by: Actor) -> list[str]:
    """Switch the second factor on once the app shows the right code. Returns the recovery codes, shown this once."""
    user = queries.user(_known(by))
    step = _step_of(secret, code)
    if step is None:
        raise WrongCode(_("This code is not right. Check the clock of your phone and try the next one."), field="code")
    user.totp_secret, user.totp_last_step = _seal(secret), step
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _i in range(RECOVERY_CODES)]
    db.session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session().add_all(RecoveryCode(user_id=user.id, code_hash=hashed(code)) for code in codes)
    audit.record("factor.added", f"user:{user.id}", by=by)
    emit(SecondFactorChanged(user.id))
    return codes


def remove_factor(*, by: Actor) -> None:
    """Switch it off. The view asks for the password first."""
    user = queries.user(_known(by))
    user.totp_secret = None
    db.session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    audit.record("factor.removed", f"user:{user.id}", by=by)
    emit(SecondFactorChanged(user.id))


def pass_factor(sign_in_id: int, code: str, *, by: Actor) -> str:
    """Finish a sign-in with a code from the app or from paper; returns the new token. Opens its own frames: a wrong code is
    counted although the request is refused."""
    user_id = _known(by)
    with db.reading():
        throttle.refuse_when_spent(throttle.FACTOR, str(user_id))
    token = new_token()
    with db.transaction():
        right = _use_app_code(user_id, code) or _use_recovery_code(user_id, code)
        if right:
            throttle.forget(throttle.FACTOR, str(user_id))
            db.session().execute(
                update(SignIn).where(SignIn.id == sign_in_id)
                .values(factor_passed=True, token_hash=hashed(token), confirmed_at=now())
            )  # fmt: skip
        else:
            throttle.count(throttle.FACTOR, str(user_id))
        audit.record("factor.passed" if right else "factor.refused", f"user:{user_id}", by=by)
    if not right:
        raise WrongCode(_("This code is not right. Check the clock of your phone and try the next one."), field="code")
    return token


def _use_app_code(user_id: int, code: str) -> bool:
    user = queries.user(user_id)
    db.session().refresh(user, with_for_update=True)
    step = _step_of(_unseal(user.totp_secret), code) if user.totp_secret else None
    if step is None or step <= user.totp_last_step:
        return False
    user.totp_last_step = step
    return True


def _use_recovery_code(user_id: int, code: str) -> bool:
    unused = select(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == hashed(code.strip().lower()),
        RecoveryCode.used_at.is_(None),
    )
    row = db.session().scalars(unused.with_for_update()).one_or_none()
    if row is None:
        return False
    row.used_at = now()
    return True


def _step_of(secret: str, code: str) -> int | None:
    """Which 30-second step the code belongs to, the present one or a neighbour; None when it is wrong."""
    present = int(now().timestamp()) // STEP
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    if not digits.isascii():
        return None
    steps = (present, present - 1, present + 1)
    return next((step for step in steps if secrets.compare_digest(totp.at(step * STEP), digits)), None)


def _known(by: Actor) -> int:
    assert by.user_id is not None, "only a person has a second factor"  # noqa: S101 - a broken call, not an input
    return by.user_id
