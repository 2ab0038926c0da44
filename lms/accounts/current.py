"""``me()``: who is signed in. Flask-Login holds the answer for one request; the truth is our ``sign_ins`` table."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Flask, Request, Response, session
from flask_login import AnonymousUserMixin, LoginManager, current_user

from lms.accounts import queries
from lms.accounts.queries import SignedInUser
from lms.clock import now
from lms.permissions import Actor

COOKIE = "takwin"
SECURE_COOKIE = "__Host-takwin"
ASKED = "takwin.sign_in_asked"
SEEN = "seen"
SEEN_EVERY = timedelta(minutes=5)
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
        signed_in = queries.signed_in(token)
        if signed_in is None or signed_in.is_idle(_seen_at()):
            return None
        _note_seen(signed_in)
        return signed_in

    login.session_protection = None
    login.init_app(app)


def _seen_at() -> datetime:
    """When this browser last asked for a page, as its own signed cookie says: reading a page writes nothing to the database. Long
    ago when it says nothing; a sign-in counts from its password on in any case."""
    return datetime.fromtimestamp(session.get(SEEN, 0), UTC)


def _note_seen(signed_in: SignedInUser) -> None:
    if now() - max(_seen_at(), signed_in.confirmed_at) >= SEEN_EVERY:
        session[SEEN] = int(now().timestamp())


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
