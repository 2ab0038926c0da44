"""One journey under load, by wrk: requests per second and how long they took."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).parent / "wrk.lua"


@dataclass(frozen=True)
class Journey:
    """``share`` is the requests per second to reach, as a share of the do-nothing page's (DESIGN §5); None: only shown."""

    name: str
    path: str
    share: float | None = None
    cookies: Sequence[str] = ()
    method: str = "GET"
    body: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Figures:
    """Milliseconds for the percentiles."""

    per_second: float
    p50: float
    p95: float
    p99: float
    failed: int = 0


@dataclass
class Measured:
    """A journey's figures by number of clients, and the do-nothing page's of the same minute."""

    journey: Journey
    figures: dict[int, Figures] = field(default_factory=dict)
    nothing: dict[int, Figures] = field(default_factory=dict)
    statements: int | None = None
    octets: int = 0

    def share(self, clients: int) -> float:
        return self.figures[clients].per_second / self.nothing[clients].per_second


def put_under_load(base: str, journey: Journey, *, clients: int, seconds: int) -> Figures:
    """Raises RuntimeError when wrk says nothing usable."""
    environment = {**os.environ, "BENCH_METHOD": journey.method}
    if journey.body:
        environment |= {"BENCH_BODY": journey.body, "BENCH_TYPE": journey.content_type}
    command = [
        "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT), base + journey.path, "--",
        *journey.cookies,
    ]  # fmt: skip
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    line = next((line for line in reversed(out.stdout.splitlines()) if line.startswith("{")), None)
    if line is None:
        raise RuntimeError(f"wrk gave no figures for {journey.name}: {out.stdout[-300:]} {out.stderr[-300:]}")
    row = json.loads(line)
    return Figures(row["requests"] / row["seconds"], row["p50"], row["p95"], row["p99"], row["failed"])
