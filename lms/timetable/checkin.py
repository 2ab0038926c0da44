"""The code on the wall by which people in the room say that they are there (docs/rules.md §5). Pure.

It changes every twenty seconds and names one session. It lets nobody in: who redeems it is signed in already and stands on the
sheet of that session. All it shows is that they see the wall now, so a photograph sent to somebody else is soon worth nothing.
"""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum

STEP_SECONDS = 20
STEPS_ACCEPTED = 2
"""The current code and the one before it: twenty to forty seconds."""
LENGTH = 8
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O and U: they are misread
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


class Redeemed(StrEnum):
    """What became of a code that somebody presented. All but ACCEPTED change nothing."""

    ACCEPTED = "accepted"
    ALREADY = "already"
    NOT_ON_SHEET = "not_on_sheet"
    WRONG_OR_OVER = "wrong_or_over"


def code_at(secret: bytes, session_id: int, moment: datetime) -> str:
    """The code on the wall of this session at this moment."""
    return _code(secret, session_id, _step(moment))


def seconds_left(moment: datetime) -> int:
    """Until the next code."""
    return STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS


def is_current(secret: bytes, session_id: int, presented: str, moment: datetime) -> bool:
    """Whether the code is on the wall now or was just before, as scanned or typed by hand."""
    typed = presented.upper().translate(_MISREAD).encode()
    step = _step(moment)
    matches = [
        hmac.compare_digest(_code(secret, session_id, step - back).encode(), typed) for back in range(STEPS_ACCEPTED)
    ]
    return any(matches)


def redeem(
    secret: bytes, session_id: int, presented: str, moment: datetime, *, on_sheet: bool, is_marked: bool
) -> Redeemed:
    """What a code does for one signed-in person. Who is not on the sheet learns nothing about the code."""
    if not on_sheet:
        return Redeemed.NOT_ON_SHEET
    if not is_current(secret, session_id, presented, moment):
        return Redeemed.WRONG_OR_OVER
    return Redeemed.ALREADY if is_marked else Redeemed.ACCEPTED


def minutes_late(starts_at: datetime, moment: datetime) -> int:
    """Whole minutes since the session began by the server's clock; 0 for who is early."""
    return max(int((moment - starts_at).total_seconds()) // 60, 0)


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(secret: bytes, session_id: int, step: int) -> str:
    digest = hmac.new(secret, f"attendance:{session_id}:{step}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
