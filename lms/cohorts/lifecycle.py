"""Which state of an enrolment may follow which (docs/rules.md §2). Pure.

Nobody who was enrolled once is enrolled anew: they come back, with a reason, to the place they had.
"""

from collections.abc import Mapping
from enum import StrEnum


class EnrolmentState(StrEnum):
    """REGISTERED until the cohort starts, then ACTIVE by itself. COMPLETED and FAILED ones keep reading."""

    REGISTERED = "registered"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"
    DEFERRED = "deferred"


_S = EnrolmentState

FOLLOWING: Mapping[EnrolmentState, frozenset[EnrolmentState]] = {
    _S.REGISTERED: frozenset({_S.COMPLETED, _S.WITHDRAWN, _S.EXCLUDED, _S.DEFERRED}),
    _S.ACTIVE: frozenset({_S.SUSPENDED, _S.COMPLETED, _S.FAILED, _S.WITHDRAWN, _S.EXCLUDED, _S.DEFERRED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.WITHDRAWN, _S.EXCLUDED, _S.DEFERRED}),
    _S.COMPLETED: frozenset({_S.ACTIVE}),
    _S.FAILED: frozenset({_S.ACTIVE}),
    _S.WITHDRAWN: frozenset({_S.ACTIVE}),
    _S.EXCLUDED: frozenset({_S.ACTIVE}),
    _S.DEFERRED: frozenset({_S.ACTIVE}),
}


class HoldOutcome(StrEnum):
    """How a place kept for somebody was kept no longer: they took it, it was given up, its time was over."""

    TAKEN = "taken"
    RELEASED = "released"
    EXPIRED = "expired"


SEATED = frozenset({_S.REGISTERED, _S.ACTIVE, _S.SUSPENDED, _S.COMPLETED, _S.FAILED})
"""Those who take one of the cohort's places."""
LEARNING = frozenset({_S.REGISTERED, _S.ACTIVE})
"""Those who learn and are assessed, as far as the dates let them: before the first day nothing is open."""
READING = LEARNING | {_S.COMPLETED, _S.FAILED}
"""Those who see lessons and results."""


def may_follow(state: EnrolmentState, new: EnrolmentState) -> bool:
    return new in FOLLOWING[state]


def needs_hearing(new: EnrolmentState) -> bool:
    """Nobody is excluded unheard."""
    return new is _S.EXCLUDED


def needs_reason(new: EnrolmentState) -> bool:
    """Everything but success is explained."""
    return new is not _S.COMPLETED
