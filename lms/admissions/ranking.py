"""Who is admitted, who waits, in which order (docs/rules.md §12). Pure: the same candidates and seed give the same list.

Each track is ranked by itself. Points decide; ties go to a favoured region, then to whoever's file was complete first, then to
a draw that anybody can repeat from the seed. The quota moves up as few people as it takes, and says so.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise


class Outcome(StrEnum):
    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"


class Tie(StrEnum):
    """What put somebody after the one before, who has as many points."""

    REGION = "region"
    DATE = "date"
    DRAW = "draw"


@dataclass(frozen=True)
class Candidate:
    """An interviewed applicant of one track. ``is_counted``: counts for the quota (women)."""

    application_id: int
    points: Decimal
    is_favoured: bool
    completed_at: datetime
    is_counted: bool


@dataclass(frozen=True)
class Rules:
    """``counted_percent``: the least share of the places for those who count for the quota, if so many are candidates."""

    places: int
    waiting: int
    seed: int
    counted_percent: int = 0


@dataclass(frozen=True)
class Ranked:
    """One line of the list. ``merit`` is the rank by points and ties alone; ``rank`` what the quota made of it; ``tie`` is None
    where points alone decide; ``draw`` the number drawn, the smaller the better."""

    candidate: Candidate
    merit: int
    rank: int
    outcome: Outcome
    tie: Tie | None
    draw: str

    @property
    def moved_by_quota(self) -> bool:
        return self.rank != self.merit


def draw_of(seed: int, application_id: int) -> str:
    """Sixteen hexadecimal digits of SHA-256 over "seed:application": anybody can work them out again."""
    return hashlib.sha256(f"{seed}:{application_id}".encode()).hexdigest()[:16]


def ranked(candidates: Iterable[Candidate], rules: Rules) -> list[Ranked]:
    """The whole list of one track, best first."""
    by_merit = sorted(candidates, key=lambda one: _key(one, rules.seed))
    admitted = _admitted(by_merit, rules)
    order = [one for one in by_merit if one in admitted] + [one for one in by_merit if one not in admitted]
    merits = {one.application_id: number for number, one in enumerate(by_merit, start=1)}
    ties = _ties(by_merit)
    return [
        Ranked(
            one,
            merits[one.application_id],
            rank,
            _outcome(rank, rules),
            ties.get(one.application_id),
            draw_of(rules.seed, one.application_id),
        )
        for rank, one in enumerate(order, start=1)
    ]


def _key(one: Candidate, seed: int) -> tuple[Decimal, bool, datetime, str]:
    return (-one.points, not one.is_favoured, one.completed_at, draw_of(seed, one.application_id))


def _admitted(by_merit: Sequence[Candidate], rules: Rules) -> frozenset[Candidate]:
    """The first by merit; the last of those who do not count for the quota give way to the first who do, until it is met."""
    inside, outside = list(by_merit[: rules.places]), by_merit[rules.places :]
    wanted = -(-len(inside) * rules.counted_percent // 100)
    coming = iter([one for one in outside if one.is_counted])
    leaving = iter([one for one in reversed(inside) if not one.is_counted])
    chosen = set(inside)
    missing = wanted - sum(one.is_counted for one in inside)
    for _place, better, worse in zip(range(max(missing, 0)), coming, leaving, strict=False):
        chosen.remove(worse)
        chosen.add(better)
    return frozenset(chosen)


def _outcome(rank: int, rules: Rules) -> Outcome:
    if rank <= rules.places:
        return Outcome.ADMITTED
    return Outcome.WAITLISTED if rank <= rules.places + rules.waiting else Outcome.REFUSED


def _ties(by_merit: Sequence[Candidate]) -> dict[int, Tie]:
    found = {}
    for before, one in pairwise(by_merit):
        if before.points != one.points:
            continue
        if before.is_favoured != one.is_favoured:
            found[one.application_id] = Tie.REGION
        else:
            found[one.application_id] = Tie.DATE if before.completed_at != one.completed_at else Tie.DRAW
    return found
