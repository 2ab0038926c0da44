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


@dataclass(frozen=True)
class SeatFreed(Event):
    """At least one place of a cohort is free that was not: somebody left or gave up an offer, or there are more places. Whoever
    offers places asks ``services.seats.free_seats`` how many."""

    cohort_id: int


@dataclass(frozen=True)
class EnrolmentTransferred(Event):
    enrolment_id: int
    from_cohort_id: int
    to_cohort_id: int


@dataclass(frozen=True)
class HeadCountLow(Event):
    """A cohort starts soon with fewer ``people`` than the ``least`` it needs."""

    cohort_id: int
    people: int
    least: int


@dataclass(frozen=True)
class ArrangementsChanged(Event):
    """Somebody has more time, later dates or more attempts than before, in general or somewhere."""

    user_id: int
