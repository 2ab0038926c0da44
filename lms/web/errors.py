"""Every refusal ends in one page: what happened, that nothing was lost, what to do, and the number to quote."""

import sqlite3
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from lms.errors import Forbidden, Missing, Refused, TooMany
from lms.i18n import _
from lms.web.requests import wants_json

log = structlog.get_logger()

_SQLITE_AWAY = (
    "unable to open",
    "database is locked",
    "database or disk is full",
    "disk I/O",
    "attempt to write a readonly",
)
"""Under the same name SQLite also reports mistakes of ours, such as a column that is not there."""


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Missing, lambda _error: page(404))
    app.register_error_handler(Forbidden, lambda _error: page(403))
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(StaleDataError, _stale_row)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(SecurityError, _not_our_name)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _sentences(status: int) -> tuple[str, str]:
    """A title and what to do, by HTTP status."""
    known = {
        400: (_("This request could not be understood."), _("Go back and try again.")),
        401: (_("You are not signed in."), _("Sign in and try again: what you typed is still on the page before this one.")),
        403: (_("This is not open to you."), _("If you think it should be, ask your coordinator or an administrator.")),
        404: (_("There is nothing here."), _("The address may be mistyped, or the page is not open to you.")),
        405: (_("This address cannot be used like that."), _("Go back and use the buttons of the page.")),
        413: (_("This is too large."), _("Send a smaller file. Nothing was kept of this one.")),
        429: (_("Too many tries."), _("Wait a little and try again.")),
        503: (_("We will be back in a moment."), _("The service cannot reach its data. Nothing was lost; try again shortly.")),
    }  # fmt: skip
    return known.get(status, (_("Something went wrong on our side."), _("It was noted. Nothing was changed.")))


def page(status: int, *, message: str | None = None, advice: str | None = None) -> Response:
    """The one error page, or ``application/problem+json`` for those who asked for JSON."""
    title, usual_advice = _sentences(status)
    title, advice = message or title, usual_advice if advice is None else advice
    if wants_json():
        problem = jsonify(title=title, detail=advice, status=status, request_id=g.get("request_id"))
        problem.status_code, problem.mimetype = status, "application/problem+json"
        return problem
    name = "fragment" if request.headers.get("HX-Request") else "page"
    html = render_template(f"errors/{name}.html", title=title, advice=advice, status=status, bare=status >= 500)
    return make_response(html, status)


def _refused(refusal: Refused) -> Response:
    response = page(refusal.status, message=str(refusal), advice=_("Nothing was changed."))
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _stale_form(_error: CSRFError) -> Response:
    return page(
        400,
        message=_("This page was open for too long, or in another sign-in."),
        advice=_("Go back, reload the page and send again: what you typed is still there."),
    )


def _stale_row(_error: StaleDataError) -> Response:
    return page(
        409,
        message=_("Somebody else changed this while you were editing."),
        advice=_("Nothing of yours was saved. Go back and reload to see both."),
    )


def _database_away(error: OperationalError | InterfaceError) -> Response:
    cause = str(error.orig)  # the database's own words; the parameters are not among them
    if isinstance(error.orig, sqlite3.Error) and not cause.startswith(_SQLITE_AWAY):
        return _unforeseen(error)
    log.error("database away", error=type(error).__name__, cause=cause)
    response = page(503)
    response.headers["Retry-After"] = "10"
    return response


def _not_our_name(_error: SecurityError) -> Response:
    """Asked under a name that is not ours: no page of ours is built with it."""
    return Response("400 This is not the name of this site.\n", 400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> Response:
    original = getattr(error, "original_exception", None)  # set when the commit failed, after the view had answered
    if isinstance(original, (OperationalError, InterfaceError)):
        return _database_away(original)
    if isinstance(original, StaleDataError):
        return _stale_row(original)
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    response = page(error.code)
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen", error=type(error).__name__, exc_info=error)
    return page(500)
