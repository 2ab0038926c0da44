"""Who leads, assesses and coordinates a cohort."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.accounts.forms import ROLES
from lms.cohorts import exports, queries, services
from lms.cohorts.forms import StaffForm
from lms.cohorts.views import bp
from lms.i18n import _
from lms.permissions import Permission, Role
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/cohorts/<int:cohort_id>/staff")
@allow(Permission.COHORT_VIEW)
def staff(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_id, StaffForm())


@bp.post("/cohorts/<int:cohort_id>/staff/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_staff(cohort_id: int) -> ResponseReturnValue:
    return send_table(exports.staff(queries.staff_of(cohort_id)), f"{queries.cohort_row(cohort_id).code}-staff")


@bp.post("/cohorts/<int:cohort_id>/staff")
@allow(Permission.COHORT_OPEN)
def add_staff(cohort_id: int) -> ResponseReturnValue:
    form = StaffForm()
    if form.validate_on_submit():
        with form.refusals():
            services.give_staff_role(cohort_id, form.email.data or "", Role(form.role.data), by=me())
            flash(_("The role is given."), "success")
            return redirect(url_for(".staff", cohort_id=cohort_id), 303)
    return _page(cohort_id, form)


@bp.post("/cohorts/<int:cohort_id>/staff/<int:grant_id>/end")
@allow(Permission.COHORT_OPEN)
def end_staff(cohort_id: int, grant_id: int) -> ResponseReturnValue:
    services.end_staff_role(cohort_id, grant_id, by=me())
    flash(_("The role is taken back."), "success")
    return redirect(url_for(".staff", cohort_id=cohort_id), 303)


def _page(cohort_id: int, form: StaffForm) -> ResponseReturnValue:
    page = {
        "cohort": queries.cohort_row(cohort_id), "people": queries.staff_of(cohort_id), "roles": ROLES, "form": form,
        "may_change": me().may(Permission.COHORT_OPEN, cohort_id),
    }  # fmt: skip
    return render_template("cohorts/staff.html", **page), form.status
