"""The institute's calendar: holidays and periods."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from lms import db
from lms.errors import Missing
from lms.timetable.calendar_days import DayOff, HolidayStatus, InstituteCalendar, Period
from lms.timetable.models import CalendarFeed, CalendarPeriod, Holiday


def holidays(first: date, last: date) -> Sequence[Holiday]:
    """Those that touch these days, in order."""
    touching = select(Holiday).where(Holiday.last_day >= first, Holiday.first_day <= last)
    return db.session().scalars(touching.order_by(Holiday.first_day, Holiday.id)).all()


def periods(first: date, last: date) -> Sequence[CalendarPeriod]:
    """Those that touch these days, in order."""
    touching = select(CalendarPeriod).where(CalendarPeriod.last_day >= first, CalendarPeriod.first_day <= last)
    return db.session().scalars(touching.order_by(CalendarPeriod.first_day, CalendarPeriod.id)).all()


def days_off(first: date, last: date) -> list[DayOff]:
    return [
        DayOff(row.id, row.first_day, row.last_day, row.name_fr, row.name_en,
               is_estimated=row.status == HolidayStatus.ESTIMATED)
        for row in holidays(first, last)
    ]  # fmt: skip


def institute_calendar(first: date, last: date) -> InstituteCalendar:
    """What planning needs to know about these days."""
    spans = [Period(row.kind, row.first_day, row.last_day, row.opens, row.closes) for row in periods(first, last)]
    return InstituteCalendar(days_off(first, last), spans)


def holiday(holiday_id: int) -> Holiday:
    row = db.session().get(Holiday, holiday_id)
    if row is None:
        raise Missing
    return row


def period(period_id: int) -> CalendarPeriod:
    row = db.session().get(CalendarPeriod, period_id)
    if row is None:
        raise Missing
    return row


def calendar_feed(user_id: int) -> CalendarFeed | None:
    """Somebody's private address; None while they have none."""
    return db.session().get(CalendarFeed, user_id)


def feed_owner(token_hash: str) -> int:
    """Whose calendar that address is; Missing for nobody's."""
    owner = (
        db.session().scalars(select(CalendarFeed.user_id).where(CalendarFeed.token_hash == token_hash)).one_or_none()
    )
    if owner is None:
        raise Missing
    return owner
