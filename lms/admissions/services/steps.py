"""The one way a file goes from state to state: allowed, explained, recorded, told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

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


def locked_all(application_ids: Iterable[int]) -> Sequence[Application]:
    """Many files locked, in the order of their numbers; those that do not exist are left out."""
    return db.session().scalars(
        select(Application).where(Application.id.in_(list(application_ids))).order_by(Application.id)
        .with_for_update().execution_options(populate_existing=True)
    ).all()  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What a locked file becomes, and what its applicant reads about it."""

    application: Application
    state: ApplicationState
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def refusal(self) -> StepRefused | None:
        """Why the file cannot take it; None when it can."""
        if not may_follow(ApplicationState(self.application.state), self.state):
            return StepRefused(_("This step is not possible from where the file is now."), field="state")
        if needs_reason(self.state) and not self.reason.strip():
            return StepRefused(_("Give a reason; the applicant reads it."), field="reason")
        return None


def step(
    application: Application, state: ApplicationState, *, by: Actor, reason: str = "", detail: dict[str, Any] | None = None
) -> ApplicationEvent:  # fmt: skip
    """Bring a locked file into another state. Raises StepRefused."""
    wanted = Step(application, state, reason, detail or {})
    refusal = wanted.refusal()
    if refusal is not None:
        raise refusal
    return note_all([wanted], by=by)[0]


def note_all(steps: Iterable[Step], *, by: Actor) -> Sequence[ApplicationEvent]:
    """Write states down, whatever they were before, with as many statements for one file as for a thousand."""
    before, events = [], []
    for one in steps:
        application = one.application
        before.append(application.state)
        application.state = one.state
        events.append(ApplicationEvent(
            application_id=application.id, state=one.state, at=now(), by=by.user_id, reason=one.reason.strip(),
            detail=one.detail, by_applicant=_is_applicant(application, by),
        ))  # fmt: skip
    db.session().add_all(events)
    db.session().flush()  # the events and the mails name the ids
    for was, event in zip(before, events, strict=True):
        audit.record("application.changed", f"application:{event.application_id}", by=by, before=was, after=event.state)
    for event in events:  # apart from the audit, so that the mails they bring about are written together
        emit(ApplicationChanged(event.application_id, event.state, event.id))
    return events


def _is_applicant(application: Application, by: Actor) -> bool:
    return (by.user_id is not None and by.user_id == application.user_id) or not (by.user_id or by.is_institute)
