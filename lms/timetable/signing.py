"""What a signature on an attendance sheet is of (docs/rules.md §5). Pure."""

import hashlib
from collections.abc import Collection, Container, Mapping
from datetime import timedelta
from enum import StrEnum

from lms.timetable.sheet import Line, Presence

LOCKED_AFTER = timedelta(hours=24)
"""After the end of the session, signatures or not."""


class SigningMethod(StrEnum):
    """How the person was known: signed in and pressing the button, or besides by the code on the wall of the room."""

    SIGNED_IN = "signed_in"
    WALL_CODE = "wall_code"


SIGNED_BY_PARTICIPANTS = frozenset({Presence.PRESENT, Presence.LATE})
"""Whoever was absent has nothing to sign."""


def digest_of_line(session_id: int, enrolment_id: int, line: Line) -> str:
    return _digest(f"{session_id} {_said(enrolment_id, line)}")


def digest_of_sheet(session_id: int, lines: Mapping[int, Line]) -> str:
    said = "\n".join(_said(enrolment_id, line) for enrolment_id, line in sorted(lines.items()))
    return _digest(f"{session_id}\n{said}")


def unsigned(
    session_id: int, expected: Collection[int], lines: Mapping[int, Line], signed: Container[tuple[int | None, str]]
) -> list[int | None] | None:
    """Whose signature a sheet lacks: enrolments of people who were there, None for whoever led. None in place of the list while
    the sheet does not speak of everybody ``expected``. ``signed``: enrolment (None: the whole sheet) and digest of each."""
    if not lines or set(expected) - lines.keys():
        return None
    wanted: dict[int | None, str] = {
        key: digest_of_line(session_id, key, line)
        for key, line in lines.items()
        if line.presence in SIGNED_BY_PARTICIPANTS
    }
    wanted[None] = digest_of_sheet(session_id, lines)
    return [key for key, digest in wanted.items() if (key, digest) not in signed]


def _said(enrolment_id: int, line: Line) -> str:
    return f"{enrolment_id} {line.presence.value} {'' if line.minutes is None else line.minutes}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
