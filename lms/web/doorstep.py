"""Answers that anybody may keep for a minute are kept by us for two seconds: a thousand visitors of the front page cost one.

What HTTP calls a shared cache, in front of the application. Only for those of whom nothing is known: browsers that send no
cookie at all. Only answers that say ``public`` (``headers.cacheable``); each host, address, language and form apart.
"""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FRESH = 2.0
MOST = 256
VARIES = {"cookie", "accept", "accept-language"}
_KEY = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT")
_ONE_READER_ONLY = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_HX_REQUEST")
Headers = list[tuple[str, str]]
log = structlog.get_logger()


@dataclass(frozen=True)
class _Kept:
    headers: Headers
    body: bytes
    until: float


class Doorstep:
    """``told`` hears how long each answer took that came from here, in seconds."""

    def __init__(self, inner: "WSGIApplication", told: Callable[[float], None]) -> None:
        self._inner, self._told = inner, told
        self._kept: dict[tuple[str, ...], _Kept] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _ONE_READER_ONLY):
            return self._inner(environ, start_response)
        started = time.perf_counter()
        key = tuple(environ.get(name, "") for name in _KEY)
        kept = self._kept.get(key)
        if kept is None or kept.until < time.monotonic():
            return self._asked(key, environ, start_response)
        start_response("200 OK", [*kept.headers, ("X-Request-Id", secrets.token_hex(8))])
        seconds = time.perf_counter() - started
        log.info("request", method="GET", endpoint="kept", status=200, ms=round(seconds * 1000, 1))
        self._told(seconds)
        return [kept.body]

    def _asked(
        self, key: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Pass it on, and keep the answer when it may be kept."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return start_response(status, headers, *error)

        answer = self._inner(environ, listen)
        if not said or not _may_be_kept(*said[0]):
            return answer
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if len(self._kept) >= MOST:
            self._kept = {}
        headers = [(name, value) for name, value in said[0][1] if name != "X-Request-Id"]
        self._kept[key] = _Kept(headers, body, time.monotonic() + FRESH)
        return [body]


def _may_be_kept(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    varies = {name.strip().lower() for name in named.get("vary", "").split(",") if name.strip()}
    is_text = named.get("content-type", "").startswith("text/html")
    return (
        status == "200 OK" and is_text and "public" in named.get("cache-control", "") and "set-cookie" not in named
        and varies <= VARIES
    )  # fmt: skip
