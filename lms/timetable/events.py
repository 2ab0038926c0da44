"""What attendance tells those who judge by it."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class AttendanceRecorded(Event):
    """``cause`` names the record that says it, ``attendance_record:12``."""

    enrolment_id: int
    module_id: int
    cause: str
