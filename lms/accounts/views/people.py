"""Who is known here, and what they may do."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import exports, queries, services
from lms.accounts.current import me
from lms.accounts.forms import LANGUAGES, PERMISSIONS, ROLES, InviteForm, RoleForm, SuspendForm
from lms.accounts.models import User
from lms.accounts.services.people import Names
from lms.accounts.views import bp
from lms.accounts.views.profile import organisation_choices, profile_form, save_profile
from lms.i18n import _
from lms.permissions import GRANTS, Permission, Role
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import SIGNED_IN, allow
from lms.web.tables import send_table


@bp.get("/people")
@allow(Permission.PEOPLE_VIEW)
def people() -> ResponseReturnValue:
    search, role = _sought()
    found = queries.people(by=me(), search=search, role=role, after=request.args.get("after"))
    return render_template("accounts/people.html", found=found, search=search, role=role, roles=ROLES)


@bp.post("/people/export")
@allow(Permission.PEOPLE_VIEW, own_frame=True)
def export_people() -> ResponseReturnValue:
    search, role = _sought()
    found = queries.people(by=me(), search=search, role=role, size=MOST_ROWS)
    return send_table(exports.people(whole(found)), "people")


def _sought() -> tuple[str, Role | None]:
    role = request.args.get("role", "")
    return request.args.get("search", "").strip()[:100], Role(role) if role in set(Role) else None


@bp.route("/people/invite", methods=["GET", "POST"])
@allow(Permission.PEOPLE_INVITE)
def invite() -> ResponseReturnValue:
    form = InviteForm()
    form.organisation.choices = organisation_choices()
    if form.validate_on_submit():
        names = Names(
            form.given.data or "", form.family.data or "", form.given_ar.data or "", form.family_ar.data or ""
        )
        with form.refusals():
            user = services.invite(
                form.email.data or "",
                names,
                by=me(),
                organisation_id=form.organisation.data or None,
                locale=form.locale.data,
            )
            flash(_("%(name)s is invited: a mail is on its way.", name=user.name), "success")
            return redirect(url_for(".person", user_id=user.id), 303)
    return render_template("accounts/invite.html", form=form), form.status


@bp.get("/people/<int:user_id>")
@allow(Permission.PEOPLE_VIEW)
def person(user_id: int) -> ResponseReturnValue:
    return render_template("accounts/person.html", **_about(queries.person(user_id, by=me()), SuspendForm()))


def _about(user: User, suspend_form: SuspendForm) -> dict[str, object]:
    return {
        "user": user, "grants": queries.grants_of(user.id), "roles": ROLES, "languages": LANGUAGES,
        "organisation": queries.organisation(user.organisation_id) if user.organisation_id else None,
        "suspend_form": suspend_form,
    }  # fmt: skip


@bp.route("/people/<int:user_id>/edit", methods=["GET", "POST"])
@allow(Permission.PEOPLE_INVITE)
def edit_person(user_id: int) -> ResponseReturnValue:
    user = queries.person(user_id, by=me())
    form = profile_form(user)
    if form.validate_on_submit():
        with form.refusals():
            save_profile(user, form)
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".person", user_id=user_id), 303)
    return render_template("accounts/edit_person.html", form=form, user=user), form.status


@bp.route("/people/<int:user_id>/roles", methods=["GET", "POST"])
@allow(Permission.ROLE_GRANT, fresh=True)
def grant_role(user_id: int) -> ResponseReturnValue:
    user = queries.person(user_id, by=me())
    form = RoleForm()
    if form.validate_on_submit():
        with form.refusals():
            services.grant_role(user_id, Role(form.role.data), by=me())
            flash(_("The role is given."), "success")
            return redirect(url_for(".person", user_id=user_id), 303)
    return render_template("accounts/grant_role.html", form=form, user=user), form.status


@bp.post("/people/<int:user_id>/roles/<int:grant_id>/end")
@allow(Permission.ROLE_GRANT, fresh=True)
def end_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    services.end_role(grant_id, user_id=user_id, by=me())
    flash(_("The role is taken back."), "success")
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.post("/people/<int:user_id>/suspend")
@allow(Permission.PEOPLE_SUSPEND, fresh=True)
def suspend(user_id: int) -> ResponseReturnValue:
    user, form = queries.person(user_id, by=me()), SuspendForm()
    if form.validate_on_submit():
        services.suspend(user, by=me(), reason=form.reason.data or "")
        flash(_("Access is closed."), "success")
        return redirect(url_for(".person", user_id=user_id), 303)
    return render_template("accounts/person.html", **_about(user, form)), 422


@bp.post("/people/<int:user_id>/restore")
@allow(Permission.PEOPLE_SUSPEND, fresh=True)
def restore(user_id: int) -> ResponseReturnValue:
    services.restore(queries.person(user_id, by=me()), by=me())
    flash(_("Access is open again."), "success")
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.get("/roles")
@allow(SIGNED_IN)
def roles() -> ResponseReturnValue:
    """The whole matrix, from the very table the guard uses."""
    return render_template("accounts/roles.html", roles=ROLES, permissions=PERMISSIONS, grants=GRANTS)


@bp.post("/roles/export")
@allow(SIGNED_IN, own_frame=True)
def export_roles() -> ResponseReturnValue:
    return send_table(exports.roles(), "roles")
