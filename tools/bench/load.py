"""One journey under load, by wrk: requests per second, how long they took, and what they cost the processors."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from tools.bench.machine import watched

SCRIPT = Path(__file__).parent / "wrk.lua"
REVISION = "REVISION"
"""Stands in a body for a number that grows with each request."""
_revisions = count(10_000_000, 20_000)
"""Eight digits, as long as REVISION itself, for 4,500 loads: nothing may change the length that the head of a request says."""


class NoFigures(Exception):
    """wrk said nothing usable."""


@dataclass(frozen=True)
class Request:
    """One request, as wrk sends it. No field may hold a tab or a line break."""

    path: str
    method: str = "GET"
    cookie: str = ""
    accept: str = "text/html"
    content_type: str = ""
    form_token: str = ""
    body: str = ""

    def headers(self) -> dict[str, str]:
        named = {"Cookie": self.cookie, "Content-Type": self.content_type, "X-CSRFToken": self.form_token}
        return {
            "Accept": self.accept,
            "Accept-Language": "fr",
            **{name: value for name, value in named.items() if value},
        }

    def line(self) -> str:
        fields = (self.path, self.method, self.body, *(f"{name}: {value}" for name, value in self.headers().items()))
        return "\t".join(fields)


@dataclass(frozen=True)
class Figures:
    """Milliseconds for the percentiles. ``processor``: milliseconds of processor a request, of the server alone; ``others``:
    the share of the machine that other work had meanwhile."""

    per_second: float
    p50: float
    p95: float
    p99: float
    processor: float
    requests: int
    failed: int = 0
    others: float = 0.0

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


def put_under_load(
    base: str,
    requests: Sequence[Request],
    *,
    clients: int,
    seconds: int,
    once: bool,
    spent: Callable[[], float],
    all_spent: Callable[[], float],
) -> Figures:
    """Send the requests in turn, over and over; or each of them ``once``, as far as the time allows. ``spent`` says how many
    seconds of processor the server used so far, ``all_spent`` everything that is measured. Raises NoFigures."""
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as prepared:
        prepared.writelines(f"{request.line()}\n" for request in requests)
        prepared.flush()
        environment = {
            **os.environ, "BENCH_REQUESTS": prepared.name, "BENCH_ONCE": "1" if once else "",
            "BENCH_REVISION": str(next(_revisions)),
        }  # fmt: skip
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), base]
        before = spent()
        with watched(all_spent) as share:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        used = spent() - before
    line = next((line for line in reversed(done.stdout.splitlines()) if line.startswith("{")), None)
    if line is None:
        raise NoFigures(f"{done.stdout[-300:]} {done.stderr[-300:]}")
    row = json.loads(line)
    if not row["requests"]:
        raise NoFigures("no request was answered")
    return Figures(
        row["requests"] / row["seconds"], row["p50"], row["p95"], row["p99"], used * 1000 / row["requests"], row["requests"],
        row["failed"], share.others,
    )  # fmt: skip
