"""What somebody changes about themselves."""

import segno
from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts import passwords, queries, services
from lms.accounts.current import me, my_sign_in
from lms.accounts.forms import ChangePasswordForm, NewFactorForm, ProfileForm
from lms.accounts.models import Sex, User
from lms.accounts.services.people import Names
from lms.accounts.services.sign_ins import start_sign_in
from lms.accounts.views import bp
from lms.accounts.views.doors import _device, _enter
from lms.i18n import _
from lms.web.access import SIGNED_IN, allow


def organisation_choices() -> list[SelectChoice]:
    return [SelectChoice(0, "—"), *(SelectChoice(row.id, row.name) for row in queries.organisations())]


@bp.route("/profile", methods=["GET", "POST"])
@allow(SIGNED_IN)
def profile() -> ResponseReturnValue:
    user = queries.user(my_sign_in().actor.user_id or 0)
    form = profile_form(user)
    if form.validate_on_submit():
        with form.refusals():
            save_profile(user, form)
            flash(_("Your profile is saved."), "success")
            response = make_response(redirect(url_for(".profile"), 303))
            response.set_cookie("lang", form.locale.data, max_age=31_536_000, samesite="Lax", httponly=True)
            return response
    sign_ins = queries.sign_ins_of(user.id)
    return render_template("accounts/profile.html", form=form, user=user, sign_ins=sign_ins), form.status


def profile_form(user: User) -> ProfileForm:
    """What is known of somebody, to be changed by themselves or by those who look after people."""
    form = ProfileForm(
        given=user.given_name, family=user.family_name, given_ar=user.given_name_ar, family_ar=user.family_name_ar,
        certificate=user.certificate_name, locale=user.locale, timezone=user.timezone, organisation=user.organisation_id or 0,
        sex=user.sex or "", version=user.version,
    )  # fmt: skip
    form.organisation.choices = organisation_choices()
    return form


def save_profile(user: User, form: ProfileForm) -> None:
    names = Names(
        given=form.given.data or "", family=form.family.data or "", given_ar=form.given_ar.data or "",
        family_ar=form.family_ar.data or "", certificate=form.certificate.data,
    )  # fmt: skip
    services.change_profile(
        user, names, by=me(), version=form.version.value, locale=form.locale.data, timezone=form.timezone.data,
        organisation_id=form.organisation.data or None, sex=Sex(form.sex.data) if form.sex.data else None,
    )  # fmt: skip


@bp.route("/profile/password", methods=["GET", "POST"])
@allow(SIGNED_IN)
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    user = queries.user(me().user_id or 0)
    form.personal = (user.given_name, user.family_name, user.email.split("@")[0])
    if form.validate_on_submit():
        with form.refusals():
            services.change_password(
                form.current.data or "", passwords.hash_password(form.password.data or ""), by=me()
            )
            response = _enter(start_sign_in(user.id, device=_device()), url_for(".profile"))
            flash(_("Your password is changed. Every other browser is signed out."), "success")
            return response
    return render_template("accounts/password.html", form=form), form.status


@bp.route("/profile/factor", methods=["GET", "POST"])
@allow(SIGNED_IN, fresh=True, to_factor=True)
def factor() -> ResponseReturnValue:
    """Switch the second factor on: scan, type a code, keep the recovery codes."""
    form = NewFactorForm()
    if form.validate_on_submit():
        with form.refusals():
            codes = services.confirm_factor(form.secret.data or "", form.code.data or "", by=me())
            return render_template("accounts/factor_codes.html", codes=codes)
    secret = form.secret.data or services.new_secret()
    form.secret.data = secret
    qr = segno.make(services.factor_address(secret, by=me())).svg_data_uri(scale=5, dark="#1b2a33", light="#ffffff")
    return render_template("accounts/factor.html", form=form, secret=secret, qr=qr), form.status


@bp.post("/profile/factor/remove")
@allow(SIGNED_IN, fresh=True)
def remove_factor() -> ResponseReturnValue:
    services.remove_factor(by=me())
    flash(_("The second factor is switched off."), "success")
    return redirect(url_for(".profile"), 303)


@bp.post("/profile/sign-ins/<int:sign_in_id>/end")
@allow(SIGNED_IN)
def end_sign_in(sign_in_id: int) -> ResponseReturnValue:
    services.end_sign_in(sign_in_id, by=me())
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".profile"), 303)


@bp.post("/profile/sign-ins/end-all")
@allow(SIGNED_IN)
def end_all_sign_ins() -> ResponseReturnValue:
    services.end_all_sign_ins(by=me(), but=my_sign_in().sign_in_id)
    flash(_("Every other browser is signed out."), "success")
    return redirect(url_for(".profile"), 303)
