"""One request in this process: is the answer right, how many statements does it take, how long is it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import event

from lms import db
from tools.bench.journeys import Journey
from tools.bench.load import Request

_FRAME = ("BEGIN", "SAVEPOINT", "RELEASE")


class WrongAnswer(Exception):
    """A journey does not lead where it should; its figures would mean nothing."""


@dataclass(frozen=True)
class Probe:
    """SQL statements, without those that open and close transactions; octets of the answer's body."""

    statements: int
    octets: int


def probe(app: Flask, journey: Journey) -> Probe:
    """The last of its requests, asked twice where that is possible: what is kept between requests is then warm. Raises
    WrongAnswer."""
    if not journey.once:
        _ask(app, journey.requests[-1])
    with _counted() as statements:
        status, octets = _ask(app, journey.requests[-1])
    if status != journey.answers:
        raise WrongAnswer(
            f"{journey.name}: {journey.requests[-1].path} answered {status} instead of {journey.answers:d}"
        )
    return Probe(len(statements), octets)


def _ask(app: Flask, request: Request) -> tuple[int, int]:
    browser = app.test_client(use_cookies=False)
    body = request.body.replace("REVISION", "10000000")
    answer = browser.open(
        request.path, method=request.method, headers=request.headers(), data=body or None, base_url="http://127.0.0.1"
    )
    return answer.status_code, len(answer.data)


@contextmanager
def _counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(_FRAME):
            seen.append(statement)

    engine = db.database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
