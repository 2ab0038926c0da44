"""What a day is in the institute's calendar: off, subject to the moon, with hours of its own (docs/rules.md §9). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_FRIDAY, _SATURDAY = 4, 5


class HolidayKind(StrEnum):
    FIXED = "fixed"
    RELIGIOUS = "religious"
    OTHER = "other"


class HolidayStatus(StrEnum):
    ESTIMATED = "estimated"
    CONFIRMED = "confirmed"


class PeriodKind(StrEnum):
    """RAMADAN: mornings only, between the hours given. BREAK: no session. FRIDAY: Friday afternoons start at ``opens``."""

    RAMADAN = "ramadan"
    BREAK = "break"
    FRIDAY = "friday"


@dataclass(frozen=True)
class DayOff:
    """A holiday as planning sees it."""

    id: int
    first_day: date
    last_day: date
    name_fr: str
    name_en: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, with hours when its kind has some."""

    kind: PeriodKind
    first_day: date
    last_day: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True)
class InstituteCalendar:
    """Everything that says whether and when people meet on a day."""

    days_off: Sequence[DayOff] = ()
    periods: Sequence[Period] = ()

    def holiday(self, day: date) -> DayOff | None:
        """The holiday the day falls on, estimated ones included."""
        return next((off for off in self.days_off if off.first_day <= day <= off.last_day), None)

    def moon(self, day: date) -> DayOff | None:
        """The estimated holiday that may come to fall on this day: it is a day away from it at most."""
        return next(
            (off for off in self.days_off if off.is_estimated and off.first_day - _DAY <= day <= off.last_day + _DAY),
            None,
        )

    def period(self, day: date, kind: PeriodKind) -> Period | None:
        return next((p for p in self.periods if p.kind is kind and p.first_day <= day <= p.last_day), None)

    def is_open(self, day: date) -> bool:
        """Whether sessions take place: a weekday, no holiday even estimated, no break."""
        return day.weekday() < _SATURDAY and self.holiday(day) is None and self.period(day, PeriodKind.BREAK) is None

    def hours(self, day: date, starts: time, ends: time, *, is_afternoon: bool) -> tuple[time, time] | None:
        """The hours that are left of these on that day; None when none are."""
        if not self.is_open(day):
            return None
        ramadan = self.period(day, PeriodKind.RAMADAN)
        if ramadan is not None:
            if is_afternoon:
                return None
            starts = max(starts, ramadan.opens or starts)
            ends = min(ends, ramadan.closes or ends)
        friday = self.period(day, PeriodKind.FRIDAY)
        if friday is not None and is_afternoon and day.weekday() == _FRIDAY:
            starts = max(starts, friday.opens or starts)
        return (starts, ends) if starts < ends else None
