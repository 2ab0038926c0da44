"""One step of a request from a state to the next, kept with who, when and why (docs/rules.md §23)."""

from sqlalchemy import select

from lms import audit, db
from lms.clock import now
from lms.cohorts.models import Enrolment
from lms.errors import Missing, Refused
from lms.events import emit
from lms.exemptions.events import RequestMoved
from lms.exemptions.lifecycle import RequestState, may_follow, needs_reason
from lms.exemptions.models import ExemptionRequest, RequestEvent
from lms.i18n import _
from lms.permissions import Actor


class StepRefused(Refused):
    """The request cannot go from where it is to there, or the reason is missing."""


def locked(request_id: int) -> ExemptionRequest:
    """The request, held until the frame ends. Raises Missing."""
    row: ExemptionRequest | None = db.session().get(
        ExemptionRequest, request_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise Missing
    return row


def cohort_of(request: ExemptionRequest) -> int:
    return db.session().scalars(select(Enrolment.cohort_id).where(Enrolment.id == request.enrolment_id)).one()


def step(request: ExemptionRequest, state: RequestState, *, by: Actor, reason: str = "") -> int:
    """Bring a locked request into another state; the id of the event. Raises StepRefused."""
    before = RequestState(request.state)
    if not may_follow(before, state):
        raise StepRefused(_("This step is not possible from where the request is now."))
    if needs_reason(state) and not reason.strip():
        raise StepRefused(_("Give a reason; the participant reads it."), field="reason")
    request.state = state
    event = RequestEvent(request_id=request.id, state=state, at=now(), by=by.user_id, reason=reason.strip())
    db.session().add(event)
    db.session().flush()  # the mail names the event
    audit.record(
        "exemption.changed", f"exemption:{request.id}", by=by, cohort_id=cohort_of(request), before=before, after=state
    )
    emit(RequestMoved(request.id, state, event.id))
    return event.id
