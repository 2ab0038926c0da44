"""Which state of a training session may follow which (docs/rules.md §9). Pure."""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum


class Half(StrEnum):
    """Which part of the day a session takes."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class SessionState(StrEnum):
    """LOCKED: its attendance sheet is closed. RESCHEDULED: another session took its place."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    LOCKED = "locked"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"


_S = SessionState

FOLLOWING: Mapping[SessionState, frozenset[SessionState]] = {
    _S.PLANNED: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.RESCHEDULED}),
    _S.CONFIRMED: frozenset({_S.IN_PROGRESS, _S.CANCELLED, _S.RESCHEDULED}),
    _S.IN_PROGRESS: frozenset({_S.HELD}),
    _S.HELD: frozenset({_S.LOCKED}),
    _S.LOCKED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.RESCHEDULED: frozenset(),
}
OPEN = frozenset({_S.PLANNED, _S.CONFIRMED})
"""Those that may still be changed."""
LIVE = frozenset({_S.PLANNED, _S.CONFIRMED, _S.IN_PROGRESS, _S.HELD, _S.LOCKED})
"""Those that take a room and people's time."""
TAUGHT = frozenset({_S.HELD, _S.LOCKED})


def may_follow(state: SessionState, new: SessionState) -> bool:
    return new in FOLLOWING[state]


def needs_reason(new: SessionState) -> bool:
    """What people counted on and does not take place is explained."""
    return new in (_S.CANCELLED, _S.RESCHEDULED)


def half_of(starts: time) -> Half:
    """The part of the day a session belongs to that starts then."""
    if starts < time(12, 30):
        return Half.MORNING
    return Half.AFTERNOON if starts < time(18) else Half.EVENING
