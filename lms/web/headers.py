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


def init_app(app: Flask, *, https: bool) -> None:
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)


def cacheable(response: Response, seconds: int) -> Response:
    """Let anybody keep this answer for a while. Only for pages that are the same for all who are not signed in."""
    if request.method == "GET" and not current_user.is_authenticated:
        response.headers["Cache-Control"] = f"public, max-age={seconds}"
        response.vary.update(("Cookie", "Accept-Language", "Accept"))
    return response
