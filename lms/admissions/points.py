"""From what two or three people gave, and from the file, to points (docs/rules.md §22). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

WIDEST_GAP = Decimal("0.20")
"""Of a criterion's points: beyond it a third person scores."""
EXAMINERS = 2
_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Consolidated:
    """``points`` None: not all scores are in. ``needs_third``: two are, too far apart."""

    points: Decimal | None
    needs_third: bool = False


def consolidated(scores: Sequence[Decimal], most: Decimal) -> Consolidated:
    """The mean of two scores. Too far apart, and a third decides: the mean of the two that are closest, of all three when
    both others are as close."""
    if len(scores) < EXAMINERS:
        return Consolidated(None)
    if len(scores) == EXAMINERS:
        if abs(scores[0] - scores[1]) > WIDEST_GAP * most:
            return Consolidated(None, needs_third=True)
        return Consolidated(_mean(scores))
    gaps = {pair: abs(pair[0] - pair[1]) for pair in combinations(sorted(scores), 2)}
    closest = min(gaps.values())
    pairs = [pair for pair, gap in gaps.items() if gap == closest]
    return Consolidated(_mean(pairs[0] if len(pairs) == 1 else scores))


def experience_points(years: int, per_year: Decimal, most: Decimal) -> Decimal:
    return min(years * per_year, most)


def balance_points(
    region: str, favoured: Collection[str], region_points: Decimal, women_points: Decimal, most: Decimal, *, is_woman: bool
) -> Decimal:  # fmt: skip
    points = (region_points if region in favoured else Decimal(0)) + (women_points if is_woman else Decimal(0))
    return min(points, most)


def _mean(scores: Sequence[Decimal]) -> Decimal:
    return (sum(scores, Decimal(0)) / len(scores)).quantize(_PLACES, ROUND_HALF_UP)
