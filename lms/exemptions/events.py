"""What happens to requests that others must know."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class RequestMoved(Event):
    """A request came into another state; ``event_id`` names the RequestEvent with who and why."""

    request_id: int
    state: str
    event_id: int


@dataclass(frozen=True)
class AssessorAsked(Event):
    request_id: int
    assessor_id: int


@dataclass(frozen=True)
class OpinionsComplete(Event):
    """Every assessor asked has answered: the decision can be taken."""

    request_id: int


@dataclass(frozen=True)
class ExemptionGranted(Event):
    """All or part of the module is spared. ``cause`` names the request."""

    enrolment_id: int
    module_id: int
    cause: str
