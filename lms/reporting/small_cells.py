"""Groups of fewer than five people are not shown, nor what would give them away (docs/rules.md §19, INV-16). Pure.

A table is cells and the sums among them: institute = its tracks, enrolled = women + men. Cells under five are hidden; then
others, until every hidden cell could be otherwise and everything shown still add up. "Could be otherwise" is proved, not
guessed: for each hidden cell there is another table with the same shown cells, the same labels, and a different number there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Generic, TypeVar

SMALLEST = 5
Key = TypeVar("Key")
Vector = dict[Key, Fraction]


class Cover(StrEnum):
    """Why a cell is hidden. SMALL is said on screen as "n < 5"; OTHER hides a cell that would give a small one away."""

    SMALL = "small"
    OTHER = "other"


@dataclass(frozen=True)
class Sum(Generic[Key]):
    """One line of a table: the whole is its parts together."""

    whole: Key
    parts: tuple[Key, ...]


def hidden(
    cells: Mapping[Key, int], sums: Sequence[Sum[Key]], bundles: Iterable[Sequence[Key]] = ()
) -> dict[Key, Cover]:
    """The cells not to show; those of a bundle are shown or hidden together. The answer depends on the numbers alone, so that
    two pages of the same table hide the same."""
    together = {key: bundle for bundle in bundles for key in bundle}
    covers = {key: Cover.SMALL for key, number in cells.items() if number < SMALLEST}
    while True:
        for key in list(covers):
            covers |= {other: Cover.OTHER for other in together.get(key, ()) if other not in covers}
        exposed = _exposed(cells, sums, covers)
        if not exposed:
            return covers
        more = _next(cells, sums, covers, exposed)
        if more is None:
            return dict.fromkeys(cells, Cover.OTHER)  # labels themselves would tell: show nothing, and no label
        covers[more] = Cover.OTHER


def _next(
    cells: Mapping[Key, int], sums: Sequence[Sum[Key]], covers: Mapping[Key, Cover], exposed: Iterable[Key]
) -> Key | None:
    """The cell to hide next: the smallest beside an exposed one, parts before wholes, in a sum that gives it away by itself if
    there is one; else any that is left."""
    at_risk = set(exposed)
    around = [(*line.parts, line.whole) for line in sums]
    around = [line for line in around if at_risk.intersection(line) and not all(cell in covers for cell in line)]
    telling = [line for line in around if sum(cell in covers for cell in line) == 1]
    for line in telling or around:
        shown = [(cell == line[-1], cells[cell], order) for order, cell in enumerate(line) if cell not in covers]
        return line[min(shown)[2]]
    return next((cell for cell in cells if cell not in covers), None)


def _exposed(cells: Mapping[Key, int], sums: Sequence[Sum[Key]], covers: Mapping[Key, Cover]) -> list[Key]:
    """Hidden cells for which no other number was proved possible."""
    moves = _moves(sums, covers)
    open_ = {key for move in moves if _fits(cells, covers, move) for key in move}
    return [key for key in covers if key not in open_]


def _fits(cells: Mapping[Key, int], covers: Mapping[Key, Cover], move: Mapping[Key, int]) -> bool:
    """Whether the table moved so still says what the labels say: under five, five or more, never below zero."""
    for key, step in move.items():
        number = cells[key] + step
        if covers[key] is Cover.SMALL and not 0 <= number < SMALLEST:
            return False
        if covers[key] is Cover.OTHER and number < SMALLEST:
            return False
    return True


def _moves(sums: Sequence[Sum[Key]], covers: Mapping[Key, Cover]) -> list[dict[Key, int]]:
    """Ways to change hidden cells that leave every sum right: a basis of them, two of them together, and all the other way."""
    basis = _basis([_row(line, covers) for line in sums], list(covers))
    both = [_joined(one, two) for one, two in combinations(basis[:40], 2) if one.keys() & two.keys()]
    found = [
        *basis,
        *both,
        *(_joined(one, _turned(two)) for one, two in combinations(basis[:40], 2) if one.keys() & two.keys()),
    ]
    return [*found, *(_turned(move) for move in found)]


def _joined(one: Mapping[Key, int], two: Mapping[Key, int]) -> dict[Key, int]:
    sums = {key: one.get(key, 0) + two.get(key, 0) for key in {**one, **two}}
    return {key: step for key, step in sums.items() if step}


def _turned(move: Mapping[Key, int]) -> dict[Key, int]:
    return {key: -step for key, step in move.items()}


def _row(line: Sum[Key], covers: Iterable[Key]) -> Vector[Key]:
    known = set(covers)
    row = {part: Fraction(1) for part in line.parts if part in known}
    if line.whole in known:
        row[line.whole] = Fraction(-1)
    return row


def _basis(rows: Iterable[Vector[Key]], keys: Sequence[Key]) -> list[dict[Key, int]]:
    """Whole-number solutions of the equations, one for each cell that is free to move (Gauss, exact)."""
    solved: dict[Key, Vector[Key]] = {}
    for row in rows:
        rest = dict(row)
        for key, known in solved.items():
            if key in rest:
                _subtract(rest, known, rest[key])
        pivot = next((key for key in keys if rest.get(key)), None)
        if pivot is None:
            continue
        scale = rest[pivot]
        rest = {key: value / scale for key, value in rest.items()}
        for known in solved.values():
            if pivot in known:
                _subtract(known, rest, known[pivot])
        solved[pivot] = rest
    return [_solution(key, solved) for key in keys if key not in solved]


def _subtract(row: Vector[Key], other: Vector[Key], times: Fraction) -> None:
    for key, value in other.items():
        left = row.get(key, Fraction(0)) - times * value
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def _solution(free: Key, solved: Mapping[Key, Vector[Key]]) -> dict[Key, int]:
    steps = {free: Fraction(1)} | {pivot: -row[free] for pivot, row in solved.items() if row.get(free)}
    scale = lcm(*(step.denominator for step in steps.values()))
    return {key: int(step * scale) for key, step in steps.items()}
