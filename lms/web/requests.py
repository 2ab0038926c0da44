"""A number for every request, one log line for each, and where it came from. No personal data: no address, no query, no body."""

import secrets
import time
from ipaddress import ip_address, ip_network

import structlog
from flask import Flask, Response, g, request

from lms.i18n import new_reader, no_reader

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.before_request(_number)
    app.teardown_request(_forget)
    app.after_request(_tell)


def _number() -> None:
    new_reader()
    g.request_id, g.started = secrets.token_hex(8), time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _forget(_error: BaseException | None) -> None:
    no_reader()


def _tell(response: Response) -> Response:
    if "request_id" not in g:
        return response
    response.headers["X-Request-Id"] = g.request_id
    log.info(
        "request", method=request.method, endpoint=request.endpoint, status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
    )  # fmt: skip
    return response


def wants_json() -> bool:
    """Whether the client prefers JSON to a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def client_block() -> str:
    """The network the request came from (IPv4 address, IPv6 /64): what throttles count by. Proxies are trusted only as far
    as LMS_TRUSTED_PROXIES says."""
    address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - a key for counting, not a socket
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))
