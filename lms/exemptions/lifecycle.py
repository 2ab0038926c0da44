"""Which state of a request for exemption may follow which (docs/rules.md §23). Pure."""

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    """ADMISSIBLE: two assessors judge it, and the portfolio may still be added to. FULL and PARTIAL exempt; the others do not."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NOT_ADMISSIBLE = "not_admissible"
    ADMISSIBLE = "admissible"
    FULL = "full"
    PARTIAL = "partial"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = RequestState

FOLLOWING: Mapping[RequestState, frozenset[RequestState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.ADMISSIBLE, _S.NOT_ADMISSIBLE, _S.WITHDRAWN}),
    _S.ADMISSIBLE: frozenset({_S.FULL, _S.PARTIAL, _S.REFUSED, _S.WITHDRAWN}),
    _S.NOT_ADMISSIBLE: frozenset(),
    _S.FULL: frozenset(),
    _S.PARTIAL: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
GRANTED = frozenset({_S.FULL, _S.PARTIAL})
TURNED_DOWN = frozenset({_S.NOT_ADMISSIBLE, _S.REFUSED, _S.WITHDRAWN})
"""Another request for the module may follow."""
WAITING = frozenset({_S.SUBMITTED, _S.ADMISSIBLE})
"""The institute owes an answer."""
OUTCOMES = frozenset({_S.FULL, _S.PARTIAL, _S.REFUSED})
APPEALABLE = frozenset({_S.NOT_ADMISSIBLE, _S.PARTIAL, _S.REFUSED})
TAKES_DOCUMENTS = frozenset({_S.DRAFT, _S.ADMISSIBLE})


def may_follow(state: RequestState, new: RequestState) -> bool:
    return new in FOLLOWING[state]


def needs_reason(new: RequestState) -> bool:
    """Every decision is explained, one in somebody's favour too: it spares them what others do."""
    return new in OUTCOMES or new is _S.NOT_ADMISSIBLE
