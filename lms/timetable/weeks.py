"""A week as a table of days, and the addresses of the weeks around it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

_DAY = timedelta(days=1)


class OnADay(Protocol):
    @property
    def day(self) -> date: ...


@dataclass(frozen=True)
class Day:
    day: date
    sessions: Sequence[Any]


@dataclass(frozen=True)
class Week:
    """Monday to Friday, and the week-end's days that have something on them."""

    days: Sequence[Day]
    before: date
    after: date

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def last(self) -> date:
        return self.days[-1].day


@dataclass(frozen=True)
class Line:
    """What happens in one room, or to one person, in a week."""

    name: str
    detail: str
    sessions: Sequence[Any]

    def on(self, day: date) -> list[Any]:
        return [session for session in self.sessions if session.day == day]


def monday(day: date) -> date:
    return day - _DAY * day.weekday()


def week_of(first: date, sessions: Iterable[OnADay]) -> Week:
    """The week that starts on that Monday; sessions stay in their order."""
    by_day: dict[date, list[OnADay]] = {first + _DAY * number: [] for number in range(5)}
    for session in sessions:
        by_day.setdefault(session.day, []).append(session)
    days = [Day(day, by_day[day]) for day in sorted(by_day)]
    return Week(days, first - _DAY * 7, first + _DAY * 7)


def day_in(text: str | None, default: date) -> date:
    """The day an address names; ``default`` when it names none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default
