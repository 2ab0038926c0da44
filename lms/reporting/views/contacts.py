"""Who may not get there, and who called them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts.views import bp as cohorts
from lms.cohorts.wording import ENROLMENT_STATES, STATE_KINDS
from lms.i18n import _
from lms.permissions import Permission
from lms.reporting import exports, queries, services
from lms.reporting.forms import ContactForm
from lms.reporting.models import Channel
from lms.reporting.queries.contacts import MOST
from lms.reporting.risk import Risk
from lms.reporting.views import bp
from lms.reporting.wording import CHANNELS, contacted, risk_sentence
from lms.web.access import allow
from lms.web.tables import send_table


@bp.app_template_filter("risk")
def risk(value: Risk) -> str:
    return risk_sentence(value)


@bp.app_template_filter("contacted")
def days_since_contact(days: int) -> str:
    return contacted(days)


@bp.get("/at-risk")
@allow(Permission.FOLLOW_UP)
def at_risk() -> ResponseReturnValue:
    found = queries.at_risk(me())
    page = {"people": found[:MOST], "total": len(found), "today": today()}
    return render_template("reporting/at_risk.html", **page)


@bp.post("/at-risk/export")
@allow(Permission.FOLLOW_UP, own_frame=True)
def export_at_risk() -> ResponseReturnValue:
    return send_table(exports.at_risk(queries.at_risk(me())), "at-risk")


@cohorts.get("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/follow-up")
@allow(Permission.FOLLOW_UP)
def follow_up(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    return _page(cohort_id, enrolment_id, ContactForm(formdata=None, contacted_on=today()))


@cohorts.post("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/follow-up")
@allow(Permission.FOLLOW_UP)
def log_contact(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    queries.follow_up(cohort_id, enrolment_id)
    form = ContactForm()
    if form.validate_on_submit():
        with form.refusals():
            services.log_contact(
                enrolment_id, form.contacted_on.data, Channel(form.channel.data), form.note.data or "", by=me()
            )
            flash(_("The contact is noted."), "success")
            return redirect(url_for(".follow_up", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
    return _page(cohort_id, enrolment_id, form)


def _page(cohort_id: int, enrolment_id: int, form: ContactForm) -> ResponseReturnValue:
    found = queries.follow_up(cohort_id, enrolment_id)
    page = {
        "found": found, "row": found.person.row, "form": form, "channels": CHANNELS, "states": ENROLMENT_STATES,
        "kinds": STATE_KINDS, "today": today(),
    }  # fmt: skip
    return render_template("cohorts/follow_up.html", **page), form.status
