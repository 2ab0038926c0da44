"""Who comes before whom, who is admitted, who waits: from rows, rules and a seed alone (docs/rules.md §22). Pure.

The same input gives the same list on every machine, whatever order the rows come in.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise


class Outcome(StrEnum):
    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why this outcome. RESERVED: admitted within the share kept for a group; DISPLACED: the points reached a place that went
    to that share."""

    MERIT = "merit"
    RESERVED = "reserved"
    DISPLACED = "displaced"
    PLACES_TAKEN = "places_taken"


class TieBreak(StrEnum):
    """What put somebody behind the one just before them with the same points."""

    NONE = ""
    REGION = "region"
    COMPLETED = "completed"
    DRAW = "draw"


@dataclass(frozen=True)
class Candidate:
    """``completed_at`` in ISO form, UTC."""

    id: int
    track_id: int
    total: Decimal
    is_favoured: bool
    completed_at: str
    group: str


@dataclass(frozen=True)
class Places:
    admitted: int
    waiting: int


@dataclass(frozen=True)
class Ranked:
    """``merit`` is the place by points and ties alone; ``rank`` the place in the list, those admitted first."""

    id: int
    track_id: int
    merit: int
    rank: int
    outcome: Outcome
    reason: Reason
    tie_break: TieBreak
    draw: str


def draw_of(seed: str, candidate_id: int) -> str:
    """The lot that falls to somebody."""
    return hashlib.sha256(f"{seed}:{candidate_id}".encode()).hexdigest()


def ranked(
    candidates: Iterable[Candidate], places: Mapping[int, Places], shares: Mapping[str, int], seed: str
) -> list[Ranked]:  # fmt: skip
    """Each track by itself. ``shares`` gives each group's least percent of the places, as far as its candidates suffice."""
    by_track: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_track[candidate.track_id].append(candidate)
    found: list[Ranked] = []
    for track_id in sorted(by_track):
        order = sorted(by_track[track_id], key=lambda candidate: _key(candidate, seed))
        found += _placed(order, places[track_id], shares, seed)
    return found


def _key(candidate: Candidate, seed: str) -> tuple[Decimal, bool, str, str]:
    return (-candidate.total, not candidate.is_favoured, candidate.completed_at, draw_of(seed, candidate.id))


def _placed(order: list[Candidate], places: Places, shares: Mapping[str, int], seed: str) -> list[Ranked]:
    by_merit = order[: places.admitted]
    admitted = _with_shares(order, places.admitted, shares)
    rest = [candidate for candidate in order if candidate.id not in admitted]
    listed = [candidate for candidate in order if candidate.id in admitted] + rest
    merit = {candidate.id: number for number, candidate in enumerate(order, 1)}
    reached = {candidate.id for candidate in by_merit}
    ties = {order[0].id: TieBreak.NONE} if order else {}
    ties |= {after.id: _tie(before, after) for before, after in pairwise(order)}
    placed = []
    for rank, candidate in enumerate(listed, 1):
        if candidate.id in admitted:
            outcome, reason = Outcome.ADMITTED, Reason.MERIT if candidate.id in reached else Reason.RESERVED
        else:
            waits = rank <= places.admitted + places.waiting
            outcome = Outcome.WAITLISTED if waits else Outcome.REFUSED
            reason = Reason.DISPLACED if candidate.id in reached else Reason.PLACES_TAKEN
        placed.append(Ranked(candidate.id, candidate.track_id, merit[candidate.id], rank, outcome, reason, ties[candidate.id],
                             draw_of(seed, candidate.id)))  # fmt: skip
    return placed


def least(places: int, percent: int) -> int:
    """A share of the places, rounded up."""
    return -(-places * percent // 100)


def _with_shares(order: list[Candidate], places: int, shares: Mapping[str, int]) -> frozenset[int]:
    """Who is admitted: by merit, then the last admitted who is in no group that would fall short gives way to the best of a
    group that does."""
    admitted, waiting = order[:places], order[places:]
    wanted = {group: least(places, percent) for group, percent in shares.items()}
    for group in sorted(wanted):
        while _count(admitted, group) < wanted[group]:
            entering = next((candidate for candidate in waiting if candidate.group == group), None)
            leaving = next(
                (one for one in reversed(admitted)
                 if one.group != group and _count(admitted, one.group) > wanted.get(one.group, 0)), None,
            )  # fmt: skip
            if entering is None or leaving is None:
                break
            admitted = [one for one in admitted if one is not leaving] + [entering]
            waiting = [one for one in waiting if one is not entering]
    return frozenset(candidate.id for candidate in admitted)


def _count(candidates: list[Candidate], group: str) -> int:
    return sum(candidate.group == group for candidate in candidates)


def _tie(before: Candidate, after: Candidate) -> TieBreak:
    if before.total != after.total:
        return TieBreak.NONE
    if before.is_favoured != after.is_favoured:
        return TieBreak.REGION
    return TieBreak.COMPLETED if before.completed_at != after.completed_at else TieBreak.DRAW
