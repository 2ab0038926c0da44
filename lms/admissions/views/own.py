"""A file as its applicant follows it: where it is, why, what comes next, and the answers that are theirs to give."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.places import region_name
from lms.admissions import queries, services
from lms.admissions.forms import AnswerForm, AppealForm
from lms.admissions.lifecycle import EDITABLE, UNDER_OFFER, ApplicationState, may_follow
from lms.admissions.models import Application
from lms.admissions.views import apply
from lms.admissions.views.applying import PRIVATE, opened
from lms.admissions.wording import (
    APPEAL_OUTCOMES,
    APPEAL_STAGE_KINDS,
    APPEAL_STAGES,
    CRITERIA,
    PLAIN,
    STATE_KINDS,
    STATES,
)
from lms.clock import today
from lms.i18n import _
from lms.web.access import PUBLIC, allow

_WORDS = {"states": STATES, "kinds": STATE_KINDS, "plain": PLAIN, "criteria": CRITERIA, "outcomes": APPEAL_OUTCOMES,
          "stages": APPEAL_STAGES, "stage_kinds": APPEAL_STAGE_KINDS}  # fmt: skip


@apply.get("/applications/<key>")
@allow(PUBLIC)
def file(key: str) -> ResponseReturnValue:
    application, _by = opened(key)
    return _page(key, application, AnswerForm(), AppealForm())


def _page(key: str, application: Application, answer: AnswerForm, appeal: AppealForm) -> ResponseReturnValue:
    state = ApplicationState(application.state)
    call, contestable = queries.call(application.call_id), queries.contestable(application)
    page = {
        "file": application, "call": call, "key": key, "is_editable": state in EDITABLE, "answer": answer, "appeal": appeal,
        "offer": queries.open_offer(application.id) if state in UNDER_OFFER else None,
        "result": queries.result_of(application.id) if call.results_published_at else None,
        "most": {row.kind: row.most_points for row in queries.criteria(call.id)},
        "appeals": queries.appeals_of(application.id), "events": queries.events_of(application.id),
        "contest_until": contestable[1] if contestable and today() <= contestable[1] else None,
        "may_withdraw": may_follow(state, ApplicationState.WITHDRAWN), "documents": queries.documents_of(application.id),
        "track": next(row for row in queries.tracks(call.id) if row.id == application.track_id),
        "region": region_name(application.region), "today": today(),
    }  # fmt: skip
    status = 422 if answer.status == 422 or appeal.status == 422 else 200
    return render_template("admissions/public/file.html", **page, **_WORDS), status, PRIVATE


@apply.post("/applications/<key>/accept")
@allow(PUBLIC)
def accept(key: str) -> ResponseReturnValue:
    return _answer(key, lambda application, by, _reason: services.accept_offer(application.id, by=by),
                   _("The place is yours: you are enrolled. A mail says how to come in."))  # fmt: skip


@apply.post("/applications/<key>/decline")
@allow(PUBLIC)
def decline(key: str) -> ResponseReturnValue:
    return _answer(
        key, lambda application, by, reason: services.decline_offer(application.id, by=by, reason=reason),
        _("You have declined the place; it goes to the next person."),
    )  # fmt: skip


@apply.post("/applications/<key>/withdraw")
@allow(PUBLIC)
def withdraw(key: str) -> ResponseReturnValue:
    return _answer(
        key, lambda application, by, reason: services.withdraw(application.id, by=by, reason=reason),
        _("Your application is withdrawn."),
    )  # fmt: skip


def _answer(key: str, act: Callable[[Application, Any, str], object], done: str) -> ResponseReturnValue:
    application, by = opened(key)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.refusals():
            act(application, by, form.reason.data or "")
            flash(done, "success")
            return redirect(url_for(".file", key=key), 303)
    return _page(key, opened(key)[0], form, AppealForm(formdata=None))


@apply.post("/applications/<key>/appeal")
@allow(PUBLIC)
def lodge_appeal(key: str) -> ResponseReturnValue:
    application, by = opened(key)
    form = AppealForm()
    if form.validate_on_submit():
        with form.refusals():
            services.lodge_appeal(application.id, form.text.data, by=by)
            flash(_("Your appeal is lodged. You are told the answer and its reason."), "success")
            return redirect(url_for(".file", key=key), 303)
    return _page(key, opened(key)[0], AnswerForm(formdata=None), form)
