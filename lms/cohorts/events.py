"""What happens to a cohort's people that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class ParticipantEnrolled(Event):
    enrolment_id: int


@dataclass(frozen=True)
class EnrolmentChanged(Event):
    """``state`` is the new one, a ``models.EnrolmentState``."""

    enrolment_id: int
    state: str
