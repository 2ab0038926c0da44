"""One participant's place: taken, looked at, changed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.accounts.services.people import Names
from lms.accounts.views.profile import organisation_choices
from lms.cohorts import queries, services
from lms.cohorts.forms import ACTS, ChangeEnrolmentForm, EnrolForm
from lms.cohorts.lifecycle import FOLLOWING, EnrolmentState
from lms.cohorts.views import bp
from lms.cohorts.wording import ENROLMENT_STATES, STATE_KINDS
from lms.db import Record
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


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
            services.change_enrolment(enrolment_id, state, reason=form.reason.data or "", by=me())
            flash(_("The change is recorded."), "success")
            return redirect(url_for(".participant", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
    return _participant_page(person, form)


def _change_form(person: Record) -> ChangeEnrolmentForm:
    form = ChangeEnrolmentForm()
    following = FOLLOWING[EnrolmentState(person.state)]
    form.state.choices = [SelectChoice(state.value, act) for state, act in ACTS.items() if state in following]
    return form


def _participant_page(person: Record, form: ChangeEnrolmentForm) -> ResponseReturnValue:
    page = {
        "person": person, "form": form, "history": queries.history(person.id), "states": ENROLMENT_STATES, "kinds": STATE_KINDS,
        "may_change": me().may(Permission.COHORT_ENROL, person.cohort_id),
        "may_see_results": me().may(Permission.RESULTS_VIEW, person.cohort_id),
        "may_see_person": me().may(Permission.PEOPLE_VIEW),
    }  # fmt: skip
    return render_template("cohorts/participant.html", **page), form.status
