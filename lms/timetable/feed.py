"""Somebody's sessions as a calendar that other programs read (RFC 5545)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One session. ``uid`` and ``sequence``: the same event moved is the same uid with a higher sequence."""

    uid: str
    sequence: int
    day: date
    starts: time
    ends: time
    zone: str
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool
    is_tentative: bool


def calendar_of(title: str, entries: Sequence[Entry], *, stamp: datetime, domain: str) -> bytes:
    """The whole file, with the rules of every time zone it names."""
    from icalendar import Calendar, Event  # only calendars need it, and reading it takes a while

    calendar = Calendar()
    calendar.add("prodid", "-//Takwin//Timetable//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.uid}@{domain}")
        event.add("sequence", entry.sequence)
        event.add("dtstamp", stamp)
        zone = ZoneInfo(entry.zone)
        event.add("dtstart", datetime.combine(entry.day, entry.starts, zone))
        event.add("dtend", datetime.combine(entry.day, entry.ends, zone))
        event.add("summary", entry.summary)
        if entry.location:
            event.add("location", entry.location)
        event.add("description", entry.description)
        event.add("url", entry.url)
        event.add("status", "CANCELLED" if entry.is_cancelled else "TENTATIVE" if entry.is_tentative else "CONFIRMED")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written
