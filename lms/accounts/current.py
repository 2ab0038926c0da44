"""``me()``: who is signed in. Flask-Login holds the answer for one request; the truth is our ``sign_ins`` table."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, Response
from flask_login import AnonymousUserMixin, LoginManager, current_user

from lms.accounts import queries
from lms.accounts.queries import SignedInUser
from lms.permissions import Actor

COOKIE = "takwin"
SECURE_COOKIE = "__Host-takwin"
ASKED = "takwin.sign_in_asked"
NOBODY = Actor(None, "")


@dataclass(frozen=True)
class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """A visitor who is not signed in."""

    actor: Actor = NOBODY
    locale: str | None = None
    timezone: str | None = None
    factor_passed: bool = False


def init_app(app: Flask, *, https: bool) -> None:
    login = LoginManager()
    login.anonymous_user = Nobody
    app.config["TAKWIN_COOKIE"] = SECURE_COOKIE if https else COOKIE
    name = app.config["TAKWIN_COOKIE"]

    @login.request_loader  # type: ignore[untyped-decorator]
    def load(request: Request) -> SignedInUser | None:
        """Asked once a request: when the database is away, the page that says so is written for nobody in particular."""
        token = request.cookies.get(name)
        if token is None or request.environ.get(ASKED):
            return None
        request.environ[ASKED] = True
        return queries.signed_in(token)

    login.session_protection = None
    login.init_app(app)


def me() -> Actor:
    """Who acts in this request."""
    return cast("Actor", current_user.actor)


def my_sign_in() -> SignedInUser:
    """The sign-in behind this request. Only for views that ask for one."""
    return cast("SignedInUser", current_user)


def keep(response: Response, token: str, *, https: bool) -> Response:
    """Put the sign-in's token in the browser. A new sign-in gets a new form token too."""
    response.set_cookie(
        SECURE_COOKIE if https else COOKIE, token, secure=https, httponly=True, samesite="Lax", path="/"
    )
    return response


def forget(response: Response, *, https: bool) -> Response:
    response.delete_cookie(SECURE_COOKIE if https else COOKIE, secure=https, httponly=True, samesite="Lax", path="/")
    return response
