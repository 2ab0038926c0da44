"""A cohort divided for its languages, practical work and the like."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.cohorts import exports, queries, services
from lms.cohorts.forms import SplitForm, YesForm
from lms.cohorts.grouping import Purpose
from lms.cohorts.views import bp
from lms.cohorts.wording import PURPOSES
from lms.errors import Missing
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/cohorts/<int:cohort_id>/groups")
@allow(Permission.COHORT_VIEW)
def groups(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_id, _purpose(request.args.get("purpose", Purpose.LANGUAGE)), SplitForm(formdata=None))


@bp.post("/cohorts/<int:cohort_id>/groups/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_groups(cohort_id: int) -> ResponseReturnValue:
    purpose = _purpose(request.args.get("purpose", Purpose.LANGUAGE))
    table = exports.groups(queries.people_by_group(cohort_id, purpose), queries.groups(cohort_id, purpose))
    return send_table(table, f"{queries.cohort_row(cohort_id).code}-groups-{purpose}")


@bp.post("/cohorts/<int:cohort_id>/groups/<purpose>/split")
@allow(Permission.COHORT_ENROL)
def split(cohort_id: int, purpose: str) -> ResponseReturnValue:
    form, wanted = SplitForm(), _purpose(purpose)
    if form.validate_on_submit():
        with form.refusals():
            services.split_evenly(cohort_id, wanted, form.count.data or 1, by=me())
            flash(_("Everybody is in a group."), "success")
            return redirect(url_for(".groups", cohort_id=cohort_id, purpose=purpose), 303)
    return _page(cohort_id, wanted, form)


@bp.post("/cohorts/<int:cohort_id>/groups/<purpose>/people")
@allow(Permission.COHORT_ENROL)
def place_people(cohort_id: int, purpose: str) -> ResponseReturnValue:
    """The selects of the page, one for each person: ``person-<enrolment>`` = group id, or nothing."""
    form, wanted = YesForm(), _purpose(purpose)
    if form.validate_on_submit():
        placed = {
            int(name.removeprefix("person-")): int(value) if value else None
            for name, value in request.form.items()
            if name.removeprefix("person-").isdecimal() and (value.isdecimal() or not value)
        }
        with form.refusals():
            moved = services.place_people(cohort_id, wanted, placed, by=me())
            flash(_n("One person moved.", "%(num)d people moved.", moved) if moved else _("Nobody moved."), "success")
            return redirect(url_for(".groups", cohort_id=cohort_id, purpose=purpose), 303)
    return _page(cohort_id, wanted, SplitForm(formdata=None), form)


@bp.post("/cohorts/<int:cohort_id>/groups/<int:group_id>/delete")
@allow(Permission.COHORT_ENROL)
def delete_group(cohort_id: int, group_id: int) -> ResponseReturnValue:
    group = queries.group(cohort_id, group_id)
    purpose = group.purpose
    services.delete_group(cohort_id, group_id, by=me())
    flash(_("The group is deleted."), "success")
    return redirect(url_for(".groups", cohort_id=cohort_id, purpose=purpose), 303)


def _purpose(text: str) -> Purpose:
    if text not in set(Purpose):
        raise Missing
    return Purpose(text)


def _page(
    cohort_id: int, purpose: Purpose, split_form: SplitForm, place_form: YesForm | None = None
) -> ResponseReturnValue:
    found, people = queries.groups(cohort_id, purpose), queries.people_by_group(cohort_id, purpose)
    page = {
        "cohort": queries.cohort_row(cohort_id), "purpose": purpose, "purposes": PURPOSES, "groups": found, "people": people,
        "form": split_form, "place_form": place_form, "alone": sum(row.group_id is None for row in people),
        "may_change": me().may(Permission.COHORT_ENROL, cohort_id),
    }  # fmt: skip
    status = split_form.status if place_form is None else place_form.status
    return render_template("cohorts/groups.html", **page), status
