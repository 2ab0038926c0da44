"""How dates, marks and lengths are written on screen and on paper."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask import Flask
from flask_babel import get_timezone

from lms.clock import CASABLANCA, now, today
from lms.i18n import _, _n, language

NEAR = 14

# Babel reads the pattern anew each time, and a page shows the same few dates and marks again and again.
format_date = lru_cache(maxsize=4096)(dates.format_date)
format_datetime = lru_cache(maxsize=4096)(dates.format_datetime)
format_time = lru_cache(maxsize=4096)(dates.format_time)
format_timedelta = lru_cache(maxsize=4096)(dates.format_timedelta)
format_decimal = lru_cache(maxsize=4096)(numbers.format_decimal)
format_percent = lru_cache(maxsize=4096)(numbers.format_percent)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["_n"] = _n
    app.jinja_env.filters.update(
        day=day, day_near=day_near, moment=moment, time=time, mark=mark, hours=hours, percent=percent, size=size,
        pair=pair, number=number, month_name=month_name, weekday=weekday,
    )  # fmt: skip


def _locale() -> str:
    """How dates and numbers are written: as in Britain and France, whatever the country of the words."""
    return "en_GB" if language() == "en" else language()


def zone() -> ZoneInfo:
    """The reader's."""
    chosen = get_timezone()
    return ZoneInfo(str(chosen)) if chosen else CASABLANCA


def _here(value: datetime) -> datetime:
    """In the reader's zone, to the second: what is shown within one second is formatted once."""
    return value.replace(microsecond=0).astimezone(zone())


def day(value: date | None, style: str = "long") -> str:
    """``24 novembre 2026``; nothing for None."""
    return "" if value is None else format_date(value, style, locale=_locale())


def day_near(value: date) -> str:
    """``mar. 24 nov., dans 2 jours``: the day, and how far it is when that is near."""
    locale = _locale()
    pattern = "EEE d MMM" if value.year == today().year else "EEE d MMM y"
    text = format_date(value, pattern, locale=locale)
    days = (value - today()).days
    if days == 0:
        return _("%(day)s, today", day=text)
    if abs(days) > NEAR:
        return text
    distance = format_timedelta(
        timedelta(days=days), granularity="day", threshold=NEAR + 1, add_direction=True, locale=locale
    )
    return f"{text}, {distance}"


def weekday(value: date) -> str:
    """``mar. 24 nov. 2026``: a day with its weekday, for timetables."""
    return format_date(value, "EEE d MMM y", locale=_locale())


def moment(value: datetime | None, style: str = "medium") -> str:
    """A past instant in the reader's zone; nothing for None."""
    if value is None:
        return ""
    return format_datetime(_here(value), style, locale=_locale())


def time(value: datetime) -> str:
    """``10:42:07`` in the reader's zone."""
    return format_time(_here(value), "medium", locale=_locale())


def mark(value: Decimal | str | None, places: int = 2) -> str:
    """``12,5`` in French, ``12.5`` in English; a dash when there is none yet."""
    if value is None:
        return "–"
    return format_decimal(Decimal(value), f"0.{'#' * places}", locale=_locale())


def month_name(value: date, style: str = "long") -> str:
    """``mars 2027``; ``short``: ``mars``."""
    return format_date(value, "LLLL y" if style == "long" else "LLL", locale=_locale())


def number(value: int) -> str:
    return format_decimal(value, locale=_locale())


def hours(minutes: int) -> str:
    """``3 h 30``, ``35 h``, ``45 min``: the same in both languages."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest:02}" if rest else f"{whole} h"


def percent(part: float, whole: float) -> str:
    """A share in whole per cent; a dash when there is nothing to share."""
    return (
        format_percent(part / whole, "#,##0 %" if language() == "fr" else "#,##0%", locale=_locale()) if whole else "–"
    )


def size(octets: int) -> str:
    """``1,4 Mo`` / ``1.4 MB``."""
    units = ("o", "ko", "Mo") if language() == "fr" else ("B", "kB", "MB")
    value, unit = float(octets), units[0]
    for unit in units:
        if value < 1000 or unit == units[-1]:
            break
        value /= 1000
    return f"{format_decimal(round(value, 1), locale=_locale())} {unit}"


def pair(value: object, name: str = "title") -> str:
    """The reader's side of a bilingual row (``title_fr``, ``title_en``) or of a ``{fr, en}`` text."""
    side = language() if language() == "fr" else "en"
    if isinstance(value, dict):
        return str(value[side])
    return str(getattr(value, f"{name}_{side}"))


def since(value: datetime) -> str:
    """``il y a 3 heures``."""
    return format_timedelta(value - now(), add_direction=True, locale=_locale())
