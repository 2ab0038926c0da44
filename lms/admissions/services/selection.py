"""Files examined: complete or not, eligible or not, present, interviewed, retained (docs/rules.md §21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms import db
from lms.admissions import queries
from lms.admissions.lifecycle import ApplicationState, CriterionKind
from lms.admissions.models import Application, CallDocument
from lms.admissions.points import consolidated
from lms.admissions.queries.selection import scores_for
from lms.admissions.services.steps import Step, StepRefused, locked, locked_all, note_all, step
from lms.clock import today
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor
from lms.working_days import add_working_days

COMPLETION_DAYS = 5
BATCH = 500
"""So many files go through the database at a time."""
_S = ApplicationState
EXAMINED = frozenset({_S.COMPLETE, _S.REJECTED_INCOMPLETE, _S.ELIGIBLE, _S.INELIGIBLE, _S.TESTED, _S.ABSENT, _S.INTERVIEWED,
                      _S.NOT_RETAINED})  # fmt: skip
"""States that an examination leads to, for one file or for many."""


@dataclass(frozen=True)
class Report:
    """What a bulk act did: how many files moved, and which did not (their id and the sentence why)."""

    done: int
    refused: Sequence[tuple[int, str]]


def examine(application_id: int, state: ApplicationState, *, by: Actor, reason: str = "") -> Application:
    """Bring a file into a state that examination leads to. Raises StepRefused."""
    if state not in EXAMINED:
        raise StepRefused(_("This step is not possible from where the file is now."), field="state")
    application = locked(application_id)
    wanted = Step(application, state, reason)
    refusal = wanted.refusal() or _kept_out([application], state).get(application_id)
    if refusal is not None:
        raise refusal
    note_all([wanted], by=by)
    return application


def examine_many(application_ids: Sequence[int], state: ApplicationState, *, by: Actor, reason: str = "") -> Report:
    """The same for many: those that cannot take the step stay as they are and are named."""
    done, refused = 0, list[tuple[int, str]]()
    numbers = sorted(set(application_ids))
    for start in range(0, len(numbers), BATCH):
        able = []
        applications = locked_all(numbers[start : start + BATCH])
        kept_out = _kept_out(applications, state)
        for application in applications:
            wanted = Step(application, state, reason)
            refusal = wanted.refusal() or kept_out.get(application.id)
            if refusal is None:
                able.append(wanted)
            else:
                refused.append((application.id, str(refusal)))
        done += len(note_all(able, by=by))
    return Report(done, refused)


def _kept_out(applications: Sequence[Application], state: ApplicationState) -> Mapping[int, StepRefused]:
    """Of files of one call, those that the floor of its test keeps from the interview, and why."""
    if state is not _S.INTERVIEWED or not applications:
        return {}
    call = queries.call(applications[0].call_id)
    test = next((one for one in queries.criteria(call.id) if one.kind == CriterionKind.TEST), None)
    if test is None or not call.test_floor:
        return {}
    given = scores_for(test.id, [application.id for application in applications])
    refused = {}
    for application in applications:
        points = consolidated(given.get(application.id, ()), test.most_points).points
        if points is None:
            refused[application.id] = StepRefused(_("The test is not scored yet."), field="state")
        elif points < call.test_floor:
            refused[application.id] = StepRefused(
                _("%(points)s points at the test: the call asks for %(floor)s.", points=f"{points:f}",
                  floor=f"{call.test_floor:f}"), field="state",
            )  # fmt: skip
    return refused


def ask_to_complete(application_id: int, missing: Sequence[int], *, reason: str, by: Actor) -> date:
    """Send a file back once, naming the documents (ids of what the call asks) that are missing or not good; says the last day.
    Raises StepRefused."""
    application = locked(application_id)
    asked = set(db.session().scalars(select(CallDocument.id).where(CallDocument.call_id == application.call_id)).all())
    application.complete_by = add_working_days(today(), COMPLETION_DAYS)
    step(application, _S.INCOMPLETE, by=by, reason=reason, detail={"missing": sorted(asked & set(missing))})
    application.completed_at = None
    return application.complete_by


def reject_overdue() -> int:
    """Files that were not completed in their five days are out; says how many."""
    overdue = db.session().scalars(
        select(Application.id).where(Application.state == _S.INCOMPLETE, Application.complete_by < today())
        .order_by(Application.id)
    ).all()  # fmt: skip
    for application_id in overdue:
        application = locked(application_id)
        if application.state == _S.INCOMPLETE:
            reason = _("The file was not completed by the day it was asked for.")
            step(application, _S.REJECTED_INCOMPLETE, by=INSTITUTE, reason=reason)
    return len(overdue)
