"""Flask, without what it would do for features that this product does not use. Each line here saves every request work."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from lms.web.templates import Environment


class _Sessions(SecureCookieSessionInterface):
    """The cookie behind forms. Its signer is made once; a browser without the cookie needs none."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(self._app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """Templates come compiled for their language; no view or hook is asynchronous."""

    jinja_environment = Environment

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)
        self.session_interface = _Sessions(self)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
