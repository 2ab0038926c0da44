"""Pages of a list by key, not by count: the thousandth page costs what the first does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some rows, and the cursor of the page after them; None when this is the last."""

    rows: Sequence[Item]
    next: str | None


def cursor(*key: str | int) -> str:
    """An opaque address of the place after the row with this key."""
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(text: str | None, length: int) -> list[Any] | None:
    """The key in a cursor; None when there is none or it was tampered with (the list then starts at its beginning)."""
    if not text:
        return None
    try:
        key = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, NotBase64):
        return None
    return key if isinstance(key, list) and len(key) == length else None


def page_of(rows: Sequence[Item], key: Any, *, size: int = SIZE) -> Page[Item]:
    """Cut ``size`` rows out of the ``size + 1`` that were fetched; ``key(row)`` is the row's place in the order."""
    shown = rows[:size]
    return Page(shown, cursor(*key(shown[-1])) if len(rows) > size else None)
