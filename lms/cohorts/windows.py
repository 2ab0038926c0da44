"""When a module is open to somebody: the one function that every screen, service and job asks. Pure.

Arrangements and extensions move ``due_on``, ``closes_on`` and the time of a quiz here and nowhere else (docs/rules.md §20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Protocol, TypeVar, cast

Row = TypeVar("Row")


class WindowState(StrEnum):
    """OVERDUE: the due day is past, work is still taken. CLOSED: reading stays open, no work is taken any more."""

    UPCOMING = "upcoming"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


class Dated(Protocol):
    """Any row that says when a module opens, is due and closes; each day belongs to the window."""

    @property
    def opens_on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def closes_on(self) -> date | None: ...


@dataclass(frozen=True)
class Window:
    """``closes_on`` is the last day on which work is taken; None: as long as anybody likes."""

    opens_on: date
    due_on: date
    closes_on: date | None = None


@dataclass(frozen=True)
class Allowance:
    """What somebody has beyond the others: days after each date, time in a quiz as a share and in minutes, attempts. Allowances
    add up, in whatever order they were given; none takes anything away."""

    days: int = 0
    percent: int = 0
    minutes: int = 0
    attempts: int = 0

    def __post_init__(self) -> None:
        if min(self.days, self.percent, self.minutes, self.attempts) < 0:
            raise ValueError("an allowance takes nothing away")

    def __add__(self, other: "Allowance") -> "Allowance":
        return Allowance(
            self.days + other.days, self.percent + other.percent, self.minutes + other.minutes,
            self.attempts + other.attempts,
        )  # fmt: skip


def effective(base: Dated, allowance: Allowance) -> Window:
    """The window as one person has it: it opens when it opens for all, is due and closes later."""
    later = timedelta(days=allowance.days)
    closes_on = None if base.closes_on is None else base.closes_on + later
    return Window(base.opens_on, base.due_on + later, closes_on)


def minutes_allowed(minutes: int | None, allowance: Allowance) -> int | None:
    """The time of a quiz as one person has it, rounded up to the minute; None: no limit."""
    if minutes is None:
        return None
    return -(-minutes * (100 + allowance.percent) // 100) + allowance.minutes


def deadline(started_at: datetime, minutes: int | None, closes_on: date | None, zone: tzinfo) -> datetime:
    """When an attempt closes: after its time, and no later than the end of the last day on which work is taken. ``minutes`` and
    ``closes_on`` are one person's own."""
    ends = [] if minutes is None else [started_at + timedelta(minutes=minutes)]
    if closes_on is not None:
        ends.append(datetime.combine(closes_on + timedelta(days=1), time(), zone))
    if not ends:
        raise ValueError("an attempt with neither a time nor a last day never closes")
    return min(ends)


class _Own:
    """A row in which some columns are one person's own."""

    __slots__ = ("_own", "_row")

    def __init__(self, row: Any, own: dict[str, Any]) -> None:
        self._row, self._own = row, own

    def __getattr__(self, name: str) -> Any:
        return self._own[name] if name in self._own else getattr(self._row, name)


def own(row: Row, **columns: Any) -> Row:
    """The row as one person has it: these columns are their own, the others as they are."""
    return cast("Row", _Own(row, columns))


def allowance_of(row: Any) -> Allowance:
    """What the columns ``extra_…`` of a row say (``arrangements``); those it lacks are none."""
    return Allowance(*(getattr(row, f"extra_{what}", 0) for what in ("days", "percent", "minutes", "attempts")))


def own_window(row: Row) -> Row:
    """The row with one person's own ``due_on`` and ``closes_on``; it must have ``extra_days``."""
    dated: Any = row
    window = effective(dated, Allowance(days=dated.extra_days))
    return own(row, due_on=window.due_on, closes_on=window.closes_on)


def window_of(row: Dated, today: date) -> WindowState:
    """Where ``today`` stands in the row's window."""
    if today < row.opens_on:
        return WindowState.UPCOMING
    if today <= row.due_on:
        return WindowState.OPEN
    if row.closes_on is None or today <= row.closes_on:
        return WindowState.OVERDUE
    return WindowState.CLOSED


def takes_work(row: Dated, today: date) -> bool:
    """Whether answers and work are taken today."""
    return window_of(row, today) in (WindowState.OPEN, WindowState.OVERDUE)


def spread(starts_on: date, ends_on: date, minutes: Sequence[int]) -> list[Window]:
    """Modules one after the other from the first day to the last, each as long as its share of the minutes."""
    days, total = (ends_on - starts_on).days + 1, sum(minutes)
    windows, before = [], 0
    for length in minutes:
        first = days * before // total
        before += length
        last = max(first, days * before // total - 1)
        windows.append(Window(starts_on + timedelta(days=first), starts_on + timedelta(days=last), ends_on))
    return windows


class CohortPhase(StrEnum):
    ABOUT_TO_START = "about_to_start"
    RUNNING = "running"
    FINISHED = "finished"


def phase_of(starts_on: date, ends_on: date, today: date) -> CohortPhase:
    """Both days belong to the cohort."""
    if today < starts_on:
        return CohortPhase.ABOUT_TO_START
    return CohortPhase.RUNNING if today <= ends_on else CohortPhase.FINISHED
