"""Groups of fewer than five people are not shown, nor what would give them away (docs/rules.md §19, INV-16). Pure.

A table is cells and the sums among them: institute = its tracks, enrolled = women + men. Cells under five are hidden; then
others, until every hidden cell could be otherwise and everything shown still add up. "Could be otherwise" is proved, not
guessed: for each hidden cell there is another table with the same shown cells, the same labels, and a different number there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

SMALLEST = 5
MOST_TRIES = 2000
"""How long another table is looked for; when none is found by then, more is hidden."""
Key = TypeVar("Key")


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
    table = _Table(cells, sums, covers)
    proved: set[Key] = set()
    for key in covers:
        if key not in proved:
            proved |= table.another(key).keys()
    return [key for key in covers if key not in proved]


class _Table(Generic[Key]):
    """A table some cells of which are hidden, and the search for another one that looks the same."""

    def __init__(self, cells: Mapping[Key, int], sums: Sequence[Sum[Key]], covers: Mapping[Key, Cover]) -> None:
        self._cells, self._covers = cells, covers
        self._sums = [line for line in sums if any(cell in covers for cell in (line.whole, *line.parts))]
        self._lines: dict[Key, list[Sum[Key]]] = {}
        for line in self._sums:
            for cell in (line.whole, *line.parts):
                self._lines.setdefault(cell, []).append(line)
        self._tries = 0

    def another(self, key: Key) -> dict[Key, int]:
        """Changes, among them one of ``key``, after which all that is shown still holds; nothing when none was found."""
        for step in (1, -1):
            self._tries = MOST_TRIES
            move = {key: step}
            if self._fits(key, step) and self._repair(move):
                return move
        return {}

    def _repair(self, move: dict[Key, int]) -> bool:
        """Add changes until every sum is right again."""
        self._tries -= 1
        off = self._first_off(move)
        if off is None:
            return True
        line, excess = off
        for cell in (*line.parts, line.whole):
            step = excess if cell == line.whole else -excess
            if cell not in move and cell in self._covers and self._fits(cell, step) and self._tries > 0:
                move[cell] = step
                if self._repair(move):
                    return True
                del move[cell]
        return False

    def _first_off(self, move: Mapping[Key, int]) -> tuple[Sum[Key], int] | None:
        """A sum that is wrong after the changes, and by how much its parts exceed it."""
        for cell in move:
            for line in self._lines.get(cell, ()):
                excess = sum(move.get(part, 0) for part in line.parts) - move.get(line.whole, 0)
                if excess:
                    return line, excess
        return None

    def _fits(self, key: Key, step: int) -> bool:
        """Whether the changed number still bears its label: under five, or five and more."""
        number = self._cells[key] + step
        return 0 <= number < SMALLEST if self._covers[key] is Cover.SMALL else number >= SMALLEST
