"""The token in every form. Flask-WTF's, but signed once for each browser instead of once for each page: ours do not
expire by the clock (WTF_CSRF_TIME_LIMIT), so the time in them means nothing.

The token and the SameSite cookie are what is checked, never the Referer (WTF_CSRF_SSL_STRICT): pages whose address is a secret
ask browsers to send none."""

from functools import lru_cache
from typing import cast

from flask import Flask, current_app, g, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer

FIELD = "csrf_token"


def init_app(app: Flask) -> None:
    CSRFProtect(app)
    app.context_processor(lambda: {FIELD: form_token})


def form_token() -> str:
    """What ``csrf_token()`` in a template writes."""
    known = session.get(FIELD)
    if known is not None and FIELD not in g:
        setattr(g, FIELD, _signed(cast("str", current_app.secret_key), known))  # where Flask-WTF looks first
    return cast("str", generate_csrf())


@lru_cache(maxsize=4096)
def _signed(secret: str, known: str) -> str:
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(known)
