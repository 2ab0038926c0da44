"""The headers of every answer: nothing from elsewhere, nothing framed, nothing private kept by a cache."""

from flask import Flask, Response, request
from flask_login import current_user

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
))  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
A_YEAR = "max-age=31536000; includeSubDomains"


def init_app(app: Flask, *, https: bool) -> None:
    always = {**HEADERS, **({"Strict-Transport-Security": A_YEAR} if https else {}), "Cache-Control": "no-store"}
    names = {name.lower(): name for name in always}

    def add(response: Response) -> Response:
        given = {name.lower() for name, _value in response.headers}
        response.headers.extend((name, always[name]) for lower, name in names.items() if lower not in given)
        return response

    app.after_request(add)


def cacheable(response: Response, seconds: int) -> Response:
    """Let anybody keep this answer for a while. Only for pages that are the same for all who are not signed in."""
    if request.method == "GET" and not current_user.is_authenticated:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
        response.vary.update(("Cookie", "Accept-Language", "Accept"))
    return response
