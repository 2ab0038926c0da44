"""What results tell those who award."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class ModulePassed(Event):
    enrolment_id: int
    module_id: int


@dataclass(frozen=True)
class ProgrammeCompleted(Event):
    """Nothing stands any more between this participant and the certificate."""

    enrolment_id: int
