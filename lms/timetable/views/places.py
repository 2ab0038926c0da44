"""Sites and rooms."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts import places
from lms.accounts.current import me
from lms.errors import Forbidden
from lms.i18n import _, pick
from lms.permissions import Permission
from lms.timetable import exports, queries, services
from lms.timetable.forms.planning import RoomForm, SiteForm, TravelForm
from lms.timetable.views import planning
from lms.web.access import allow
from lms.web.tables import send_table


def for_the_institute() -> None:
    """Rooms and the calendar are everybody's: only those who plan for the whole institute change them."""
    if me().scope(Permission.TIMETABLE_EDIT) is not None:
        raise Forbidden


@planning.get("/sites")
@allow(Permission.TIMETABLE_EDIT)
def sites() -> ResponseReturnValue:
    page = {
        "sites": queries.sites(), "rooms": queries.rooms(),
        "regions": {region.code: region.name_fr for region in places.regions()},
        "may_edit": me().scope(Permission.TIMETABLE_EDIT) is None,
    }  # fmt: skip
    return render_template("planning/sites.html", **page)


@planning.post("/sites/export")
@allow(Permission.TIMETABLE_EDIT, own_frame=True)
def export_sites() -> ResponseReturnValue:
    return send_table(exports.rooms(queries.rooms()), "rooms")


@planning.route("/sites/new", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def new_site() -> ResponseReturnValue:
    for_the_institute()
    form = SiteForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_site(form.facts(), by=me())
            flash(_("The site is added. Add its rooms next."), "success")
            return redirect(url_for(".sites"), 303)
    return render_template("planning/site.html", form=form, site=None, cities=places.cities()), form.status


@planning.route("/sites/<int:site_id>", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def edit_site(site_id: int) -> ResponseReturnValue:
    for_the_institute()
    site = queries.site(site_id)
    form = SiteForm(obj=site)
    if form.validate_on_submit():
        with form.refusals():
            services.edit_site(site, form.facts(), version=form.version.value, by=me())
            flash(_("The site is saved."), "success")
            return redirect(url_for(".sites"), 303)
    form.version.data = site.version
    page = {"form": form, "site": site, "cities": places.cities(), "travel": travel_form(site_id),
            "ways": queries.ways_from(site_id)}  # fmt: skip
    return render_template("planning/site.html", **page), form.status


def travel_form(site_id: int) -> TravelForm:
    form = TravelForm()
    form.other.choices = [
        SelectChoice(row.id, pick(row.name_fr, row.name_en)) for row in queries.site_choices() if row.id != site_id
    ]
    return form


@planning.post("/sites/<int:site_id>/travel")
@allow(Permission.TIMETABLE_EDIT)
def set_travel(site_id: int) -> ResponseReturnValue:
    for_the_institute()
    form = travel_form(site_id)
    if form.validate_on_submit():
        services.set_travel(site_id, form.other.data, form.minutes.data or 0, by=me())
        flash(_("The travel time is saved."), "success")
        return redirect(url_for(".edit_site", site_id=site_id), 303)
    site = queries.site(site_id)
    page = {"form": SiteForm(formdata=None, obj=site), "site": site, "cities": places.cities(), "travel": form,
            "ways": queries.ways_from(site_id)}  # fmt: skip
    return render_template("planning/site.html", **page), 422


@planning.route("/sites/<int:site_id>/rooms/new", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def new_room(site_id: int) -> ResponseReturnValue:
    for_the_institute()
    site, form = queries.site(site_id), RoomForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_room(site_id, form.facts(), by=me())
            flash(_("The room is added."), "success")
            return redirect(url_for(".sites"), 303)
    return render_template("planning/room.html", form=form, site=site, room=None), form.status


@planning.route("/rooms/<int:room_id>", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def edit_room(room_id: int) -> ResponseReturnValue:
    for_the_institute()
    room = queries.room(room_id)
    form = RoomForm(obj=room, equipment=", ".join(room.equipment))
    if form.validate_on_submit():
        with form.refusals():
            services.edit_room(room, form.facts(), version=form.version.value, by=me())
            flash(_("The room is saved."), "success")
            return redirect(url_for(".sites"), 303)
    form.version.data = room.version
    return render_template("planning/room.html", form=form, site=queries.site(room.site_id), room=room), form.status
