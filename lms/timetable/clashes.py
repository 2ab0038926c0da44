"""Who and what would be in two places at once (docs/rules.md §9, INV-04). Pure.

A room, a facilitator and a cohort's people are in one session at a time, and between two sites there is time to travel. A room
holds everybody who is expected. A participant who follows two cohorts is warned of (PERSON), not refused: nobody can plan two
cohorts around one person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

Travel = Callable[[int, int], int]
"""Minutes from one site to another."""


class ClashKind(StrEnum):
    ROOM = "room"
    FACILITATOR = "facilitator"
    COHORT = "cohort"  # the cohort, or a group of it, meets elsewhere at that time
    TRAVEL = "travel"  # too little time to get from one site to the other
    CAPACITY = "capacity"
    PERSON = "person"  # somebody follows another cohort that meets at that time


WARNINGS = frozenset({ClashKind.PERSON})
"""Those that are shown and do not refuse."""


@dataclass(frozen=True)
class Booking:
    """One session as a claim on a room and on people's time. ``key`` tells bookings apart: a session's id, or anything
    negative for one that is not saved yet. ``site_id`` None: at a distance. ``people`` are the users expected."""

    key: int
    starts_at: datetime
    ends_at: datetime
    cohort_id: int
    group_id: int | None = None
    room_id: int | None = None
    site_id: int | None = None
    capacity: int | None = None
    facilitators: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, order=True)
class Clash:
    """``key`` cannot be because of ``other``, which is ``key`` itself when its room is too small. ``who``: the users concerned;
    ``minutes``: what is missing, of travel time or of places."""

    key: int
    other: int
    kind: ClashKind
    who: tuple[int, ...] = ()
    minutes: int = 0

    @property
    def is_warning(self) -> bool:
        return self.kind in WARNINGS


def clashes(wanted: Sequence[Booking], standing: Iterable[Booking], travel: Travel, longest_travel: int) -> list[Clash]:
    """Every clash of the wanted bookings, with each other and with those that stand, in order of the wanted.

    ``longest_travel`` is the most minutes that ``travel`` answers: what lies further apart is not looked at. A standing booking
    with the key of a wanted one is what it replaces, and does not count.
    """
    keys = {booking.key for booking in wanted}
    everything = sorted(
        [*wanted, *(booking for booking in standing if booking.key not in keys)], key=lambda booking: booking.starts_at
    )
    reach = timedelta(minutes=longest_travel)
    found = [Clash(booking.key, booking.key, ClashKind.CAPACITY, (), short) for booking in wanted
             if (short := _places_short(booking)) > 0]  # fmt: skip
    open_ones: list[Booking] = []
    for later in everything:
        open_ones = [one for one in open_ones if one.ends_at + reach > later.starts_at]
        for earlier in open_ones:
            if earlier.key in keys or later.key in keys:
                found.extend(_between(earlier, later, travel, keys))
        open_ones.append(later)
    place = {booking.key: number for number, booking in enumerate(wanted)}
    return sorted(found, key=lambda clash: (place[clash.key], clash))


def _places_short(booking: Booking) -> int:
    return 0 if booking.capacity is None else len(booking.people) - booking.capacity


def _between(earlier: Booking, later: Booking, travel: Travel, keys: set[int]) -> Iterable[Clash]:
    """What stands between two bookings, told to each that is wanted."""
    for kind, who, minutes in _conflicts(earlier, later, travel):
        for one, other in ((earlier, later), (later, earlier)):
            if one.key in keys:
                yield Clash(one.key, other.key, kind, who, minutes)


def _conflicts(earlier: Booking, later: Booking, travel: Travel) -> Iterable[tuple[ClashKind, tuple[int, ...], int]]:
    leaders = tuple(sorted(earlier.facilitators & later.facilitators))
    is_same_class = _meet(earlier, later)
    if earlier.ends_at > later.starts_at:
        if earlier.room_id is not None and earlier.room_id == later.room_id:
            yield ClashKind.ROOM, (), 0
        if leaders:
            yield ClashKind.FACILITATOR, leaders, 0
        if is_same_class:
            yield ClashKind.COHORT, (), 0
        elif shared := _people_of_both(earlier, later):
            yield ClashKind.PERSON, shared, 0
        return
    missing = _travel_missing(earlier, later, travel)
    if missing > 0:
        if leaders or is_same_class:
            yield ClashKind.TRAVEL, leaders, missing
        elif shared := _people_of_both(earlier, later):
            yield ClashKind.PERSON, shared, missing


def _meet(one: Booking, other: Booking) -> bool:
    """Whether two sessions are for the same people of one cohort: all of it and a part of it, one group, or two that share
    somebody."""
    if one.cohort_id != other.cohort_id:
        return False
    if one.group_id is None or other.group_id is None or one.group_id == other.group_id:
        return True
    return bool(one.people & other.people)


def _people_of_both(one: Booking, other: Booking) -> tuple[int, ...]:
    """Those who are expected twice, and who would follow one while leading the other."""
    return tuple(
        sorted((one.people & other.people) | (one.people & other.facilitators) | (one.facilitators & other.people))
    )


def _travel_missing(earlier: Booking, later: Booking, travel: Travel) -> int:
    if earlier.site_id is None or later.site_id is None or earlier.site_id == later.site_id:
        return 0
    gap = int((later.starts_at - earlier.ends_at).total_seconds()) // 60
    return travel(earlier.site_id, later.site_id) - gap
