"""Cohorts: the list, opening one, its facts and its dates."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import exports, queries, services
from lms.cohorts.forms import DatesForm, EditCohortForm, OpenCohortForm
from lms.cohorts.views import bp
from lms.cohorts.windows import CohortPhase, Window, phase_of
from lms.cohorts.wording import PHASE_KINDS, PHASES
from lms.errors import Forbidden
from lms.i18n import _, pick
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/cohorts")
@allow(Permission.COHORT_VIEW)
def cohorts() -> ResponseReturnValue:
    search, phase = _sought()
    found = queries.cohorts(by=me(), phase=phase, search=search, after=request.args.get("after"))
    page = {
        "found": found, "search": search, "phase": phase, "phases": PHASES, "kinds": PHASE_KINDS,
        "phase_of": lambda row: phase_of(row.starts_on, row.ends_on, today()), "may_open": _opens_anywhere(),
    }  # fmt: skip
    return render_template("cohorts/cohorts.html", **page)


@bp.post("/cohorts/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_cohorts() -> ResponseReturnValue:
    search, phase = _sought()
    found = queries.cohorts(by=me(), phase=phase, search=search, size=MOST_ROWS)
    return send_table(exports.cohorts(whole(found)), "cohorts")


def _sought() -> tuple[str, CohortPhase | None]:
    phase = request.args.get("phase", "")
    return request.args.get("search", "").strip()[:100], CohortPhase(phase) if phase in set(CohortPhase) else None


def _opens_anywhere() -> bool:
    """Opening a cohort is for those whose right is not limited to some cohorts."""
    return me().may(Permission.COHORT_OPEN) and me().scope(Permission.COHORT_OPEN) is None


@bp.route("/cohorts/open", methods=["GET", "POST"])
@allow(Permission.COHORT_OPEN)
def open_cohort() -> ResponseReturnValue:
    if not _opens_anywhere():
        raise Forbidden
    form = OpenCohortForm()
    programmes = queries.programme_choices()
    form.programme.choices = [
        SelectChoice(row.id, f"{row.code} · {pick(row.title_fr, row.title_en)}") for row in programmes
    ]
    if form.validate_on_submit():
        with form.refusals():
            cohort = services.open_cohort(
                code=form.code.data, name=form.name.data, programme_version_id=form.programme.data,
                starts_on=form.starts_on.data, ends_on=form.ends_on.data, capacity=form.capacity.data or 0, by=me(),
                issues_certificates=form.issues_certificates.data, least_people=form.least_people.data or 0,
            )  # fmt: skip
            flash(
                _("The cohort is open. Its modules follow one another over its dates; move them as you need."),
                "success",
            )
            return redirect(url_for(".dates", cohort_id=cohort.id), 303)
    return render_template("cohorts/open_cohort.html", form=form, programmes=programmes), form.status


@bp.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
@allow(Permission.COHORT_OPEN)
def edit_cohort(cohort_id: int) -> ResponseReturnValue:
    cohort = queries.cohort(cohort_id)
    form = EditCohortForm(obj=cohort)
    if form.validate_on_submit():
        with form.refusals():
            services.change_cohort(
                cohort, version=form.version.value, code=form.code.data, name=form.name.data, starts_on=form.starts_on.data,
                ends_on=form.ends_on.data, capacity=form.capacity.data or 0,
                issues_certificates=form.issues_certificates.data, least_people=form.least_people.data or 0, by=me(),
            )  # fmt: skip
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".cohort", cohort_id=cohort_id), 303)
    return render_template("cohorts/edit_cohort.html", form=form, cohort=queries.cohort_row(cohort_id)), form.status


@bp.route("/cohorts/<int:cohort_id>/dates", methods=["GET", "POST"])
@allow(Permission.COHORT_OPEN)
def dates(cohort_id: int) -> ResponseReturnValue:
    cohort, modules = queries.cohort(cohort_id), queries.cohort_modules(cohort_id)
    form = DatesForm(modules=[row._asdict() for row in modules], version=cohort.version)
    if form.validate_on_submit():
        windows = {
            int(line.module_id.data): Window(line.opens_on.data, line.due_on.data)
            for line in form.modules if str(line.module_id.data).isdecimal()
        }  # fmt: skip
        with form.refusals():
            services.change_dates(cohort, windows, version=form.version.value, by=me())
            flash(_("The dates are saved."), "success")
            return redirect(url_for(".cohort", cohort_id=cohort_id), 303)
    titles = {str(row.module_id): row for row in modules}
    return render_template(
        "cohorts/dates.html", form=form, cohort=queries.cohort_row(cohort_id), titles=titles
    ), form.status
