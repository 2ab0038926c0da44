"""The keys certificates are sealed with: made at ``lms init``, changed every year or two, kept for ever."""

from lms import audit, db
from lms.clock import now
from lms.credentials import pki, queries
from lms.credentials.issuer import Issuer, issuer
from lms.credentials.models import SigningKey
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor


class KeysUnavailable(Refused):
    """The keys cannot be made or opened here; the sentence says what is missing."""


def prepare_keys() -> None:
    """Make the authority and the first seal key where there is none. Safe to repeat."""
    if queries.active_key() is None:
        _add_key(INSTITUTE)


def rotate_key(*, by: Actor) -> SigningKey:
    """Seal with a new key from now on. What the old one sealed stays good, and is checked with it."""
    db.session().flush()
    for key in queries.signing_keys():
        key.retired_at = key.retired_at or now()
    return _add_key(by)


def passphrase(us: Issuer) -> bytes:
    """What opens the keys. Raises KeysUnavailable."""
    if us.passphrase is None:
        raise KeysUnavailable(_("LMS_KEY_PASSPHRASE_FILE must name the file that holds the passphrase of the keys."))
    if us.may_make_passphrase:
        return pki.make_passphrase(us.passphrase)
    try:
        words = us.passphrase.read_bytes().strip()
    except OSError:
        words = b""
    if not words:
        raise KeysUnavailable(_("The passphrase of the keys cannot be read from %(file)s.", file=us.passphrase))
    return words


def _add_key(by: Actor) -> SigningKey:
    us = issuer()
    made = pki.make_seal_certificate(pki.KeyFolder(us.keys, passphrase(us)), us.name, now())
    key = SigningKey(
        purpose=queries.PURPOSE, algorithm=pki.ALGORITHM, chain=made.chain, fingerprint=made.fingerprint,
        location=f"file:{made.path.name}", active_from=now(),
    )  # fmt: skip
    db.session().add(key)
    db.session().flush()  # the audit row names the id
    audit.record("key.made", f"signing_key:{key.id}", by=by, fingerprint=made.fingerprint)
    return key
