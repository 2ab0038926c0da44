"""The frame around every request: it may write when the method may, and commits when the answer is below 400."""

from flask import Flask, Response, current_app, g, request

from lms import db
from lms.web.access import access_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    app.before_request(_open)
    app.after_request(_settle)
    app.teardown_request(_close)


def _open() -> None:
    access = access_of(current_app, request.endpoint) if request.endpoint else None
    writes = request.method not in SAFE and access is not None and not access.own_frame
    g.frame = db.RequestFrame(writes=writes)


def _settle(response: Response) -> Response:
    frame: db.RequestFrame | None = g.get("frame")
    if frame is not None:
        frame.settle(success=response.status_code < 400)
    return response


def _close(_error: BaseException | None) -> None:
    frame: db.RequestFrame | None = g.pop("frame", None)
    if frame is not None:
        frame.close()
