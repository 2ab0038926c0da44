"""``?lang=fr`` on any page: the page in that language, and a cookie so that the next ones follow."""

from flask import Flask, Response, request

from lms.i18n import language
from lms.settings import LOCALES
from lms.web.addresses import here

COOKIE = "lang"
A_YEAR = 31_536_000
NAMES = {"fr": "Français", "en": "English"}


def init_app(app: Flask, *, https: bool) -> None:
    def remember(response: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in LOCALES and request.cookies.get(COOKIE) != chosen:
            response.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=https)
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(remember)
    app.jinja_env.globals["other_languages"] = other_languages


def other_languages() -> list[tuple[str, str, str]]:
    """Code, own name and address of this page in each language it is not in now."""
    return [(code, NAMES[code], here(lang=code)) for code in LOCALES if code != language()]
