"""What time it is. Everything asks here, so that a test can stop or move the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, reset_tzpath

# The machine's own tables may predate Morocco's move to UTC+0 of September 2026; the packaged ones do not.
reset_tzpath(to=[])

CASABLANCA = ZoneInfo("Africa/Casablanca")


def _system_clock() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system_clock


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _read()


def today(zone: ZoneInfo = CASABLANCA) -> date:
    """The present calendar day where the institute is."""
    return now().astimezone(zone).date()


def set_clock(read: Callable[[], datetime] | None) -> None:
    """Replace the clock (tests, and the demo intake which is laid around a chosen day); None gives the system's back."""
    global _read
    _read = read or _system_clock


@contextmanager
def moved(read: Callable[[], datetime]) -> Iterator[None]:
    """Replace the clock for a while, for this whole process; afterwards it is what it was."""
    before = _read
    set_clock(read)
    try:
        yield
    finally:
        set_clock(before)
