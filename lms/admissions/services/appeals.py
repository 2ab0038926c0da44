"""Decisions contested by applicants, and answered by somebody who had no part in them (docs/rules.md §22)."""

from lms import audit, db
from lms.admissions import queries
from lms.admissions.events import AppealDecided, AppealLodged
from lms.admissions.lifecycle import (
    APPEAL_ANSWER_DAYS,
    AppealOutcome,
    AppealStage,
    ApplicationState,
    CallState,
    after_appeal,
)
from lms.admissions.models import Appeal, Application, CallTrack
from lms.admissions.queries import appeals
from lms.admissions.services.offers import offer_freed_seats
from lms.admissions.services.steps import Step, locked, note_all
from lms.clock import now, today
from lms.cohorts.events import SeatFreed
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor
from lms.working_days import add_working_days


class AppealRefused(Refused):
    """Nothing to contest, too late, without a reason, or not for this person to answer."""


def lodge_appeal(application_id: int, text: str, *, by: Actor) -> Appeal:
    """Contest the last decision about a file, once, within ten working days of it. Raises AppealRefused."""
    application = locked(application_id)
    found = appeals.contestable(application)
    if found is None:
        raise AppealRefused(_("There is no decision to contest, or it was contested already."))
    decision, until = found
    if today() > until:
        raise AppealRefused(_("An appeal is lodged within ten working days of the decision; they are over."))
    if not text.strip():
        raise AppealRefused(_("Say why you contest the decision."), field="text")
    appeal = Appeal(
        application_id=application_id, event_id=decision.id, state=application.state, text=text.strip(), lodged_at=now(),
        answer_by=add_working_days(today(), APPEAL_ANSWER_DAYS),
    )  # fmt: skip
    db.session().add(appeal)
    db.session().flush()  # the audit row and the mail name the id
    audit.record("appeal.lodged", f"application:{application_id}", by=by, appeal=appeal.id, contested=appeal.state)
    emit(AppealLodged(appeal.id))
    return appeal


def turn_down_appeal(appeal_id: int, *, reason: str, by: Actor) -> None:
    """It cannot be examined, and why. Raises AppealRefused."""
    appeal = _open(appeal_id)
    if appeal.stage is not AppealStage.LODGED:
        raise AppealRefused(_("Somebody examines this appeal already."))
    _close(appeal, AppealOutcome.INADMISSIBLE, reason, by)


def assign_appeal(appeal_id: int, judge_id: int, *, by: Actor) -> None:
    """It is examined, by this person from now on. Raises AppealRefused for somebody who had a part in the decision."""
    appeal = _open(appeal_id)
    if judge_id not in {row.id for row in appeals.judges(appeal)}:
        raise AppealRefused(
            _("This person examined the file, took the decision, or is a colleague of the applicant."), field="judge"
        )
    appeal.assigned_to, appeal.assigned_by, appeal.assigned_at = judge_id, by.user_id, now()
    audit.record("appeal.assigned", f"application:{appeal.application_id}", by=by, appeal=appeal.id, judge=judge_id)


def decide_appeal(appeal_id: int, outcome: AppealOutcome, *, reason: str, by: Actor) -> None:
    """Answer it; one that is upheld is carried out at once. Raises AppealRefused; Missing for another's appeal."""
    appeal = _open(appeal_id)
    if appeal.assigned_to is None or appeal.assigned_to != by.user_id:
        raise Missing
    if outcome is AppealOutcome.INADMISSIBLE:
        raise AppealRefused(_("This appeal is examined already: say whether the decision stands."), field="outcome")
    _close(appeal, outcome, reason, by)
    if outcome is AppealOutcome.UPHELD:
        _carry_out(appeal, by)


def _carry_out(appeal: Appeal, by: Actor) -> None:
    application = locked(appeal.application_id)
    if application.state != appeal.state:
        return  # withdrawn meanwhile, or offered a place by the waiting list
    call = queries.call(application.call_id)
    state = after_appeal(ApplicationState(appeal.state), CallState(call.state))
    if state is ApplicationState.COMPLETE and application.completed_at is None:
        application.completed_at = now()
    note_all([Step(application, state, appeal.reason, {"appeal": appeal.id})], by=by)
    if state is ApplicationState.WAITLISTED:
        offer_freed_seats(SeatFreed(_cohort_of(application)))


def _cohort_of(application: Application) -> int:
    return db.session().get_one(CallTrack, application.track_id).cohort_id


def _close(appeal: Appeal, outcome: AppealOutcome, reason: str, by: Actor) -> None:
    if not reason.strip():
        raise AppealRefused(_("Give a reason; the applicant reads it."), field="reason")
    appeal.outcome, appeal.reason, appeal.decided_by, appeal.decided_at = outcome, reason.strip(), by.user_id, now()
    db.session().flush()  # who is next on the waiting list follows from it
    audit.record("appeal.decided", f"application:{appeal.application_id}", by=by, appeal=appeal.id, outcome=outcome)
    emit(AppealDecided(appeal.id))


def _open(appeal_id: int) -> Appeal:
    appeal = db.session().get(Appeal, appeal_id, with_for_update=True, populate_existing=True)
    if appeal is None:
        raise Missing
    if appeal.decided_at is not None:
        raise AppealRefused(_("This appeal is answered already."))
    return appeal
