"""One act on several participants: who was chosen and to whom it can be done, then what became of each."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import queries as cohort_queries
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.views import bp as cohorts
from lms.cohorts.wording import ENROLMENT_STATES, PURPOSES, STATE_KINDS
from lms.errors import Missing
from lms.i18n import _n
from lms.permissions import Permission
from lms.reporting import queries, services
from lms.reporting.bulk import MOST, Act, hindrance
from lms.reporting.filters import Filter
from lms.reporting.forms import BulkForm, ContactManyForm, GroupForm, WithdrawForm
from lms.reporting.models import BulkAct, Channel
from lms.reporting.wording import ACTS, HINDRANCES
from lms.web.access import allow


@cohorts.get("/cohorts/<int:cohort_id>/together")
@allow(Permission.COHORT_ENROL)
def together(cohort_id: int) -> ResponseReturnValue:
    """What is about to be done, and to whom: nothing happens yet."""
    act = _act()
    return _page(cohort_id, act, _chosen(cohort_id), _form(act, cohort_id, is_new=True))


@cohorts.post("/cohorts/<int:cohort_id>/together")
@allow(Permission.COHORT_ENROL)
def act_together(cohort_id: int) -> ResponseReturnValue:
    act = _act()
    people, form = [int(one) for one in request.form.getlist("person") if one.isdecimal()][:MOST], _form(act, cohort_id)
    if people and form.validate_on_submit():
        with form.refusals():
            kept = _carry_out(cohort_id, people, form)
            done = len(kept.report["done"])
            flash(
                _n("It is done for one person.", "It is done for %(num)d people.", done),
                "success" if done else "warning",
            )
            return redirect(url_for(".done_together", cohort_id=cohort_id, bulk_act_id=kept.id), 303)
    return _page(cohort_id, act, people, form)


@cohorts.get("/cohorts/<int:cohort_id>/together/<int:bulk_act_id>")
@allow(Permission.COHORT_ENROL)
def done_together(cohort_id: int, bulk_act_id: int) -> ResponseReturnValue:
    kept = queries.bulk_act(cohort_id, bulk_act_id)
    refused = dict(kept.report["refused"])
    page = {
        "cohort": cohort_queries.cohort_row(cohort_id), "kept": kept, "refused": refused, "acts": ACTS,
        "people": queries.people_by_id(cohort_id, [*kept.report["done"], *refused], strictly=False), "states": ENROLMENT_STATES,
        "kinds": STATE_KINDS,
    }  # fmt: skip
    return render_template("cohorts/done_together.html", **page)


def _act() -> Act:
    """Raises Missing: there is no such act."""
    act = request.args.get("act", "")
    if act not in set(Act):
        raise Missing
    return Act(act)


def _chosen(cohort_id: int) -> list[int]:
    """Those who were ticked; with ``everybody``, all whom the filters show, on this page and the others."""
    if request.args.get("everybody"):
        return [person.row.id for person in queries.whole_cohort(cohort_id, Filter.of(request.args))[1]][:MOST]
    return [int(one) for one in request.args.getlist("person") if one.isdecimal()][:MOST]


def _form(act: Act, cohort_id: int, *, is_new: bool = False) -> BulkForm:
    given = {"formdata": None} if is_new else {}
    match act:
        case Act.WITHDRAW:
            return WithdrawForm(**given)
        case Act.CONTACT:
            return ContactManyForm(contacted_on=today(), **given)
        case Act.GROUP:
            form = GroupForm(**given)
            form.group.choices = [
                SelectChoice(row.id, f"{PURPOSES[row.purpose]} · {row.name}")
                for row in queries.groups_of_cohort(cohort_id)
            ]
            return form


def _carry_out(cohort_id: int, people: list[int], form: BulkForm) -> BulkAct:
    match form:
        case WithdrawForm():
            return services.withdraw_several(cohort_id, people, form.reason.data or "", by=me())
        case GroupForm():
            return services.group_several(cohort_id, people, form.group.data, by=me())
        case ContactManyForm():
            return services.contact_several(
                cohort_id, people, form.contacted_on.data, Channel(form.channel.data), form.note.data or "", by=me()
            )
    raise Missing


def _page(cohort_id: int, act: Act, chosen: list[int], form: BulkForm) -> ResponseReturnValue:
    people = queries.people_by_id(cohort_id, chosen)
    page = {
        "cohort": cohort_queries.cohort_row(cohort_id), "act": act, "acts": ACTS, "form": form, "people": people,
        "hindered": {
            row.id: HINDRANCES[why] for row in people if (why := hindrance(act, EnrolmentState(row.state))) is not None
        },
        "states": ENROLMENT_STATES, "kinds": STATE_KINDS,
    }  # fmt: skip
    return render_template("cohorts/together.html", **page), form.status
