"""What happens to calls and applications that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class ApplicationStarted(Event):
    application_id: int


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    application_id: int


@dataclass(frozen=True)
class ApplicationChanged(Event):
    """``event_id`` is the ApplicationEvent that says what changed and why."""

    application_id: int
    state: str
    event_id: int


@dataclass(frozen=True)
class LinkAsked(Event):
    """Somebody lost the link to a file and asked for another."""

    application_id: int


@dataclass(frozen=True)
class OfferMade(Event):
    """A place is kept for the applicant."""

    offer_id: int


@dataclass(frozen=True)
class OfferDueSoon(Event):
    offer_id: int


@dataclass(frozen=True)
class AppealLodged(Event):
    appeal_id: int


@dataclass(frozen=True)
class AppealDecided(Event):
    """Answered: upheld, maintained, or not examined. What it changed about the file is an ApplicationChanged before."""

    appeal_id: int


@dataclass(frozen=True)
class ResultsPublished(Event):
    call_id: int
