"""What the institute does with a request: admissible or not, two opinions that do not know of each other, one decision
(docs/rules.md §23)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from lms import audit, db
from lms.accounts.models import User
from lms.calendar_months import months_after
from lms.clock import now, today
from lms.cohorts.models import Enrolment
from lms.competencies import services as competencies
from lms.competencies.services import Shown
from lms.db import Record
from lms.errors import Missing, Refused
from lms.events import emit
from lms.exemptions import queries
from lms.exemptions.events import AssessorAsked, ExemptionGranted, OpinionsComplete
from lms.exemptions.lifecycle import GRANTED, OUTCOMES, RequestState
from lms.exemptions.limits import ASSESSORS, MONTHS_TO_COMPLETE, Limit, Party, Ruling, limits, may_assess
from lms.exemptions.models import ExemptionRequest, Opinion
from lms.exemptions.services.steps import StepRefused, cohort_of, locked, step
from lms.exemptions.wording import limit_sentence
from lms.i18n import _
from lms.permissions import Actor


class ConflictOfInterest(Refused):
    """Somebody would judge a colleague, themselves, or a request they decide on."""


class OpinionRefused(Refused):
    """Nothing is to be judged here any more, or the opinion was given."""


class DecisionRefused(Refused):
    """A limit stands against it, or the opinions are not there yet."""


def admit_request(request_id: int, *, by: Actor, reason: str = "") -> None:
    """It can be examined. Raises StepRefused, ConflictOfInterest."""
    request = locked(request_id)
    _refuse_own(request, by)
    step(request, RequestState.ADMISSIBLE, by=by, reason=reason)


def turn_request_down(request_id: int, *, reason: str, by: Actor) -> None:
    """It cannot be examined, and why. Raises StepRefused, ConflictOfInterest."""
    request = locked(request_id)
    _refuse_own(request, by)
    step(request, RequestState.NOT_ADMISSIBLE, by=by, reason=reason)


def _refuse_own(request: ExemptionRequest, by: Actor) -> None:
    if by.user_id is not None and by.user_id == _candidate(request).id:
        raise ConflictOfInterest(_("This request is your own: somebody else rules on it."))


def _candidate(request: ExemptionRequest) -> Party:
    row = db.session().execute(
        select(User.id, User.organisation_id).join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.id == request.enrolment_id)
    ).one()  # fmt: skip
    return Party(row.id, row.organisation_id)


def ask_assessor(request_id: int, assessor_id: int, *, by: Actor) -> None:
    """Ask somebody for an opinion; who was asked already stays asked. Raises StepRefused, ConflictOfInterest."""
    request = locked(request_id)
    if request.state != RequestState.ADMISSIBLE:
        raise StepRefused(_("Only an admissible request is judged."))
    if db.session().get(Opinion, (request_id, assessor_id)) is not None:
        return
    row = queries.request_row(request_id)
    if assessor_id not in {assessor.id for assessor in queries.able_assessors(row)}:
        raise ConflictOfInterest(_("This person cannot judge this request."), field="assessor")
    db.session().add(
        Opinion(request_id=request_id, assessor_id=assessor_id, asked_by=by.user_id, asked_at=now(), findings=[])
    )
    audit.record(
        "exemption.assessor_asked", f"exemption:{request_id}", by=by, cohort_id=row.cohort_id, assessor_id=assessor_id
    )
    emit(AssessorAsked(request_id, assessor_id))


@dataclass(frozen=True)
class Advice:
    """What an assessor holds. ``findings``: what the evidence is, out of ``wording.FINDINGS``."""

    outcome: RequestState
    minutes: int
    findings: Collection[str]
    comment: str


def give_opinion(request_id: int, advice: Advice, *, by: Actor) -> None:
    """An assessor's own, once. Raises OpinionRefused, ConflictOfInterest, Missing for those not asked."""
    request = locked(request_id)
    opinion = db.session().get(Opinion, (request_id, by.user_id or 0))
    if opinion is None:
        raise Missing
    if request.state != RequestState.ADMISSIBLE:
        raise OpinionRefused(_("This request is no longer being examined."))
    if opinion.given_at is not None:
        raise OpinionRefused(_("You have given your opinion; it stays as it was given."))
    employer = db.session().scalars(select(User.organisation_id).where(User.id == opinion.assessor_id)).one()
    if not may_assess(Party(opinion.assessor_id, employer), _candidate(request)):
        raise ConflictOfInterest(_("You work for the same organisation as this participant: somebody else judges."))
    opinion.advises, opinion.minutes, opinion.comment = advice.outcome, advice.minutes, advice.comment.strip()
    opinion.findings, opinion.given_at = sorted(advice.findings), now()
    audit.record(
        "exemption.judged", f"exemption:{request_id}", by=by, cohort_id=cohort_of(request), advises=advice.outcome
    )
    db.session().flush()  # the count reads it
    if _opinions(request_id) >= ASSESSORS:
        emit(OpinionsComplete(request_id))


def _opinions(request_id: int) -> int:
    given = select(func.count()).where(Opinion.request_id == request_id, Opinion.given_at.is_not(None))
    return db.session().scalar(given) or 0


@dataclass(frozen=True)
class Decision:
    """``minutes`` and ``prescriptions`` of a partial exemption; one in full takes the whole module."""

    outcome: RequestState
    reason: str
    minutes: int = 0
    recognised: tuple[str, ...] = ()
    prescriptions: str = ""


def decide_request(request_id: int, decision: Decision, *, by: Actor) -> None:
    """Take the decision, within the limits. Raises DecisionRefused, StepRefused, ConflictOfInterest."""
    request = locked(request_id)
    db.session().get_one(Enrolment, request.enrolment_id, with_for_update=True)  # one share of the programme at a time
    if decision.outcome not in OUTCOMES:
        raise StepRefused(_("This step is not possible from where the request is now."))
    _refuse_own(request, by)
    _refuse_unjudged(request, by)
    row = queries.request_row(request_id)
    found = limits(_ruling(request, decision), queries.scope_of(row))
    if found:
        raise DecisionRefused(limit_sentence(found[0]), field=_FIELDS.get(found[0], "outcome"))
    if decision.outcome in GRANTED:
        _grant(request, row, decision)
    step(request, decision.outcome, by=by, reason=decision.reason)
    if decision.outcome in GRANTED:
        emit(ExemptionGranted(request.enrolment_id, request.module_id, f"exemption:{request_id}"))


_FIELDS = {
    Limit.TOO_MANY_HOURS: "hours", Limit.NO_HOURS: "hours", Limit.WHOLE_MODULE: "hours", Limit.HOURS_REFUSED: "hours",
    Limit.NOTHING_RECOGNISED: "recognised", Limit.NOT_CLAIMED: "recognised", Limit.NOTHING_PRESCRIBED: "prescriptions",
}  # fmt: skip


def _refuse_unjudged(request: ExemptionRequest, by: Actor) -> None:
    if request.state != RequestState.ADMISSIBLE:
        raise StepRefused(_("This step is not possible from where the request is now."))
    if _opinions(request.id) < ASSESSORS:
        raise DecisionRefused(_("Two assessors give their opinion before a decision is taken."))
    if db.session().get(Opinion, (request.id, by.user_id or 0)) is not None:
        raise ConflictOfInterest(_("You gave an opinion on this request: somebody else decides."))


def _ruling(request: ExemptionRequest, decision: Decision) -> Ruling:
    return Ruling(
        decision.outcome, decision.minutes, frozenset(decision.recognised), frozenset(request.claimed),
        bool(decision.prescriptions.strip()),
    )  # fmt: skip


def _grant(request: ExemptionRequest, row: Record, decision: Decision) -> None:
    request.recognised = sorted(decision.recognised)
    if decision.outcome is RequestState.FULL:
        request.exempted_minutes = row.minutes
    else:
        request.exempted_minutes = decision.minutes
        request.prescriptions = decision.prescriptions.strip()
        request.complete_by = months_after(today(), MONTHS_TO_COMPLETE)
    evidence = f"enrolment:{request.enrolment_id} exemption:{request.id}"
    competencies.settle_attainments(row.user_id, {evidence: _shown(row.sheet["competencies"], decision.recognised)})


def _shown(taught: Sequence[dict[str, str]], recognised: Collection[str]) -> list[Shown]:
    """The level the module leads to. Teaching it is shown by teaching only, so there is no T level."""
    return [
        Shown(one["code"], mastery=one.get("mastery"), cefr=one.get("cefr"))
        for one in taught if one["code"] in recognised
    ]  # fmt: skip
