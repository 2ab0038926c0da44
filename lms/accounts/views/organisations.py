"""Schools, companies, centres: who sends participants."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import exports, places, queries, services
from lms.accounts.current import me
from lms.accounts.forms import ORGANISATION_KINDS, OrganisationForm
from lms.accounts.models import OrganisationKind
from lms.accounts.views import bp
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/organisations")
@allow(Permission.PEOPLE_VIEW)
def organisations() -> ResponseReturnValue:
    regions = {region.code: region.name_fr for region in places.regions()}
    page = {"organisations": queries.organisations(), "kinds": ORGANISATION_KINDS, "regions": regions}
    return render_template("accounts/organisations.html", **page)


@bp.post("/organisations/export")
@allow(Permission.PEOPLE_VIEW, own_frame=True)
def export_organisations() -> ResponseReturnValue:
    return send_table(exports.organisations(queries.organisations()), "organisations")


@bp.route("/organisations/new", methods=["GET", "POST"])
@allow(Permission.ORGANISATION_EDIT)
def new_organisation() -> ResponseReturnValue:
    form = OrganisationForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_organisation(*_values(form), by=me())
            flash(_("The organisation is added."), "success")
            return redirect(url_for(".organisations"), 303)
    return render_template(
        "accounts/organisation.html", form=form, organisation=None, cities=places.cities()
    ), form.status


@bp.route("/organisations/<int:organisation_id>", methods=["GET", "POST"])
@allow(Permission.ORGANISATION_EDIT)
def edit_organisation(organisation_id: int) -> ResponseReturnValue:
    organisation = queries.organisation(organisation_id)
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        with form.refusals():
            services.edit_organisation(organisation, *_values(form), by=me(), version=form.version.value)
            flash(_("The organisation is saved."), "success")
            return redirect(url_for(".organisations"), 303)
    page = {"form": form, "organisation": organisation, "cities": places.cities()}
    return render_template("accounts/organisation.html", **page), form.status


def _values(form: OrganisationForm) -> tuple[str, OrganisationKind, str, str, str | None]:
    return (
        form.name.data or "", OrganisationKind(form.kind.data), form.region.data, form.city.data or "", form.ice.data or None
    )  # fmt: skip
