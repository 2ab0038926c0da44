"""The filters somebody comes back to."""

from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.cohorts import queries as cohort_queries
from lms.cohorts.views import bp as cohorts
from lms.i18n import _
from lms.permissions import Permission
from lms.reporting import queries, services
from lms.reporting.filters import Filter
from lms.reporting.forms import ViewForm
from lms.web.access import allow


@cohorts.get("/cohorts/<int:cohort_id>/views")
@allow(Permission.COHORT_VIEW)
def views(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_id, None)


@cohorts.post("/cohorts/<int:cohort_id>/views")
@allow(Permission.COHORT_VIEW)
def save_view(cohort_id: int) -> ResponseReturnValue:
    form = ViewForm()
    if form.validate_on_submit():
        # Read and written again, so that only filters are kept, whatever was sent.
        address = urlencode(Filter.of(dict(parse_qsl(form.address.data or ""))).as_address())
        with form.refusals():
            services.save_view(cohort_id, form.name.data or "", address, by=me())
            flash(_("The view is kept. Its link can be sent to whoever may see this cohort."), "success")
            return redirect(f"{url_for('.cohort', cohort_id=cohort_id)}?{address}", 303)
    return _page(cohort_id, form)


@cohorts.post("/cohorts/<int:cohort_id>/views/<int:view_id>/rename")
@allow(Permission.COHORT_VIEW)
def rename_view(cohort_id: int, view_id: int) -> ResponseReturnValue:
    view, form = services.own_view(view_id, cohort_id, by=me()), ViewForm()
    if form.validate_on_submit():
        with form.refusals():
            services.rename_view(view, form.name.data or "", by=me())
            flash(_("The view has its new name."), "success")
            return redirect(url_for(".views", cohort_id=cohort_id), 303)
    return _page(cohort_id, form, renamed=view_id)


@cohorts.post("/cohorts/<int:cohort_id>/views/<int:view_id>/delete")
@allow(Permission.COHORT_VIEW)
def delete_view(cohort_id: int, view_id: int) -> ResponseReturnValue:
    services.delete_view(services.own_view(view_id, cohort_id, by=me()))
    flash(_("The view is deleted."), "success")
    return redirect(url_for(".views", cohort_id=cohort_id), 303)


def _page(cohort_id: int, form: ViewForm | None, *, renamed: int | None = None) -> ResponseReturnValue:
    """Every view with its form. ``renamed``: the view whose form came back; None with a form: the one to be kept did."""
    page = {
        "cohort": cohort_queries.cohort_row(cohort_id), "views": queries.views_of(cohort_id, me().user_id), "form": form,
        "renamed": renamed,
    }  # fmt: skip
    return render_template("cohorts/views.html", **page), form.status if form else 200
