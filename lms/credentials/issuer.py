"""Who issues here: what this installation says of itself on certificates, and where the signer finds its keys."""

from dataclasses import dataclass
from pathlib import Path

from lms.settings import Settings


@dataclass(frozen=True)
class Issuer:
    """``address`` is where codes are checked, ``https://…/v/``. ``passphrase``: the file that opens the keys; in development
    it is made beside them, in production the operator names one (``may_make_passphrase`` False)."""

    name: str
    place: str
    address: str
    keys: Path
    passphrase: Path | None
    may_make_passphrase: bool


_issuer: Issuer | None = None


def connect(settings: Settings) -> None:
    """Use this installation for the whole process."""
    global _issuer
    keys = settings.data / "keys"
    passphrase = settings.key_passphrase_file
    if passphrase is None and not settings.is_production:
        passphrase = keys / "passphrase"
    _issuer = Issuer(
        settings.institute, settings.place, f"{settings.base_url}/v/", keys, passphrase, not settings.is_production
    )


def issuer() -> Issuer:
    if _issuer is None:
        raise RuntimeError("no issuer: create_app or a command connects one first")
    return _issuer
