"""How long a certificate is good for: calendar months, last day included."""

from calendar import monthrange
from datetime import date


def last_day(granted_on: date, months: int | None) -> date | None:
    """The same day of the month, that many months later; the month's last when it has no such day. None: no end."""
    if months is None:
        return None
    years, month = divmod(granted_on.month - 1 + months, 12)
    year = granted_on.year + years
    return date(year, month + 1, min(granted_on.day, monthrange(year, month + 1)[1]))


def covers(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Whether the day lies within the validity, both ends included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)
