"""Sign in and out, invitations, forgotten passwords."""

from typing import cast

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms import db
from lms.accounts import passwords, services
from lms.accounts.current import forget, keep, me, my_sign_in
from lms.accounts.forms import CodeForm, ConfirmForm, ForgottenForm, LoginForm, NewPasswordForm
from lms.accounts.models import LinkPurpose
from lms.accounts.services.sign_ins import start_sign_in
from lms.accounts.views import bp
from lms.i18n import _
from lms.web.access import HALF_SIGNED_IN, PUBLIC, SIGNED_IN, allow
from lms.web.forms import safe_next
from lms.web.requests import client_block


def _https() -> bool:
    return cast("bool", current_app.config["SESSION_COOKIE_SECURE"])


def _enter(token: str, target: str | None = None) -> Response:
    """Go in with a fresh cookie and a fresh form token."""
    session.clear()
    response = redirect(safe_next(target or request.args.get("next"), url_for("home.home")), 303)
    return keep(cast("Response", response), token, https=_https())


def _device() -> str:
    agent = request.user_agent.string
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    browser = next((name for name in browsers if name in agent), "")
    return " · ".join(filter(None, (browser, next((name for name in systems if name in agent), ""))))


@bp.route("/login", methods=["GET", "POST"])
@allow(PUBLIC, own_frame=True)
def login() -> ResponseReturnValue:
    if current_user.is_authenticated and current_user.factor_passed:
        return redirect(safe_next(request.args.get("next"), url_for("home.home")), 303)
    form = LoginForm()
    if form.validate_on_submit():
        with form.refusals():
            token = services.sign_in(
                form.email.data or "", form.password.data or "", block=client_block(), device=_device()
            )
            return _enter(token)
    return render_template("accounts/login.html", form=form), form.status


@bp.route("/login/factor", methods=["GET", "POST"])
@allow(HALF_SIGNED_IN, own_frame=True)
def second_factor() -> ResponseReturnValue:
    if my_sign_in().factor_passed:
        return redirect(url_for("home.home"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        with form.refusals():
            return _enter(services.pass_factor(my_sign_in().sign_in_id, form.code.data or "", by=me()))
    return render_template("accounts/second_factor.html", form=form), form.status


@bp.route("/confirm", methods=["GET", "POST"])
@allow(SIGNED_IN, own_frame=True, to_factor=True)
def confirm() -> ResponseReturnValue:
    """The password again, before something dangerous."""
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.refusals():
            return _enter(services.confirm(my_sign_in().sign_in_id, form.password.data or "", by=me()))
    return render_template("accounts/confirm.html", form=form), form.status


@bp.post("/logout")
@allow(HALF_SIGNED_IN)
def logout() -> ResponseReturnValue:
    services.end_sign_in(my_sign_in().sign_in_id, by=me())
    session.clear()
    response = redirect(url_for("home.welcome"), 303)
    return forget(cast("Response", response), https=_https())


@bp.route("/forgotten", methods=["GET", "POST"])
@allow(PUBLIC)
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit():
        services.ask_reset(form.email.data or "", block=client_block())
        return render_template("accounts/forgotten_sent.html")
    return render_template("accounts/forgotten.html", form=form), form.status


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def invitation(token: str) -> ResponseReturnValue:
    return _choose_password(token, LinkPurpose.INVITATION)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    return _choose_password(token, LinkPurpose.PASSWORD_RESET)


def _choose_password(token: str, purpose: LinkPurpose) -> ResponseReturnValue:
    user = services.link_user(token, purpose)
    form = NewPasswordForm()
    form.personal = (user.given_name, user.family_name, user.email.split("@")[0])
    if form.validate_on_submit():
        hashed = passwords.hash_password(form.password.data or "")
        change = services.accept_invitation if purpose is LinkPurpose.INVITATION else services.reset_password
        change(token, hashed)
        db.session().flush()  # the sign-in below reads what was just ended
        response = _enter(start_sign_in(user.id, device=_device()), url_for("home.home"))
        flash(_("Your password is set. Welcome, %(name)s.", name=user.given_name), "success")
        return response
    page = render_template("accounts/choose_password.html", form=form, user=user, purpose=purpose)
    return page, form.status, {"Referrer-Policy": "no-referrer"}
