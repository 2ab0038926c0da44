"""From what examiners and files say to points (docs/rules.md §12). Pure and exact.

Two people score each test and interview, neither seeing the other's points first. When they are far apart a third scores too,
and the two closest count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

GAP = Decimal("0.2")
"""Of a criterion's points: more between two examiners calls for a third."""
_HUNDREDTH = Decimal("0.01")


class CriterionKind(StrEnum):
    """TEST and INTERVIEW are scored by people; the others follow from the file."""

    TEST = "test"
    INTERVIEW = "interview"
    EXPERIENCE = "experience"
    BALANCE = "balance"


SCORED = frozenset({CriterionKind.TEST, CriterionKind.INTERVIEW})
YEARS_FOR_ALL = 10
"""Full years of teaching that give all the points of experience; fewer give their share."""


@dataclass(frozen=True)
class Scored:
    """What one criterion gives. ``points`` None: not settled yet. ``wants`` says how many more examiners have to score."""

    points: Decimal | None
    wants: int = 0


def settled(scores: Sequence[Decimal], most: Decimal) -> Scored:
    """The points of a criterion from its examiners' scores, in the order in which they were given."""
    if len(scores) < 2:
        return Scored(None, wants=2 - len(scores))
    first, second = scores[0], scores[1]
    if abs(first - second) <= GAP * most:
        return Scored(_rounded((first + second) / 2))
    if len(scores) == 2:
        return Scored(None, wants=1)
    return Scored(_closest(first, second, scores[2]))


def _closest(*scores: Decimal) -> Decimal:
    """The mean of the two closest; of all three when the middle one is as far from both."""
    low, middle, high = sorted(scores)
    below, above = middle - low, high - middle
    if below == above:
        return _rounded((low + middle + high) / 3)
    return _rounded((low + middle) / 2 if below < above else (middle + high) / 2)


def experience(years: int, most: Decimal) -> Decimal:
    """Points for full years of teaching, all of them from ten on."""
    return _rounded(most * min(max(years, 0), YEARS_FOR_ALL) / YEARS_FOR_ALL)


def balance(most: Decimal, *conditions: bool) -> Decimal:
    """Points shared evenly between the conditions that were published: a favoured region, an under-represented sex."""
    return _rounded(most * sum(conditions) / len(conditions)) if conditions else Decimal(0)


def _rounded(points: Decimal) -> Decimal:
    return points.quantize(_HUNDREDTH, ROUND_HALF_UP)
