"""How long a certificate is good for: calendar months, last day included."""

from datetime import date

from lms.calendar_months import months_after


def last_day(granted_on: date, months: int | None) -> date | None:
    """The same day of the month, that many months later; the month's last when it has no such day. None: no end."""
    return None if months is None else months_after(granted_on, months)


def covers(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Whether the day lies within the validity, both ends included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)
