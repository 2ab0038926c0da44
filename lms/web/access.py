"""``allow(...)`` and the guard at the door: a view without one is closed, and the application does not start with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar

from flask import Flask, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from lms.clock import now
from lms.errors import Forbidden, Missing
from lms.i18n import _
from lms.permissions import Actor, Permission
from lms.settings import Settings

FRESH = timedelta(minutes=5)


class Audience(Enum):
    """Who gets in without any permission."""

    PUBLIC = "everybody"
    SIGNED_IN = "everybody signed in"
    HALF_SIGNED_IN = "password given, second factor still asked for"


PUBLIC, SIGNED_IN, HALF_SIGNED_IN = Audience.PUBLIC, Audience.SIGNED_IN, Audience.HALF_SIGNED_IN


@dataclass(frozen=True)
class Access:
    """What one view asks. ``fresh``: the password was typed within five minutes. ``own_frame``: the request opens no
    writing frame even for a POST; the view opens its own, because what it records must outlive a refusal. ``to_factor``: on
    the way to a second factor, so open to staff who have none yet."""

    needs: Permission | Audience
    fresh: bool = False
    own_frame: bool = False
    to_factor: bool = False


class Visitor(Protocol):
    """What the guard needs of Flask-Login's ``current_user``; ``accounts.current.SignedIn`` is one."""

    is_authenticated: bool
    actor: Actor
    factor_passed: bool
    has_factor: bool
    confirmed_at: datetime


View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def allow(
    needs: Permission | Audience, *, fresh: bool = False, own_frame: bool = False, to_factor: bool = False
) -> Callable[[View], View]:
    """Say who may call the view. A view whose address holds ``cohort_id`` asks for the permission in that cohort."""

    def mark(view: View) -> View:
        view.access = Access(needs, fresh, own_frame, to_factor)  # type: ignore[attr-defined]
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions[endpoint], "access", None)


def refuse_closed_views(app: Flask) -> None:
    """Called once all routes are known: raises when one was forgotten."""
    closed = sorted({rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None})
    if closed:
        raise RuntimeError(f"views without @allow: {', '.join(closed)}")


def guard() -> ResponseReturnValue | None:
    """Runs before every view."""
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        raise Forbidden
    if access.needs is PUBLIC:
        return None
    visitor: Visitor = current_user
    if not visitor.is_authenticated:
        return _ask_to_sign_in()
    if access.needs is HALF_SIGNED_IN:
        return None
    if not visitor.factor_passed:
        return redirect(url_for("accounts.second_factor", next=_here()), 303)
    if _owes_factor(visitor) and not access.to_factor:
        flash(
            _("Whoever has a role beside participant signs in with a second factor. Switch yours on to go further."),
            "warning",
        )
        return redirect(url_for("accounts.factor"), 303)
    if isinstance(access.needs, Permission):
        _require(visitor.actor, access.needs)
    if access.fresh and now() - visitor.confirmed_at > FRESH:
        return redirect(url_for("accounts.confirm", next=_here()), 303)
    return None


def _owes_factor(visitor: Visitor) -> bool:
    """In production nobody who looks after others, decides or reads everything does so before there is a second factor."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.is_production and not visitor.has_factor and visitor.actor.is_staff


def _require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise Forbidden
    cohort_id = (request.view_args or {}).get("cohort_id")
    if cohort_id is not None and not actor.may(permission, cohort_id):
        raise Missing


def _here() -> str | None:
    """Where to return to: only for a page that was asked for, never for a form that was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method == "GET" and request.accept_mimetypes.accept_html:
        return redirect(url_for("accounts.login", next=_here()), 303)
    raise Unauthorized
