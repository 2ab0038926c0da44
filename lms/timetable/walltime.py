"""Wall time to instants and back (docs/rules.md §9, INV-19). Pure.

What was agreed is nine o'clock on the wall. Which instant that is follows from the zone's rules, and governments change them.
"""

from datetime import UTC, date, datetime, time
from importlib.metadata import version
from zoneinfo import ZoneInfo

from lms.clock import CASABLANCA  # and with it the packaged rules instead of the machine's

HOME = CASABLANCA.key


def rules_version() -> str:
    """The version of the time zone rules in use."""
    return version("tzdata")


def to_utc(day: date, at: time, zone: str = HOME) -> datetime:
    """The instant the wall shows that time. An hour the clocks jump over counts from the offset before; one they show twice is
    its first."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def to_wall(instant: datetime, zone: str = HOME) -> datetime:
    """What the wall shows at that instant."""
    return instant.astimezone(ZoneInfo(zone))
