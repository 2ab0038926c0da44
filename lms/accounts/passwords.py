"""Hash and check. Argon2id at 19 MiB, two passes, one lane: the OWASP floor, cheap enough to survive a classroom signing in.

At most ``AT_ONCE`` hashes run at the same time in a process, so that signing in never starves the pages of those who are in.
"""

import os
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 128
FEWEST_GUESSES = 10**8
"""What an attacker who tries the likely first must need at least; Argon2id makes each try dear."""
READ = 40
"""Letters of it that are judged: judging takes time that grows with them, and these say enough."""
LOCAL = (
    "takwin",
    "maroc",
    "casablanca",
    "rabat",
    "formation",
    "formateur",
    "motdepasse",
    "azerty",
    "bienvenue",
    "administrateur",
)
"""What is likely here and in no list of passwords of the world."""
AT_ONCE = max(1, (os.cpu_count() or 2) // 2)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    with _slots:
        return _hasher.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password. Takes the same time when nobody has that account (``stored`` None)."""
    with _slots:
        try:
            _hasher.verify(stored or _nobodys(), password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether it should be hashed again, because the parameters have risen since."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def weakness(password: str, *personal: str) -> str | None:
    """Why the password is refused, as a key of forms.WEAKNESSES; None when it will do. ``personal``: names and e-mail."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    own = [*personal, *(word for name in personal for word in name.split())]
    if any(len(word) > 3 and word.casefold() in plain and len(plain) < len(word) + 8 for word in own):
        return "personal"
    if zxcvbn(password[:READ], user_inputs=[*LOCAL, *own])["guesses"] < FEWEST_GUESSES:
        return "common"
    return None
