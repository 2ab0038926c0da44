"""The one way a file goes from state to state: allowed, explained, recorded, told."""

from typing import Any

from lms import audit, db
from lms.admissions.events import ApplicationChanged
from lms.admissions.lifecycle import ApplicationState, may_follow, needs_reason
from lms.admissions.models import Application, ApplicationEvent
from lms.clock import now
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class StepRefused(Refused):
    """This state does not follow that one, or the reason is missing."""


def locked(application_id: int) -> Application:
    """The file, with everybody else who decides about it waiting."""
    row = db.session().get(Application, application_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Missing
    return row


def step(
    application: Application, state: ApplicationState, *, by: Actor, reason: str = "", detail: dict[str, Any] | None = None
) -> ApplicationEvent:  # fmt: skip
    """Bring a locked file into another state. Raises StepRefused."""
    before = ApplicationState(application.state)
    if not may_follow(before, state):
        raise StepRefused(_("This step is not possible from where the file is now."), field="state")
    if needs_reason(state) and not reason.strip():
        raise StepRefused(_("Give a reason; the applicant reads it."), field="reason")
    return note(application, state, by=by, reason=reason, detail=detail)


def note(
    application: Application, state: ApplicationState, *, by: Actor, reason: str = "", detail: dict[str, Any] | None = None
) -> ApplicationEvent:  # fmt: skip
    """Write a state down, whatever it was before: ``step`` is for all but what an appeal orders."""
    before, application.state = application.state, state
    event = ApplicationEvent(
        application_id=application.id, state=state, at=now(), by=by.user_id, reason=reason.strip(), detail=detail or {},
        by_applicant=(by.user_id is not None and by.user_id == application.user_id) or not (by.user_id or by.is_institute),
    )  # fmt: skip
    db.session().add(event)
    db.session().flush()  # the event and the mail name the id
    audit.record("application.changed", f"application:{application.id}", by=by, before=before, after=state)
    emit(ApplicationChanged(application.id, state, event.id))
    return event
