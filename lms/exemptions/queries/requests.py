"""Requests as their participant, those who rule on them and their assessors read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from lms import db
from lms.accounts.models import Organisation, User
from lms.accounts.names import search_key
from lms.catalogue.models import Component, Module, ProgrammeVersion
from lms.clock import today
from lms.cohorts.lifecycle import SEATED
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.competencies.models import Competency
from lms.db import Read, Record
from lms.errors import Missing
from lms.exemptions.lifecycle import TURNED_DOWN, WAITING, RequestState
from lms.exemptions.limits import Scope, reach_of
from lms.exemptions.models import ExemptionRequest, Opinion, Proof, RequestEvent
from lms.exemptions.queries.granted import minutes_exempted_in
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Permission

_R = ExemptionRequest
_NAME = (User.given_name + " " + User.family_name).label("participant")
_ROW: Read = (
    select(
        _R.id, _R.enrolment_id, _R.module_id, _R.state, _R.statement, _R.experience_months, _R.claimed, _R.started_at,
        _R.submitted_at, _R.rule_by, _R.decide_by, _R.exempted_minutes, _R.recognised, _R.prescriptions, _R.complete_by,
        _R.version, Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.sheet, Enrolment.cohort_id,
        Enrolment.user_id, Cohort.name.label("cohort"), Cohort.code.label("cohort_code"), _NAME,
        Organisation.name.label("organisation"), User.organisation_id,
    )
    .select_from(_R).join(Enrolment, Enrolment.id == _R.enrolment_id).join(User, User.id == Enrolment.user_id)
    .outerjoin(Organisation, Organisation.id == User.organisation_id)
    .join(Module, Module.id == _R.module_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
)  # fmt: skip


def _found(row: Record | None) -> Record:
    if row is None:
        raise Missing
    return row


def request_row(request_id: int) -> Record:
    """A request with its module, participant and cohort, whoever asks: for letters and for those below."""
    return _found(db.session().execute(_ROW.where(_R.id == request_id)).one_or_none())


def own_request(user_id: int | None, request_id: int) -> Record:
    """One of the participant's."""
    return _found(db.session().execute(_ROW.where(_R.id == request_id, Enrolment.user_id == user_id)).one_or_none())


def own_requests(user_id: int | None) -> Sequence[Record]:
    """All of them, newest first."""
    return db.session().execute(_ROW.where(Enrolment.user_id == user_id).order_by(_R.id.desc())).all()


def live_request(enrolment_id: int, module_id: int) -> Record | None:
    """The participant's request for the module that was not turned down, or the last one that was; id, state,
    exempted_minutes."""
    return db.session().execute(
        select(_R.id, _R.state, _R.exempted_minutes)
        .where(_R.enrolment_id == enrolment_id, _R.module_id == module_id)
        .order_by(_R.state.in_(TURNED_DOWN), _R.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip


def place_for(user_id: int | None, cohort_id: int, module_id: int) -> Record:
    """A participant's place in a cohort with one of its modules: enrolment_id, state, cohort; code, titles, minutes, sheet."""
    return _found(db.session().execute(
        select(
            Enrolment.id.label("enrolment_id"), Enrolment.state, Enrolment.cohort_id, Cohort.name.label("cohort"),
            Module.id.label("module_id"), Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.sheet,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id).join(CohortModule, CohortModule.cohort_id == Cohort.id)
        .join(Module, Module.id == CohortModule.module_id)
        .where(Enrolment.user_id == user_id, Enrolment.cohort_id == cohort_id, Module.id == module_id,
               Enrolment.state.in_(SEATED))
    ).one_or_none())  # fmt: skip


def assessments_in(module_id: int) -> Sequence[str]:
    """The ids that authors gave the module's assessments."""
    return db.session().scalars(select(Component.slug).where(Component.module_id == module_id)).all()


def scope_of(request: Record) -> Scope:
    """What a decision on it must stay within. Three statements."""
    programme = db.session().execute(
        select(ProgrammeVersion.minutes)
        .join(Cohort, Cohort.programme_version_id == ProgrammeVersion.id).where(Cohort.id == request.cohort_id)
    ).scalar_one()  # fmt: skip
    spared = minutes_exempted_in(request.enrolment_id, except_request=request.id)
    return Scope(request.minutes, reach_of(assessments_in(request.module_id)), programme, spared)


def proofs_of(request_id: int) -> Sequence[Record]:
    """The documents that count, in the order in which they were added."""
    return db.session().execute(
        select(Proof.id, Proof.title, Proof.dated_on, Proof.name, Proof.content_type, Proof.size, Proof.key, Proof.added_at)
        .where(Proof.request_id == request_id, Proof.removed_at.is_(None)).order_by(Proof.id)
    ).all()  # fmt: skip


def proof_of(request_id: int, proof_id: int) -> Record:
    """One of them. Raises Missing."""
    return _found(next((row for row in proofs_of(request_id) if row.id == proof_id), None))


def events_of(request_id: int) -> Sequence[Record]:
    """What became of the request, oldest first: state, at, reason, ``by`` (None: nobody named), ``by_id``."""
    return db.session().execute(
        select(RequestEvent.state, RequestEvent.at, RequestEvent.reason, RequestEvent.by.label("by_id"),
               (User.given_name + " " + User.family_name).label("by"))
        .outerjoin(User, User.id == RequestEvent.by)
        .where(RequestEvent.request_id == request_id).order_by(RequestEvent.id)
    ).all()  # fmt: skip


def reason_of(event_id: int) -> str:
    """What the event says why."""
    return db.session().scalars(select(RequestEvent.reason).where(RequestEvent.id == event_id)).one()


def competencies_of(sheet: dict[str, object]) -> Sequence[Record]:
    """Those a module teaches, in its order: code, label_fr, label_en."""
    taught = sheet.get("competencies")
    codes = [row["code"] for row in taught] if isinstance(taught, list) else []
    rows = db.session().execute(
        select(Competency.code, Competency.label_fr, Competency.label_en).where(Competency.code.in_(codes))
    )
    return sorted(rows.all(), key=lambda row: codes.index(row.code))


def opinions_of(request_id: int) -> Sequence[Record]:
    """Who was asked, in that order, and what they hold; ``given_at`` None: nothing yet."""
    return db.session().execute(
        select(Opinion.assessor_id, Opinion.asked_at, Opinion.advises, Opinion.minutes, Opinion.findings, Opinion.comment,
               Opinion.given_at, (User.given_name + " " + User.family_name).label("assessor"))
        .join(User, User.id == Opinion.assessor_id)
        .where(Opinion.request_id == request_id).order_by(Opinion.asked_at, Opinion.assessor_id)
    ).all()  # fmt: skip


def to_judge(request_id: int, assessor_id: int | None) -> Record:
    """A request that somebody was asked to judge. Missing for everybody else."""
    asked = select(1).where(Opinion.request_id == _R.id, Opinion.assessor_id == assessor_id).exists()
    return _found(db.session().execute(_ROW.where(_R.id == request_id, asked)).one_or_none())


def asked_of(assessor_id: int | None, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """What somebody was asked to judge, what waits first: a request's row with ``given_at``."""
    place = (Opinion.given_at.is_not(None).label("is_given"), _R.id)
    query = (
        _ROW.add_columns(Opinion.given_at, place[0]).join(Opinion, Opinion.request_id == _R.id)
        .where(Opinion.assessor_id == assessor_id).order_by(Opinion.given_at.is_not(None), _R.id).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 2):
        case [int(given), int(last)]:
            later = and_(Opinion.given_at.is_not(None), _R.id > last)
            query = query.where(later if given else or_(Opinion.given_at.is_not(None), _R.id > last))
    rows = db.session().execute(query).all()
    return page_of(rows, lambda row: (int(row.is_given), row.id), size=size)


@dataclass(frozen=True)
class Sought:
    """Which requests: by state, cohort, a name; ``is_late``: an answer is overdue. Empty: all that were sent."""

    state: RequestState | None = None
    cohort_id: int | None = None
    search: str = ""
    is_late: bool = False


def queue(by: Actor, sought: Sought, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Requests in somebody's hands, what waits longest first: a request's row with ``asked`` and ``given`` opinions."""
    asked = select(func.count()).where(Opinion.request_id == _R.id).correlate(_R).scalar_subquery().label("asked")
    given = select(func.count(Opinion.given_at)).where(Opinion.request_id == _R.id).correlate(_R).scalar_subquery()
    rank = func.coalesce(_R.state.not_in(WAITING), False).label("is_closed")
    query = _in_hand(_ROW.add_columns(asked, given.label("given"), rank), by).where(_R.state != RequestState.DRAFT)
    if sought.state:
        query = query.where(_R.state == sought.state)
    if sought.cohort_id:
        query = query.where(Enrolment.cohort_id == sought.cohort_id)
    if sought.is_late:
        query = query.where(_late())
    for word in search_key(sought.search).split():
        query = query.where(User.search_name.contains(word, autoescape=True))
    match key_of(after, 2):
        case [int(closed), int(last)]:
            query = query.where(_R.state.not_in(WAITING) if closed else or_(_R.state.not_in(WAITING), _R.id > last))
            query = query.where(_R.id > last) if closed else query
    query = query.order_by(_R.state.not_in(WAITING), _R.id).limit(size + 1)
    return page_of(db.session().execute(query).all(), lambda row: (int(row.is_closed), row.id), size=size)


def _late() -> ColumnElement[bool]:
    """The institute owed an answer before today."""
    return or_(
        and_(_R.state == RequestState.SUBMITTED, _R.rule_by < today()),
        and_(_R.state == RequestState.ADMISSIBLE, _R.decide_by < today()),
    )


def _in_hand(query: Read, by: Actor) -> Read:
    scope = by.scope(Permission.EXEMPTION_DECIDE)
    return query if scope is None else query.where(Enrolment.cohort_id.in_(scope))


def request_in_hand(request_id: int, by: Actor) -> Record:
    """One of these, once it was sent."""
    query = _in_hand(_ROW.where(_R.id == request_id, _R.state != RequestState.DRAFT), by)
    return _found(db.session().execute(query).one_or_none())


def cohorts_in_hand(by: Actor) -> Sequence[Record]:
    """The cohorts out of which a request came: id, name."""
    asked = select(Enrolment.cohort_id).join(_R, _R.enrolment_id == Enrolment.id)
    query = select(Cohort.id, Cohort.name).where(Cohort.id.in_(asked))
    scope = by.scope(Permission.EXEMPTION_DECIDE)
    query = query if scope is None else query.where(Cohort.id.in_(scope))
    return db.session().execute(query.order_by(Cohort.name)).all()
