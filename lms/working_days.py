"""Working days in Morocco: Monday to Friday without the public holidays (docs/rules.md §8). Pure.

The religious holidays follow the moon; ``morocco/holidays_estimated.csv`` holds what astronomers expect. A package that
knows better (the institute's own calendar) gives its days as ``holidays``.
"""

import csv
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "morocco"
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Holiday:
    """One day off. ``is_estimated``: it depends on the moon and may move by a day."""

    day: date
    name_fr: str
    name_en: str
    name_ar: str
    is_estimated: bool = False


@cache
def public_holidays(year: int) -> tuple[Holiday, ...]:
    """The holidays of a year in order. The estimated ones are known for the years that the file lists only."""
    fixed = [
        Holiday(date.fromisoformat(f"{year}-{row['mm_dd']}"), row["name_fr"], row["name_en"], row["name_ar"])
        for row in _rows("holidays_fixed.csv")
    ]
    estimated = [
        Holiday(first + _DAY * number, row["name_fr"], row["name_en"], row["name_ar"], is_estimated=True)
        for row in _rows("holidays_estimated.csv")
        if (first := date.fromisoformat(row["date"])).year == year
        for number in range(int(row["days"]))
    ]
    return tuple(sorted(fixed + estimated, key=lambda holiday: (holiday.day, holiday.is_estimated)))


@cache
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holiday.day for holiday in public_holidays(year))


class _PublicHolidays:
    """Every public holiday of every year, as ``add_working_days`` asks."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _days_off(day.year)


MOROCCO: Container[date] = _PublicHolidays()


def is_working_day(day: date, holidays: Container[date] = MOROCCO) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, count: int, holidays: Container[date] = MOROCCO) -> date:
    """The last day of a delay of ``count`` working days that starts the day after ``day``; ``day`` itself for none."""
    if count < 0:
        raise ValueError("a delay does not run backwards")
    while count:
        day += _DAY
        if is_working_day(day, holidays):
            count -= 1
    return day


def working_days_between(first: date, last: date, holidays: Container[date] = MOROCCO) -> int:
    """How many working days of a delay have run on ``last`` when it started the day after ``first``; 0 before that."""
    return sum(is_working_day(first + _DAY * number, holidays) for number in range(1, (last - first).days + 1))


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
