"""When a module is open to somebody: the one function that every screen, service and job asks. Pure.

Special arrangements and extensions will move ``due_on`` and ``closes_on`` here, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


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
