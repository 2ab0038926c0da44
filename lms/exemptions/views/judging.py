"""What assessors were asked to judge."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.exemptions import queries, services
from lms.exemptions.forms import OpinionForm
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.services import Advice
from lms.exemptions.views import bp
from lms.exemptions.views.shown import WORDS, facts, send_proof
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


@bp.get("/exemptions/opinions")
@allow(Permission.EXEMPTION_JUDGE)
def opinions() -> ResponseReturnValue:
    found = queries.asked_of(me().user_id, after=request.args.get("after"))
    return render_template("exemptions/opinions.html", found=found, **WORDS)


@bp.route("/exemptions/opinions/<int:request_id>", methods=["GET", "POST"])
@allow(Permission.EXEMPTION_JUDGE)
def opinion(request_id: int) -> ResponseReturnValue:
    row = queries.to_judge(request_id, me().user_id)
    form = OpinionForm()
    if form.validate_on_submit():
        with form.refusals():
            advice = Advice(
                RequestState(form.outcome.data), form.hours.minutes, form.findings.data or (), form.comment.data or ""
            )
            services.give_opinion(request_id, advice, by=me())
            flash(_("Your opinion is kept. Thank you."), "success")
            return redirect(url_for(".opinions"), 303)
    given = [one for one in queries.opinions_of(request_id) if one.assessor_id == me().user_id]
    page = {
        "form": form,
        "opinion": given[0],
        "is_open": row.state == RequestState.ADMISSIBLE and not given[0].given_at,
    }
    return render_template("exemptions/opinion.html", **page, **facts(row)), form.status


@bp.get("/exemptions/opinions/<int:request_id>/documents/<int:proof_id>")
@allow(Permission.EXEMPTION_JUDGE)
def judged_document(request_id: int, proof_id: int) -> ResponseReturnValue:
    queries.to_judge(request_id, me().user_id)
    return send_proof(request_id, proof_id)
