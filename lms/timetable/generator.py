"""From a weekly pattern to the sessions of a whole programme (docs/rules.md §9). Pure.

The modules follow one another; each takes half-days of the pattern from the day it opens until its hours are taught, on days that
are open, between the hours that Ramadan and Fridays leave. The last half-day of a module is as short as what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lms.timetable.calendar_days import InstituteCalendar
from lms.timetable.lifecycle import Half

_DAY = timedelta(days=1)
SHORTEST = 30
"""Minutes under which what a holiday's hours leave is not worth coming for."""


@dataclass(frozen=True)
class HalfDay:
    """One line of the pattern: a weekday (Monday is 0), and from when to when."""

    weekday: int
    half: Half
    starts: time
    ends: time


@dataclass(frozen=True)
class ToTeach:
    """A module's hours: how many minutes, from which day on, until which day at best."""

    module_id: int
    minutes: int
    opens_on: date
    due_on: date


@dataclass(frozen=True)
class Slot:
    """One half-day to come. ``is_shortened``: Ramadan or Friday took some of it. ``is_late``: after the module's due day."""

    module_id: int
    day: date
    half: Half
    starts: time
    ends: time
    is_shortened: bool = False
    is_late: bool = False

    @property
    def minutes(self) -> int:
        return _minutes(self.starts, self.ends)


@dataclass(frozen=True)
class Generated:
    """``missing``: minutes of each module that found no place before the last day; modules with none are not named."""

    slots: Sequence[Slot]
    missing: dict[int, int]


def generate(
    pattern: Sequence[HalfDay], modules: Sequence[ToTeach], calendar: InstituteCalendar, last: date
) -> Generated:
    """Every slot of these modules, in order, none after ``last``. No half-day is given twice."""
    free = _half_days(pattern, calendar, min((module.opens_on for module in modules), default=last), last)
    slots: list[Slot] = []
    missing: dict[int, int] = {}
    for module in modules:
        left = module.minutes
        while left > 0:
            place = next((number for number, one in enumerate(free) if one.day >= module.opens_on), None)
            if place is None:
                missing[module.module_id] = left
                break
            slot = _cut(free.pop(place), module, left)
            slots.append(slot)
            left -= slot.minutes
    return Generated(sorted(slots, key=lambda slot: (slot.day, slot.starts)), missing)


@dataclass(frozen=True)
class _Free:
    day: date
    half: Half
    starts: time
    ends: time
    is_shortened: bool


def _half_days(pattern: Sequence[HalfDay], calendar: InstituteCalendar, first: date, last: date) -> list[_Free]:
    lines = sorted(pattern, key=lambda line: line.starts)
    found = []
    for day in _days(first, last):
        for line in lines:
            if line.weekday != day.weekday():
                continue
            hours = calendar.hours(day, line.starts, line.ends, is_afternoon=line.half is not Half.MORNING)
            if hours is not None and _minutes(*hours) >= SHORTEST:
                found.append(_Free(day, line.half, *hours, is_shortened=hours != (line.starts, line.ends)))
    return found


def _cut(free: _Free, module: ToTeach, left: int) -> Slot:
    ends = free.ends if _minutes(free.starts, free.ends) <= left else _after(free.starts, left)
    return Slot(
        module.module_id, free.day, free.half, free.starts, ends, free.is_shortened, is_late=free.day > module.due_on
    )


def next_free_day(
    day: date, starts: time, ends: time, half: Half, calendar: InstituteCalendar, last: date
) -> date | None:
    """The first open day after ``day`` that has these very hours, for a session that has to move; None before ``last``."""
    for other in _days(day + _DAY, last):
        if calendar.moon(other) is None and calendar.hours(
            other, starts, ends, is_afternoon=half is not Half.MORNING
        ) == (starts, ends):
            return other
    return None


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _minutes(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def _after(starts: time, minutes: int) -> time:
    return (datetime.combine(date.min, starts) + timedelta(minutes=minutes)).time()
