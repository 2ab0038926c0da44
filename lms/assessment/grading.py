"""From answers to points and from rubric levels to a mark (docs/rules.md §1 and §6). Pure; exact fractions throughout."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.assessment.draw import Put
from lms.assessment.responses import Response, folded, number

RULES = "2026-1"
"""The version of these rules; kept with every marking."""
FULL_MARK = 20
TOP_LEVEL = 4
BELOW_PASS = Decimal("11.9")
"""The most that work can get whose critical criterion is insufficient."""

Solution = Mapping[str, Any]


def share(put: Put, solution: Solution, response: Response) -> Fraction:
    """How much of a question's points the answer is worth, from 0 to 1. No answer is worth nothing."""
    return Fraction(0) if response is None else _KINDS[put.kind](put, solution["key"], response, solution)


_Rule = Callable[[Put, Any, Any, Solution], Fraction]


def _exactly(_put: Put, key: str, response: str, _solution: Solution) -> Fraction:
    return Fraction(response == key)


def _true_or_false(_put: Put, key: bool, response: str, _solution: Solution) -> Fraction:
    return Fraction(response == ("true" if key else "false"))


def _several(put: Put, key: Sequence[str], response: Sequence[str], _solution: Solution) -> Fraction:
    """+1/right for each right tick, -1/wrong for each wrong one, never below zero."""
    right, wrong = set(key), set(put.order) - set(key)
    ticked = set(response)
    total = Fraction(len(ticked & right), len(right))
    if wrong:
        total -= Fraction(len(ticked & wrong), len(wrong))
    return max(total, Fraction(0))


def _number(_put: Put, key: str, response: str, solution: Solution) -> Fraction:
    given = number(response)
    if given is None:
        return Fraction(0)
    return Fraction(abs(given - Decimal(key)) <= Decimal(solution.get("tolerance") or "0"))


def _words(_put: Put, key: Sequence[str], response: str, _solution: Solution) -> Fraction:
    return Fraction(folded(response) in {folded(accepted) for accepted in key})


def _order(_put: Put, key: Sequence[str], response: Mapping[str, int], _solution: Solution) -> Fraction:
    """One share for each neighbouring pair of the right order that stands together in the answer."""
    pairs = list(pairwise(key))
    together = [
        first in response and second in response and response[second] - response[first] == 1 for first, second in pairs
    ]
    return Fraction(sum(together), len(pairs))


def _pairs(_put: Put, key: Mapping[str, str], response: Mapping[str, str], _solution: Solution) -> Fraction:
    return Fraction(sum(response.get(prompt) == option for prompt, option in key.items()), len(key))


_KINDS: Mapping[str, _Rule] = {
    "single_choice": _exactly,
    "multiple_choice": _several,
    "true_false": _true_or_false,
    "numeric": _number,
    "short_text": _words,
    "ordering": _order,
    "matching": _pairs,
}


@dataclass(frozen=True)
class Answered:
    """A question that was put, what it is worth, what is right and what was answered."""

    put: Put
    points: Decimal
    solution: Solution
    response: Response


@dataclass(frozen=True)
class Marked:
    """``mark`` out of 20, one place. ``points``: of each question, by its id, two places."""

    mark: Decimal
    points: dict[str, str]

    def earned(self, question_id: int) -> Decimal:
        return Decimal(self.points[str(question_id)])


def marked(answers: Sequence[Answered]) -> Marked:
    """Mark an attempt. The mark comes from the exact shares, not from the rounded points."""
    earned = {
        answer.put.question_id: share(answer.put, answer.solution, answer.response) * Fraction(answer.points)
        for answer in answers
    }
    most = sum((Fraction(answer.points) for answer in answers), Fraction(0))
    mark = out_of_twenty(sum(earned.values(), Fraction(0)), most)
    return Marked(mark, {str(question): str(half_up(points, 2)) for question, points in earned.items()})


def out_of_twenty(earned: Fraction, most: Fraction) -> Decimal:
    return half_up(FULL_MARK * earned / most, 1) if most else half_up(Fraction(0), 1)


def half_up(value: Fraction, places: int) -> Decimal:
    """Rounded as on paper: a half goes up."""
    scaled = value * 10**places
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-places)


@dataclass(frozen=True)
class Criterion:
    """What of a rubric's line decides the mark."""

    id: str
    weight: int
    is_critical: bool


def criteria_of(rows: Iterable[Mapping[str, Any]]) -> list[Criterion]:
    """Out of ``catalogue.models.Rubric.criteria``."""
    return [Criterion(row["id"], row.get("weight", 1), bool(row.get("critical"))) for row in rows]


def rubric_mark(criteria: Sequence[Criterion], levels: Mapping[str, int]) -> Decimal:
    """20 × Σ weight·level ÷ Σ weight·4, one place, half-up; at most 11.9 when a critical criterion is insufficient."""
    earned = sum(criterion.weight * levels[criterion.id] for criterion in criteria)
    most = sum(criterion.weight * TOP_LEVEL for criterion in criteria)
    mark = half_up(Fraction(FULL_MARK * earned, most), 1)
    return mark if may_pass(criteria, levels) else min(mark, BELOW_PASS)


def may_pass(criteria: Sequence[Criterion], levels: Mapping[str, int]) -> bool:
    """Whether the work can be accepted at all: every critical criterion is above level 1."""
    return all(levels[criterion.id] >= 2 for criterion in criteria if criterion.is_critical)
