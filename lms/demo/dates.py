"""The three intakes laid around a day, and the hours at which people do things. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from lms.clock import CASABLANCA
from lms.demo.stories import Intake

LENGTH = timedelta(weeks=10) - timedelta(days=3)
"""From a Monday to a Friday."""
SECOND_SITTINGS = timedelta(days=14)
"""Kept free at the end of an intake."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """When an intake learns."""

    intake: Intake
    starts_on: date
    ends_on: date


def terms(today: date) -> list[Term]:
    """One that ended some five weeks ago, one four weeks in, one that opens in about ten days."""
    starts = {
        Intake.FINISHED: _monday(today - timedelta(weeks=15)),
        Intake.RUNNING: _monday(today - timedelta(days=25)),
        Intake.COMING: _monday(today + timedelta(days=14)),
    }
    return [Term(intake, start, start + LENGTH) for intake, start in starts.items()]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def windows(term: Term, minutes: Sequence[int]) -> list[tuple[date, date]]:
    """The modules one after the other, each as long as its share of the minutes; second sittings come after them."""
    days, total, before = (term.ends_on - SECOND_SITTINGS - term.starts_on).days + 1, sum(minutes), 0
    found = []
    for length in minutes:
        first, before = days * before // total, before + length
        found.append((term.starts_on + first * DAY, term.starts_on + (days * before // total - 1) * DAY))
    return found


def within(opens_on: date, due_on: date, share: float) -> date:
    """The day that lies this share of the way into a window."""
    return opens_on + round((due_on - opens_on).days * share) * DAY


def at_midnight(day: date) -> datetime:
    """When this day begins where the institute is."""
    return datetime.combine(day, time(), CASABLANCA).astimezone(UTC)


def at_work(day: date, random: Random) -> datetime:
    """Some time in the office hours of this day; of the Monday after when nobody is there."""
    if day.weekday() > 4:
        day += (7 - day.weekday()) * DAY
    return _moment(day, random.randrange(9 * 60, 17 * 60), random)


def in_the_evening(day: date, random: Random) -> datetime:
    """When people who work learn."""
    return _moment(day, random.randrange(18 * 60, 23 * 60), random)


def _moment(day: date, minutes: int, random: Random) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60, random.randrange(60)), CASABLANCA).astimezone(UTC)
