"""Who is told of each step of a request for exemption (docs/rules.md §23): the participant of every answer, the others of what
waits for them."""

from lms.accounts import queries as accounts
from lms.exemptions import queries
from lms.exemptions.events import AssessorAsked, OpinionsComplete, RequestMoved
from lms.exemptions.lifecycle import RequestState
from lms.notifications.kinds import Kind
from lms.notifications.services import promise
from lms.permissions import Role

_FOR_COORDINATORS = {
    RequestState.SUBMITTED: Kind.EXEMPTION_TO_RULE,
    RequestState.WITHDRAWN: Kind.EXEMPTION_WITHDRAWN,
}


def announce_exemption_step(event: RequestMoved) -> None:
    """To the participant; and to those who coordinate, of a request that is new or that is taken back. Nobody is told of a draft
    that was given up."""
    request = queries.request_row(event.request_id)
    if request.submitted_at is None:
        return
    promise(
        request.user_id, Kind.EXEMPTION_ANSWERED, f"exemption_event:{event.event_id}", request_id=event.request_id,
        event_id=event.event_id, state=event.state,
    )  # fmt: skip
    kind = _FOR_COORDINATORS.get(RequestState(event.state))
    if kind is not None:
        _tell_coordinators(kind, event.request_id)


def announce_opinion_asked(event: AssessorAsked) -> None:
    fact = f"exemption:{event.request_id}:{event.assessor_id}"
    promise(event.assessor_id, Kind.EXEMPTION_TO_JUDGE, fact, request_id=event.request_id)


def announce_opinions_complete(event: OpinionsComplete) -> None:
    _tell_coordinators(Kind.EXEMPTION_TO_DECIDE, event.request_id)


def _tell_coordinators(kind: Kind, request_id: int) -> None:
    cohort_id = queries.request_row(request_id).cohort_id
    for user_id in accounts.holders_in(Role.COORDINATOR, cohort_id):
        promise(user_id, kind, f"exemption:{request_id}:{user_id}", request_id=request_id)
