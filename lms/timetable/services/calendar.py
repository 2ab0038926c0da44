"""The institute's calendar: holidays, and periods with hours of their own."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import func, select

from lms import audit, db, working_days
from lms.clock import now, today
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor
from lms.timetable.calendar_days import HolidayKind, HolidayStatus, PeriodKind
from lms.timetable.models import CalendarFeed, CalendarPeriod, Holiday
from lms.timetable.services.places import refuse_stale

YEARS_AHEAD = 2


class DaysRefused(Refused):
    """The last day comes before the first, or the hours are the wrong way round."""


@dataclass(frozen=True)
class HolidayFacts:
    first_day: date
    last_day: date
    name_fr: str
    name_en: str
    name_ar: str
    kind: HolidayKind
    status: HolidayStatus


@dataclass(frozen=True)
class PeriodFacts:
    kind: PeriodKind
    name_fr: str
    name_en: str
    first_day: date
    last_day: date
    opens: time | None
    closes: time | None


def add_holiday(facts: HolidayFacts, *, by: Actor) -> Holiday:
    """Raises DaysRefused."""
    holiday = Holiday()
    _write_holiday(holiday, facts)
    db.session().add(holiday)
    db.session().flush()  # the audit row names the id
    audit.record("holiday.added", f"holiday:{holiday.id}", by=by, after=_holiday_facts(holiday))
    return holiday


def edit_holiday(holiday: Holiday, facts: HolidayFacts, *, version: int, by: Actor) -> None:
    """Move, rename or confirm it. Sessions it now falls on are listed for whoever confirms it. Raises Stale, DaysRefused."""
    refuse_stale(holiday.version, version)
    before = _holiday_facts(holiday)
    _write_holiday(holiday, facts)
    audit.record("holiday.changed", f"holiday:{holiday.id}", by=by, before=before, after=_holiday_facts(holiday))


def remove_holiday(holiday: Holiday, *, by: Actor) -> None:
    """It is a day like others again."""
    audit.record("holiday.removed", f"holiday:{holiday.id}", by=by, before=_holiday_facts(holiday))
    db.session().delete(holiday)


def _write_holiday(holiday: Holiday, facts: HolidayFacts) -> None:
    _refuse_days(facts.first_day, facts.last_day)
    holiday.first_day, holiday.last_day, holiday.kind = facts.first_day, facts.last_day, facts.kind
    holiday.name_fr, holiday.name_en, holiday.name_ar = (
        facts.name_fr.strip(), facts.name_en.strip(), facts.name_ar.strip()
    )  # fmt: skip
    holiday.status = facts.status


def _holiday_facts(holiday: Holiday) -> dict[str, str]:
    return {
        "first_day": holiday.first_day.isoformat(), "last_day": holiday.last_day.isoformat(), "name": holiday.name_fr,
        "status": holiday.status,
    }  # fmt: skip


def add_period(facts: PeriodFacts, *, by: Actor) -> CalendarPeriod:
    """Raises DaysRefused."""
    period = CalendarPeriod()
    _write_period(period, facts)
    db.session().add(period)
    db.session().flush()  # the audit row names the id
    audit.record("period.added", f"period:{period.id}", by=by, kind=period.kind, name=period.name_fr)
    return period


def edit_period(period: CalendarPeriod, facts: PeriodFacts, *, version: int, by: Actor) -> None:
    """Raises Stale, DaysRefused."""
    refuse_stale(period.version, version)
    _write_period(period, facts)
    audit.record("period.changed", f"period:{period.id}", by=by, kind=period.kind, name=period.name_fr)


def remove_period(period: CalendarPeriod, *, by: Actor) -> None:
    audit.record("period.removed", f"period:{period.id}", by=by, kind=period.kind, name=period.name_fr)
    db.session().delete(period)


def _write_period(period: CalendarPeriod, facts: PeriodFacts) -> None:
    _refuse_days(facts.first_day, facts.last_day)
    if facts.opens and facts.closes and facts.closes <= facts.opens:
        raise DaysRefused(_("The day ends before it starts."), field="closes")
    period.kind, period.first_day, period.last_day = facts.kind, facts.first_day, facts.last_day
    period.name_fr, period.name_en = facts.name_fr.strip(), facts.name_en.strip()
    period.opens, period.closes = facts.opens, facts.closes


def _refuse_days(first: date, last: date) -> None:
    if last < first:
        raise DaysRefused(_("The last day comes before the first."), field="last_day")


def fill_calendar() -> None:
    """The public holidays of this year and the next ones, where no holiday of a year is known yet. Safe to repeat: what
    somebody removed or moved stays as they left it."""
    for year in range(today().year, today().year + YEARS_AHEAD + 1):
        known = select(func.count()).select_from(Holiday).where(
            Holiday.first_day >= date(year, 1, 1), Holiday.first_day <= date(year, 12, 31)
        )  # fmt: skip
        if not db.session().execute(known).scalar_one():
            _fill_year(year)


def _fill_year(year: int) -> None:
    made: list[Holiday] = []
    for day in working_days.public_holidays(year):
        last = made[-1] if made else None
        goes_on = last is not None and (last.name_fr, last.last_day) == (day.name_fr, day.day - timedelta(days=1))
        if last is not None and goes_on:
            last.last_day = day.day
            continue
        made.append(Holiday(
            first_day=day.day, last_day=day.day, name_fr=day.name_fr, name_en=day.name_en, name_ar=day.name_ar,
            kind=HolidayKind.RELIGIOUS if day.is_estimated else HolidayKind.FIXED,
            status=HolidayStatus.ESTIMATED if day.is_estimated else HolidayStatus.CONFIRMED,
        ))  # fmt: skip
    db.session().add_all(made)
    audit.record("holidays.filled", f"year:{year}", by=INSTITUTE, holidays=len(made))


def keep_feed(user_id: int, nonce: str, token_hash: str, *, by: Actor) -> None:
    """Give somebody's calendar a private address; the one before ends."""
    feed = db.session().get(CalendarFeed, user_id, with_for_update=True)
    if feed is None:
        db.session().add(CalendarFeed(user_id=user_id, nonce=nonce, token_hash=token_hash, made_at=now()))
    else:
        feed.nonce, feed.token_hash, feed.made_at = nonce, token_hash, now()
    audit.record("calendar.address_made", f"user:{user_id}", by=by)
