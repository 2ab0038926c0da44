"""Somebody goes to another cohort: what that means for their modules is shown before it is done."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.cohorts import queries, services
from lms.cohorts.forms import TransferForm
from lms.cohorts.views import bp
from lms.cohorts.views.enrolments import cohort_choices
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


@bp.route("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/transfer", methods=["GET", "POST"])
@allow(Permission.COHORT_ENROL)
def transfer(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    form = TransferForm()
    form.cohort.choices = [
        choice for choice in cohort_choices(person.user_id) if me().may(Permission.COHORT_ENROL, int(choice.value))
    ]
    if request.method == "GET":
        form.cohort.data = request.args.get("to", 0, int)
    if form.validate_on_submit():
        with form.refusals():
            services.transfer_enrolment(enrolment_id, form.cohort.data, reason=form.reason.data or "", by=me())
            flash(_("They are in the other cohort now, with all they have done."), "success")
            return redirect(url_for(".participant", cohort_id=form.cohort.data, enrolment_id=enrolment_id), 303)
    target = _chosen(form)
    page = {
        "person": person, "form": form, "target": target,
        "modules": queries.modules_compared(cohort_id, target) if target else [],
    }  # fmt: skip
    return render_template("cohorts/transfer.html", **page), form.status


def _chosen(form: TransferForm) -> int | None:
    """The cohort chosen, when it is one of those on offer."""
    offered = {int(choice.value) for choice in form.cohort.choices if isinstance(choice, SelectChoice)}
    return form.cohort.data if form.cohort.data in offered else None
