"""A participant's own requests: begun on a module's page, written, proved, sent, followed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.db import Record
from lms.exemptions import queries, services
from lms.exemptions.forms import ProofForm, WithdrawRequestForm, WordsForm, competency_choices, words_of
from lms.exemptions.lifecycle import TAKES_DOCUMENTS, TURNED_DOWN, RequestState, may_follow
from lms.exemptions.limits import Reach, reach_of
from lms.exemptions.services import Words
from lms.exemptions.views import bp
from lms.exemptions.views.shown import WORDS, facts, send_proof
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


@bp.get("/exemptions")
@allow(Permission.LEARN)
def mine() -> ResponseReturnValue:
    return render_template("exemptions/mine.html", rows=queries.own_requests(me().user_id), **WORDS)


@bp.get("/cohorts/<int:cohort_id>/learn/<int:module_id>/exemption")
@allow(Permission.LEARN)
def ask(cohort_id: int, module_id: int) -> ResponseReturnValue:
    """Before anything is begun: what can be had, and what it takes."""
    place = queries.place_for(me().user_id, cohort_id, module_id)
    known = queries.live_request(place.enrolment_id, module_id)
    if known is not None and known.state not in TURNED_DOWN:
        return redirect(url_for(".own", request_id=known.id), 303)
    reach = reach_of(queries.assessments_in(module_id))
    page = {"place": place, "reach": reach, "can_ask": reach is not Reach.NOTHING, "known": known}
    return render_template("exemptions/ask.html", **page, **WORDS)


@bp.post("/cohorts/<int:cohort_id>/learn/<int:module_id>/exemption")
@allow(Permission.LEARN)
def start(cohort_id: int, module_id: int) -> ResponseReturnValue:
    place = queries.place_for(me().user_id, cohort_id, module_id)
    request_id = services.start_request(place.enrolment_id, module_id, by=me())
    return redirect(url_for(".own", request_id=request_id), 303)


@bp.get("/exemptions/<int:request_id>")
@allow(Permission.LEARN)
def own(request_id: int) -> ResponseReturnValue:
    return _page(queries.own_request(me().user_id, request_id))


@bp.post("/exemptions/<int:request_id>")
@allow(Permission.LEARN)
def write(request_id: int) -> ResponseReturnValue:
    """Two buttons: keep the draft, or keep it and send it."""
    request = queries.own_request(me().user_id, request_id)
    form = _words_form(request)
    if form.validate_on_submit():
        with form.refusals():
            words = Words(form.statement.data or "", form.months, tuple(form.claimed.data or ()))
            services.save_words(request_id, words, version=form.version.value, by=me())
            if form.send.data:
                services.submit_request(request_id, by=me())
                flash(_("Your request is sent. You are told by mail what becomes of it."), "success")
            else:
                flash(_("The draft is saved."), "success")
            return redirect(url_for(".own", request_id=request_id), 303)
    return _page(queries.own_request(me().user_id, request_id), words=form)


@bp.post("/exemptions/<int:request_id>/documents")
@allow(Permission.LEARN)
def add_document(request_id: int) -> ResponseReturnValue:
    request = queries.own_request(me().user_id, request_id)
    form = ProofForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_proof(
                request_id, form.upload, title=form.title.data or "", dated_on=form.dated_on.data, by=me()
            )  # fmt: skip
            flash(_("The document is added."), "success")
            return redirect(url_for(".own", request_id=request_id, _anchor="documents"), 303)
    return _page(request, proof=form)


@bp.post("/exemptions/<int:request_id>/documents/<int:proof_id>/remove")
@allow(Permission.LEARN)
def remove_document(request_id: int, proof_id: int) -> ResponseReturnValue:
    queries.own_request(me().user_id, request_id)
    services.remove_proof(request_id, proof_id, by=me())
    flash(_("The document is taken out."), "success")
    return redirect(url_for(".own", request_id=request_id, _anchor="documents"), 303)


@bp.get("/exemptions/<int:request_id>/documents/<int:proof_id>")
@allow(Permission.LEARN)
def document(request_id: int, proof_id: int) -> ResponseReturnValue:
    queries.own_request(me().user_id, request_id)
    return send_proof(request_id, proof_id)


@bp.route("/exemptions/<int:request_id>/withdraw", methods=["GET", "POST"])
@allow(Permission.LEARN)
def withdraw(request_id: int) -> ResponseReturnValue:
    request = queries.own_request(me().user_id, request_id)
    form = WithdrawRequestForm()
    if form.validate_on_submit():
        with form.refusals():
            services.withdraw_request(request_id, reason=form.reason.data or "", by=me())
            flash(_("Your request is withdrawn."), "success")
            return redirect(url_for(".own", request_id=request_id), 303)
    return render_template("exemptions/withdraw.html", asked=request, form=form), form.status


def _words_form(request: Record, **more: Any) -> WordsForm:
    form = WordsForm(data=words_of(request), **more)
    form.claimed.choices = competency_choices(queries.competencies_of(request.sheet))
    return form


def _page(request: Record, *, words: WordsForm | None = None, proof: ProofForm | None = None) -> ResponseReturnValue:
    """The request in whatever state it is; a form that came back shows what was typed in it."""
    words, proof = words or _words_form(request, formdata=None), proof or ProofForm(formdata=None)
    state = RequestState(request.state)
    page = {
        "words": words, "proof": proof, "is_draft": state is RequestState.DRAFT, "takes_documents": state in TAKES_DOCUMENTS,
        "may_withdraw": may_follow(state, RequestState.WITHDRAWN),
    }  # fmt: skip
    return render_template("exemptions/own.html", **page, **facts(request)), max(words.status, proof.status)
