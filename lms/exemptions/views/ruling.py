"""The coordinators' queue: which requests wait, who judges them, what is decided."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.db import Record
from lms.exemptions import exports, queries, services
from lms.exemptions.forms import AdmissibilityForm, AssessorForm, DecisionForm, competency_choices
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.limits import ASSESSORS, most_minutes
from lms.exemptions.queries import Sought
from lms.exemptions.services import Decision
from lms.exemptions.views import bp
from lms.exemptions.views.shown import WORDS, facts, send_proof
from lms.exemptions.wording import STATES
from lms.i18n import _
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/exemptions/requests")
@allow(Permission.EXEMPTION_DECIDE)
def queue() -> ResponseReturnValue:
    sought = _sought()
    page = {
        "found": queries.queue(me(), sought, after=request.args.get("after")), "sought": sought,
        "cohorts": queries.cohorts_in_hand(me()), "day": today(),
        "offered": {state: word for state, word in STATES.items() if state is not RequestState.DRAFT},
    }  # fmt: skip
    return render_template("exemptions/queue.html", **page, **WORDS)


@bp.post("/exemptions/requests/export")
@allow(Permission.EXEMPTION_DECIDE, own_frame=True)
def export_queue() -> ResponseReturnValue:
    return send_table(exports.requests(whole(queries.queue(me(), _sought(), size=MOST_ROWS))), "exemptions")


def _sought() -> Sought:
    state, cohort = request.args.get("state", ""), request.args.get("cohort", "")
    return Sought(
        RequestState(state) if state in set(RequestState) else None,
        int(cohort) if cohort.isdecimal() and len(cohort) < 10 else None, request.args.get("search", "").strip()[:100],
        request.args.get("late") == "1",
    )  # fmt: skip


@bp.get("/exemptions/requests/<int:request_id>")
@allow(Permission.EXEMPTION_DECIDE)
def request_page(request_id: int) -> ResponseReturnValue:
    return _page(queries.request_in_hand(request_id, me()))


@bp.post("/exemptions/requests/<int:request_id>/admissibility")
@allow(Permission.EXEMPTION_DECIDE)
def rule(request_id: int) -> ResponseReturnValue:
    row = queries.request_in_hand(request_id, me())
    form = AdmissibilityForm()
    if form.validate_on_submit():
        with form.refusals():
            if form.ruling.data == RequestState.ADMISSIBLE:
                services.admit_request(request_id, by=me(), reason=form.reason.data or "")
                flash(_("The request is admissible. Choose who judges it."), "success")
            else:
                services.turn_request_down(request_id, reason=form.reason.data or "", by=me())
                flash(_("The request is not admissible; the participant is told why."), "success")
            return redirect(url_for(".request_page", request_id=request_id), 303)
    return _page(row, admissibility=form)


@bp.post("/exemptions/requests/<int:request_id>/assessors")
@allow(Permission.EXEMPTION_DECIDE)
def ask_assessor(request_id: int) -> ResponseReturnValue:
    row = queries.request_in_hand(request_id, me())
    form = AssessorForm()
    form.offer(queries.able_assessors(row))
    if form.validate_on_submit():
        with form.refusals():
            services.ask_assessor(request_id, form.assessor.data, by=me())
            flash(_("The assessor is asked for an opinion."), "success")
            return redirect(url_for(".request_page", request_id=request_id), 303)
    return _page(row, assessor=form)


@bp.post("/exemptions/requests/<int:request_id>/decision")
@allow(Permission.EXEMPTION_DECIDE)
def decide(request_id: int) -> ResponseReturnValue:
    row = queries.request_in_hand(request_id, me())
    form = _decision_form(row)
    if form.validate_on_submit():
        with form.refusals():
            decision = Decision(
                RequestState(form.outcome.data), form.reason.data or "", form.hours.minutes,
                tuple(form.recognised.data or ()), form.prescriptions.data or "",
            )  # fmt: skip
            services.decide_request(request_id, decision, by=me())
            flash(_("The decision is taken; the participant is told."), "success")
            return redirect(url_for(".request_page", request_id=request_id), 303)
    return _page(row, decision=form)


@bp.get("/exemptions/requests/<int:request_id>/documents/<int:proof_id>")
@allow(Permission.EXEMPTION_DECIDE)
def requested_document(request_id: int, proof_id: int) -> ResponseReturnValue:
    queries.request_in_hand(request_id, me())
    return send_proof(request_id, proof_id)


def _decision_form(row: Record) -> DecisionForm:
    form = DecisionForm()
    form.recognised.choices = competency_choices(queries.competencies_of(row.sheet), row.claimed)
    return form


def _page(
    row: Record, *, admissibility: AdmissibilityForm | None = None, assessor: AssessorForm | None = None,
    decision: DecisionForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """A request with the one thing to do next; a form that came back shows what was typed in it."""
    sent = [form for form in (admissibility, assessor, decision) if form is not None]
    opinions, able = queries.opinions_of(row.id), queries.able_assessors(row)
    if assessor is None:
        assessor = AssessorForm(formdata=None)
        assessor.offer(able)
    scope = queries.scope_of(row)
    page = {
        "admissibility": admissibility or AdmissibilityForm(formdata=None), "assessor": assessor, "able": able,
        "decision": decision or _decision_form(row), "opinions": opinions, "scope": scope, "most": most_minutes(scope),
        "is_judged": sum(opinion.given_at is not None for opinion in opinions) >= ASSESSORS, "wanted": ASSESSORS,
        "is_submitted": row.state == RequestState.SUBMITTED, "is_admissible": row.state == RequestState.ADMISSIBLE,
    }  # fmt: skip
    status = max((form.status for form in sent), default=200)
    return render_template("exemptions/request.html", **page, **facts(row)), status
