"""Random secrets: only their hash is kept, so what is in the database opens nothing."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
