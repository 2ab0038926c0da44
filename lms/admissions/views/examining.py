"""An examiner's own files, and the points they give."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.admissions import queries
from lms.admissions.forms import ScoreForm
from lms.admissions.lifecycle import SCORED, ApplicationState, CriterionKind
from lms.admissions.queries import lists, selection
from lms.admissions.queries.appeals import appeals_for
from lms.admissions.services import scores
from lms.admissions.views import bp
from lms.admissions.views.files import send
from lms.admissions.wording import CRITERIA, STATE_KINDS, STATES
from lms.clock import today
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


def _me() -> int:
    user_id = me().user_id
    if user_id is None:
        raise Missing
    return user_id


@bp.get("/examining")
@allow(Permission.APPLICATION_SCORE)
def own_files() -> ResponseReturnValue:
    found = lists.own_files(_me(), after=request.args.get("after"))
    page = {"found": found, "states": STATES, "kinds": STATE_KINDS, "appeals": appeals_for(_me()), "today": today()}
    return render_template("admissions/own_files.html", **page)


@bp.route("/examining/<int:application_id>", methods=["GET", "POST"])
@allow(Permission.APPLICATION_SCORE)
def own_file(application_id: int) -> ResponseReturnValue:
    application = lists.own_file(application_id, _me())
    form = ScoreForm()
    form.criterion.choices = [
        (one.id, f"{CRITERIA[CriterionKind(one.kind)]} ({one.most_points:f})")
        for one in queries.criteria(application.call_id)
        if one.kind in SCORED and scores.is_time_for(CriterionKind(one.kind), ApplicationState(application.state))
    ]  # fmt: skip
    if form.validate_on_submit():
        with form.refusals():
            scores.record_score(
                application_id, form.criterion.data, form.points.data, by=me(), note=form.note.data or ""
            )
            flash(_("The points are saved."), "success")
            return redirect(url_for(".own_file", application_id=application_id), 303)
    page = {
        "file": lists.own_file(application_id, _me()), "form": form, "documents": queries.documents_of(application_id),
        "scores": selection.scores_seen_by(application_id, _me()), "words": CRITERIA, "states": STATES, "kinds": STATE_KINDS,
        "mine": _me(),
    }  # fmt: skip
    return render_template("admissions/own_file.html", **page), form.status


@bp.get("/examining/<int:application_id>/documents/<int:document_id>")
@allow(Permission.APPLICATION_SCORE)
def own_document(application_id: int, document_id: int) -> ResponseReturnValue:
    lists.own_file(application_id, _me())
    return send(application_id, document_id)
