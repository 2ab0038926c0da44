"""What happens to training sessions and to attendance that others must know."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class AttendanceRecorded(Event):
    """``cause`` names the record that says it, ``attendance_record:12``."""

    enrolment_id: int
    module_id: int
    cause: str


@dataclass(frozen=True)
class SheetRecorded(Event):
    """The minutes of one module of several participants. ``causes`` names the record of each, by enrolment."""

    module_id: int
    causes: Mapping[int, str]


@dataclass(frozen=True)
class SessionConfirmed(Event):
    session_id: int


@dataclass(frozen=True)
class SessionMoved(Event):
    """``session_id`` takes the place of ``moved_from_id``."""

    session_id: int
    moved_from_id: int


@dataclass(frozen=True)
class SessionCancelled(Event):
    session_id: int


@dataclass(frozen=True)
class SessionStarted(Event):
    session_id: int


@dataclass(frozen=True)
class SessionHeld(Event):
    """The session is over; its attendance sheet waits for signatures."""

    session_id: int


@dataclass(frozen=True)
class SheetOverdue(Event):
    """A day after the session its sheet does not speak of everybody yet."""

    session_id: int


@dataclass(frozen=True)
class SessionLocked(Event):
    session_id: int
