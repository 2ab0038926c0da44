"""What a participant does: ask, write, prove, send, take back (docs/rules.md §23). Views pass the actor's own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms import audit, db, storage
from lms.clock import now, today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Enrolment
from lms.errors import Missing, Refused, Stale
from lms.exemptions import queries
from lms.exemptions.lifecycle import TAKES_DOCUMENTS, TURNED_DOWN, RequestState
from lms.exemptions.limits import (
    ADMISSIBILITY_DAYS,
    DECISION_DAYS,
    LEAST_EXPERIENCE,
    Limit,
    Reach,
    missing_to_send,
    reach_of,
    years_current,
)
from lms.exemptions.models import ExemptionRequest, Opinion, Proof, RequestEvent
from lms.exemptions.services.steps import cohort_of, locked, step
from lms.i18n import _, _n
from lms.permissions import Actor
from lms.uploads import Upload
from lms.working_days import add_working_days

FOLDER = "exemptions"
MOST_PROOFS = 20
LONGEST_STATEMENT = 8000


class NotExemptable(Refused):
    """The module is observed teaching, or the place is not active."""


class NotEditable(Refused):
    """The request was sent, or is over."""


class NotReady(Refused):
    """Something is missing before it can be sent."""


def start_request(enrolment_id: int, module_id: int, *, by: Actor) -> int:
    """A draft for the module; the request there is already when there is one that was not turned down. Raises NotExemptable."""
    state = db.session().scalars(select(Enrolment.state).where(Enrolment.id == enrolment_id)).one()
    if state not in LEARNING:
        raise NotExemptable(_("Your place in this cohort is not active: nothing can be asked for."))
    if reach_of(queries.assessments_in(module_id)) is Reach.NOTHING:
        raise NotExemptable(_("Observed teaching is never exempted: everybody is seen at work."))
    known = queries.live_request(enrolment_id, module_id)
    if known is not None and known.state not in TURNED_DOWN:
        return int(known.id)
    request = ExemptionRequest(
        enrolment_id=enrolment_id, module_id=module_id, state=RequestState.DRAFT, claimed=[], recognised=[], started_at=now()
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(request)
    except IntegrityError:  # begun in another window at the same time
        found = queries.live_request(enrolment_id, module_id)
        if found is None:
            raise
        return int(found.id)
    db.session().add(RequestEvent(request_id=request.id, state=RequestState.DRAFT, at=now(), by=by.user_id))
    audit.record("exemption.begun", f"exemption:{request.id}", by=by, cohort_id=cohort_of(request))
    return request.id


@dataclass(frozen=True)
class Words:
    """What the participant writes. ``claimed``: codes of competencies the module teaches."""

    statement: str
    experience_months: int
    claimed: tuple[str, ...]


def save_words(request_id: int, words: Words, *, version: int, by: Actor) -> None:
    """Keep the draft. Raises NotEditable, Stale."""
    request = _draft(request_id)
    if request.version != version:
        raise Stale(_("This request was changed in another window. Reload the page to see what is kept."))
    request.statement = words.statement.strip()[:LONGEST_STATEMENT]
    request.experience_months = words.experience_months
    request.claimed = list(words.claimed)
    audit.record("exemption.written", f"exemption:{request_id}", by=by, cohort_id=cohort_of(request))


def _draft(request_id: int) -> ExemptionRequest:
    request = locked(request_id)
    if request.state != RequestState.DRAFT:
        raise NotEditable(_("This request was sent; it can no longer be changed."))
    return request


def add_proof(request_id: int, upload: Upload, *, title: str, dated_on: date, by: Actor) -> int:
    """Put a document into the portfolio; its id. Raises NotEditable, Refused for a day to come."""
    request = _open_portfolio(request_id)
    if dated_on > today():
        raise NotReady(_("This day is still to come."), field="dated_on")
    count = db.session().scalar(
        select(func.count()).where(Proof.request_id == request_id, Proof.removed_at.is_(None))
    )  # fmt: skip
    if (count or 0) >= MOST_PROOFS:
        raise NotReady(_n("At most %(num)d document.", "At most %(num)d documents.", MOST_PROOFS), field="file")
    proof = Proof(
        request_id=request_id, title=title.strip(), dated_on=dated_on, name=upload.name, content_type=upload.content_type,
        size=len(upload.content), sha256=sha256(upload.content).hexdigest(), key=storage.put(upload.content, FOLDER),
        added_at=now(),
    )  # fmt: skip
    db.session().add(proof)
    db.session().flush()  # the audit row names the id
    audit.record(
        "exemption.proof_added", f"exemption:{request_id}", by=by, cohort_id=cohort_of(request), proof_id=proof.id
    )
    return proof.id


def remove_proof(request_id: int, proof_id: int, *, by: Actor) -> None:
    """It stays on record and counts no longer. Only out of a draft: what was sent stays. Raises NotEditable, Missing."""
    request = _draft(request_id)
    proof = db.session().get(Proof, proof_id)
    if proof is None or proof.request_id != request_id or proof.removed_at is not None:
        raise Missing
    proof.removed_at = now()
    audit.record(
        "exemption.proof_removed", f"exemption:{request_id}", by=by, cohort_id=cohort_of(request), proof_id=proof_id
    )


def _open_portfolio(request_id: int) -> ExemptionRequest:
    request = locked(request_id)
    judged = select(Opinion.assessor_id).where(Opinion.request_id == request_id, Opinion.given_at.is_not(None))
    if request.state not in TAKES_DOCUMENTS or db.session().scalars(judged).first() is not None:
        raise NotEditable(_("No document can be added now: the request is being examined, or is over."))
    return request


def submit_request(request_id: int, *, by: Actor) -> None:
    """Send it: the delays run from now (§8, §23). Raises NotReady with the first thing that is missing, NotEditable."""
    request = _draft(request_id)
    row = queries.request_row(request_id)
    if not request.statement:
        raise NotReady(_("Write what you have done, and where."), field="statement")
    known = {competency.code for competency in queries.competencies_of(row.sheet)}
    if known and not known & set(request.claimed):
        raise NotReady(_("Choose at least one competency."), field="claimed")
    dates = [proof.dated_on for proof in queries.proofs_of(request_id)]
    _refuse_missing(missing_to_send(request.experience_months, dates, today(), row.code), row.code, dates)
    request.submitted_at = now()
    request.rule_by = add_working_days(today(), ADMISSIBILITY_DAYS)
    request.decide_by = add_working_days(today(), DECISION_DAYS)
    step(request, RequestState.SUBMITTED, by=by)


def _refuse_missing(missing: Collection[Limit], module_code: str, dates: Collection[date]) -> None:
    if Limit.LITTLE_EXPERIENCE in missing:
        years = LEAST_EXPERIENCE // 12
        raise NotReady(
            _("At least %(years)d years of experience in all are needed.", years=years), field="experience_months"
        )
    if Limit.NOTHING_CURRENT in missing:
        if not dates:
            raise NotReady(_("Add at least one document that proves what you know."))
        years = years_current(module_code)
        raise NotReady(
            _("No document is recent enough: at least one of the last %(years)d years is needed.", years=years)
        )


def withdraw_request(request_id: int, *, reason: str = "", by: Actor) -> None:
    """Take it back while nothing is decided. Raises StepRefused."""
    step(locked(request_id), RequestState.WITHDRAWN, by=by, reason=reason)
