"""One participant's place: taken, looked at, changed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.accounts.services.people import Names
from lms.accounts.views.profile import organisation_choices
from lms.cohorts import exports, queries, services
from lms.cohorts.forms import ACTS, ChangeEnrolmentForm, EnrolForm
from lms.cohorts.lifecycle import FOLLOWING, EnrolmentState
from lms.cohorts.services.enrolments import Heard, deferral_holder
from lms.cohorts.services.transfers import MOVABLE
from lms.cohorts.views import bp
from lms.cohorts.wording import ENROLMENT_STATES, PURPOSES, STATE_KINDS
from lms.db import Record
from lms.i18n import _
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.filters import day
from lms.web.tables import send_table


@bp.route("/cohorts/<int:cohort_id>/enrol", methods=["GET", "POST"])
@allow(Permission.COHORT_ENROL)
def enrol(cohort_id: int) -> ResponseReturnValue:
    cohort, form = queries.cohort_row(cohort_id), EnrolForm()
    form.organisation.choices = organisation_choices()
    if form.validate_on_submit():
        names = Names(
            form.given.data or "", form.family.data or "", form.given_ar.data or "", form.family_ar.data or ""
        )
        with form.refusals():
            services.enrol_by_email(
                cohort_id, form.email.data or "", names, by=me(), organisation_id=form.organisation.data or None,
                locale=form.locale.data,
            )  # fmt: skip
            flash(_("%(email)s is enrolled.", email=form.email.data), "success")
            return redirect(url_for(".cohort", cohort_id=cohort_id), 303)
    return render_template("cohorts/enrol.html", form=form, cohort=cohort), form.status


@bp.get("/cohorts/<int:cohort_id>/register")
@allow(Permission.COHORT_VIEW)
def register(cohort_id: int) -> ResponseReturnValue:
    page = {
        "cohort": queries.cohort_row(cohort_id), "found": queries.register(cohort_id, after=request.args.get("after")),
        "states": ENROLMENT_STATES, "kinds": STATE_KINDS,
    }  # fmt: skip
    return render_template("cohorts/register.html", **page)


@bp.post("/cohorts/<int:cohort_id>/register/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_register(cohort_id: int) -> ResponseReturnValue:
    found = queries.register(cohort_id, size=MOST_ROWS)
    return send_table(exports.register(whole(found)), f"{queries.cohort_row(cohort_id).code}-register")


@bp.get("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>")
@allow(Permission.COHORT_VIEW)
def participant(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    return _participant_page(person, _change_form(person))


@bp.post("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/state")
@allow(Permission.COHORT_ENROL)
def change_enrolment(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    form = _change_form(person)
    if form.validate_on_submit():
        with form.refusals():
            state = EnrolmentState(form.state.data)
            heard = Heard(form.heard_on.data, form.report.data or "") if form.heard_on.data else None
            services.change_enrolment(
                enrolment_id, state, reason=form.reason.data or "", by=me(), heard=heard, later=form.later.data or None
            )
            flash(_("The change is recorded."), "success")
            return redirect(url_for(".participant", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
    return _participant_page(person, form)


def _change_form(person: Record) -> ChangeEnrolmentForm:
    form = ChangeEnrolmentForm()
    following = FOLLOWING[EnrolmentState(person.state)]
    form.state.choices = [SelectChoice(state.value, act) for state, act in ACTS.items() if state in following]
    form.later.choices = [SelectChoice(0, _("Not known yet")), *cohort_choices(person.user_id)]
    return form


def cohort_choices(user_id: int) -> list[SelectChoice]:
    """Cohorts that are not over and in which somebody has no place."""
    return [
        SelectChoice(
            row.id, _("%(name)s (%(code)s), from %(day)s", name=row.name, code=row.code, day=day(row.starts_on))
        )
        for row in queries.cohorts_to_join(user_id)
    ]


def _participant_page(person: Record, form: ChangeEnrolmentForm) -> ResponseReturnValue:
    page = {
        "person": person, "form": form, "history": queries.history(person.id), "states": ENROLMENT_STATES, "kinds": STATE_KINDS,
        "groups": queries.groups_of(person.id), "purposes": PURPOSES, "kept_in": queries.held_for(deferral_holder(person.id)),
        "movable": EnrolmentState(person.state) in MOVABLE,
        "may_change": me().may(Permission.COHORT_ENROL, person.cohort_id),
        "may_see_results": me().may(Permission.RESULTS_VIEW, person.cohort_id),
        "may_see_person": me().may(Permission.PEOPLE_VIEW),
    }  # fmt: skip
    return render_template("cohorts/participant.html", **page), form.status
