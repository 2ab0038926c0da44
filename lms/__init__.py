"""Takwin: the learning system of an institute that trains trainers."""

from functools import lru_cache

from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import db, storage, wiring
from lms.accounts import current
from lms.accounts.services.factors import use_key
from lms.credentials import issuer
from lms.i18n import LOCALES, direction, language
from lms.logs import configure
from lms.permissions import Permission
from lms.settings import Settings
from lms.web import (
    access,
    addresses,
    errors,
    filters,
    form_tokens,
    frames,
    headers,
    icons,
    languages,
    requests,
    static_files,
    tables,
    templates,
)
from lms.web.application import Application

MOST_BYTES = 32 * 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """The application for one installation. Raises RuntimeError when a view says nothing of who may call it."""
    app = Application(__name__)
    https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key, SECRET_KEY_FALLBACKS=list(settings.secret_fallbacks), SETTINGS=settings,
        SESSION_COOKIE_NAME="__Host-form" if https else "form", SESSION_COOKIE_SECURE=https, SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax", WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024, MAX_FORM_PARTS=2000, BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone, TRUSTED_HOSTS=_hosts(settings),
    )  # fmt: skip
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    configure(production=settings.is_production)
    connect(settings)
    Babel(app, locale_selector=_locale, timezone_selector=_timezone)
    templates.init_app(app)
    requests.init_app(app)
    frames.init_app(app)
    current.init_app(app, https=https)
    form_tokens.init_app(app)
    app.before_request(access.guard)
    headers.init_app(app, https=https)
    errors.init_app(app)
    filters.init_app(app)
    static_files.init_app(app)
    icons.init_app(app)
    addresses.init_app(app)
    tables.init_app(app)
    languages.init_app(app, https=https)
    app.context_processor(_page_context)
    wiring.register(app)
    access.refuse_closed_views(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1)  # type: ignore[method-assign]
    return app


def connect(settings: Settings) -> None:
    """Open the database, the file store and the keys of an installation: what commands and workers need too."""
    settings.data.mkdir(parents=True, exist_ok=True)
    db.connect(db.Database(settings.database))
    storage.connect(settings.files)
    use_key(settings.secret_key)
    issuer.connect(settings)
    wiring.connect()


def _hosts(settings: Settings) -> list[str] | None:
    """In production only our own name is answered to; in development any, so that a phone on the same network can try."""
    return [settings.host.split(":")[0]] if settings.is_production else None


def _locale() -> str | None:
    """``?lang=`` first, then what this browser chose, what the person prefers, what the browser asks for."""
    if not has_request_context():
        return None
    chosen = request.args.get("lang") or request.cookies.get("lang")
    if chosen in LOCALES:
        return chosen
    return getattr(current_user, "locale", None) or _asked_for(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=1024)
def _asked_for(header: str) -> str | None:
    """The best of our languages for what a browser asks for; None when it asks for others."""
    return parse_accept_header(header, LanguageAccept).best_match(LOCALES)


def _timezone() -> str | None:
    return getattr(current_user, "timezone", None) if has_request_context() else None


def _page_context() -> dict[str, object]:
    return {"me": getattr(current_user, "actor", None), "language": language, "direction": direction, "P": Permission}
