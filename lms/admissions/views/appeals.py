"""Appeals: turned down or given to somebody by those who manage the call, answered by that person."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.admissions import queries
from lms.admissions.forms import DecisionForm, JudgeForm, TurnDownForm
from lms.admissions.lifecycle import AppealOutcome
from lms.admissions.models import Appeal
from lms.admissions.queries import appeals as reads
from lms.admissions.queries import lists, selection
from lms.admissions.services import appeals as appealing
from lms.admissions.views import bp
from lms.admissions.views.files import send
from lms.admissions.wording import APPEAL_OUTCOMES, APPEAL_STAGE_KINDS, APPEAL_STAGES, CRITERIA, STATE_KINDS, STATES
from lms.clock import today
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow

_WORDS = {"states": STATES, "kinds": STATE_KINDS, "outcomes": APPEAL_OUTCOMES, "stages": APPEAL_STAGES,
          "stage_kinds": APPEAL_STAGE_KINDS, "words": CRITERIA}  # fmt: skip
TO_DECIDE = (AppealOutcome.MAINTAINED, AppealOutcome.UPHELD)


@bp.get("/admissions/<int:call_id>/appeals")
@allow(Permission.CALL_MANAGE)
def appeals(call_id: int) -> ResponseReturnValue:
    page = {
        "call": lists.call_for(call_id, me()), "found": reads.appeals(call_id, after=request.args.get("after")),
        "today": today(),
    }  # fmt: skip
    return render_template("admissions/appeals.html", **page, **_WORDS)


@bp.get("/admissions/<int:call_id>/appeals/<int:appeal_id>")
@allow(Permission.CALL_MANAGE)
def appeal(call_id: int, appeal_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    return _page(call_id, reads.appeal_in(call_id, appeal_id), JudgeForm(), TurnDownForm())


@bp.post("/admissions/<int:call_id>/appeals/<int:appeal_id>/judge")
@allow(Permission.CALL_MANAGE)
def assign_appeal(call_id: int, appeal_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    found, form = reads.appeal_in(call_id, appeal_id), JudgeForm()
    form.judge.choices = _judges(found)
    if form.validate_on_submit():
        with form.refusals():
            appealing.assign_appeal(appeal_id, form.judge.data, by=me())
            flash(_("The appeal is given to this person."), "success")
            return redirect(url_for(".appeals", call_id=call_id), 303)
    return _page(call_id, found, form, TurnDownForm(formdata=None))


@bp.post("/admissions/<int:call_id>/appeals/<int:appeal_id>/turn-down")
@allow(Permission.CALL_MANAGE)
def turn_down_appeal(call_id: int, appeal_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    found, form = reads.appeal_in(call_id, appeal_id), TurnDownForm()
    if form.validate_on_submit():
        with form.refusals():
            appealing.turn_down_appeal(appeal_id, reason=form.reason.data, by=me())
            flash(_("The applicant is told that the appeal cannot be examined, and why."), "success")
            return redirect(url_for(".appeals", call_id=call_id), 303)
    return _page(call_id, found, JudgeForm(formdata=None), form)


def _judges(found: Appeal) -> list[tuple[int, str]]:
    return [(row.id, f"{row.given_name} {row.family_name}") for row in reads.judges(found)]


def _page(call_id: int, found: Appeal, judge: JudgeForm, turn_down: TurnDownForm) -> ResponseReturnValue:
    judge.judge.choices = _judges(found)
    page = {
        "call": lists.call_for(call_id, me()), "appeal": found, "file": queries.application(found.application_id),
        "judge": judge, "turn_down": turn_down, "today": today(),
    }  # fmt: skip
    return render_template("admissions/appeal.html", **page, **_WORDS), 422 if judge.errors or turn_down.errors else 200


@bp.route("/examining/appeals/<int:appeal_id>", methods=["GET", "POST"])
@allow(Permission.APPLICATION_SCORE)
def own_appeal(appeal_id: int) -> ResponseReturnValue:
    """Whoever is to answer reads all of the file, with everything that was given, and says yes or no."""
    found, form = _own(appeal_id), DecisionForm()
    form.outcome.choices = [(outcome.value, APPEAL_OUTCOMES[outcome]) for outcome in TO_DECIDE]
    if form.validate_on_submit():
        with form.refusals():
            appealing.decide_appeal(appeal_id, AppealOutcome(form.outcome.data), reason=form.reason.data, by=me())
            flash(_("The appeal is answered: the applicant reads the decision and the reason."), "success")
            return redirect(url_for(".own_files"), 303)
    page = {
        "appeal": found, "file": queries.application(found.application_id), "form": form, "today": today(),
        "documents": queries.documents_of(found.application_id), "events": queries.events_of(found.application_id),
        "scores": selection.scores_of(found.application_id),
    }  # fmt: skip
    return render_template("admissions/own_appeal.html", **page, **_WORDS), form.status


@bp.get("/examining/appeals/<int:appeal_id>/documents/<int:document_id>")
@allow(Permission.APPLICATION_SCORE)
def own_appeal_document(appeal_id: int, document_id: int) -> ResponseReturnValue:
    return send(_own(appeal_id).application_id, document_id)


def _own(appeal_id: int) -> Appeal:
    user_id = me().user_id
    if user_id is None:
        raise Missing
    return reads.appeal_for(appeal_id, user_id)
