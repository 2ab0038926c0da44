"""What was measured, as tables for a terminal (and Markdown) and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from lms.clock import today
from tools.bench.case import CLIENTS, Case, Measured, Plan
from tools.bench.load import Figures

MOST_P99 = 60
"""Milliseconds, of any page at 32 clients (DESIGN §5)."""
MOST_MEMORY = 250
"""MiB of web and worker together under load."""
MOST_FIRST_PAGE = 1.0
COHORT_SECONDS = 15
START, END = "<!-- figures -->", "<!-- /figures -->"
HEAD = (
    "journey", "req/s", "share", "of", "by CPU", "CPU ms", "1: p50 p95 p99", "8: p50 p95 p99", "32: req/s p50 p95 p99", "SQL",
    "octets",
)  # fmt: skip


def table(case: Case) -> str:
    """``share``: requests per second of the do-nothing page's at 8 clients; ``of``: what DESIGN §5 asks; ``by CPU``: the same
    by processor time; times in milliseconds."""
    rows = [HEAD, *(_row(measured) for measured in case.measured)]
    return markdown(rows)


def markdown(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def _row(measured: Measured) -> tuple[str, ...]:
    journey, eight = measured.journey, measured.figures[8]
    limit = "" if journey.statements is None else f" (≤ {journey.statements})"
    return (
        journey.name, f"{eight.per_second:.0f}", f"{measured.share():.0%}",
        "" if journey.share is None else f"{journey.share:.0%}", f"{measured.processor_share():.0%}", f"{eight.processor:.2f}",
        _times(measured.figures[1]), _times(eight), f"{measured.figures[32].per_second:.0f} {_times(measured.figures[32])}",
        f"{measured.probe.statements}{limit}", str(measured.probe.octets),
    )  # fmt: skip


def _times(figures: Figures) -> str:
    return f"{figures.p50:.1f} {figures.p95:.1f} {figures.p99:.1f}"


def resources(case: Case) -> str:
    """All else that was measured."""
    lines = [
        f"Other work had {case.others:.0%} of the machine meanwhile (median).",
        f"First page {case.first_page:.2f} s after start; web {case.idle_memory} MiB idle, {case.memory} MiB under load (PSS).",
    ]
    if case.issuing is not None:
        made = case.issuing
        lines += [
            f"Certificates: the first {made.cold:.1f} s; alone {made.warm:.1f}/s; a cohort of {made.cohort_size} "
            f"{made.cohort:.1f}/s, {made.processor:.0f} ms of processor each.",
            f"Worker {made.idle_memory} MiB idle, {made.memory} MiB issuing.",
        ]
    return "\n".join(lines)


def section(cases: Sequence[Case], machine: str, plan: Plan) -> str:
    """All of it as Markdown."""
    head = (
        f"{machine}. {today():%-d %B %Y}. Web processes: {plan.workers}, threads of each: {plan.threads}. "
        f"Each figure is the median of {plan.rounds} rounds of {plan.seconds} s."
    )
    return "\n\n".join([head, *(_case(case) for case in cases)])


def _case(case: Case) -> str:
    parts = [f"### {case.database}, class of {case.size}", table(case), *resources(case).splitlines()]
    short = [f"- {line}" for line in shortfalls(case)]
    return "\n\n".join([*parts, *(["Short of DESIGN §5:", "\n".join(short)] if short else [])])


def put_into(page: str, written: str) -> str:
    """The page with that between its marks. Raises ValueError when it has none."""
    before, start, rest = page.partition(START)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no {START} … {END}")
    return f"{before}{start}\n{written}\n{end}{after}"


def shortfalls(case: Case) -> Iterable[str]:
    """What DESIGN §5 asks and was not reached."""
    yield from case.missing
    for measured in case.measured:
        name, asked = measured.journey.name, measured.journey.share
        if asked is not None and measured.share() < asked:
            yield f"{name}: {measured.share():.0%} of the do-nothing page instead of {asked:.0%}"
        limit = measured.journey.statements
        if limit is not None and measured.probe.statements > limit:
            yield f"{name}: {measured.probe.statements} statements instead of {limit}"
        if measured.figures[32].p99 > MOST_P99 and not measured.journey.once:
            yield f"{name}: p99 of {measured.figures[32].p99:.0f} ms at 32 clients instead of {MOST_P99} ms"
        failed = sum(figures.failed for figures in measured.figures.values())
        if failed:
            yield f"{name}: {failed} requests failed"
    if case.first_page > MOST_FIRST_PAGE:
        yield f"first page {case.first_page:.2f} s after start instead of {MOST_FIRST_PAGE:.0f} s"
    if case.issuing is not None:
        yield from _short_of(case, case.memory + case.issuing.memory, 200 / case.issuing.cohort)


def _short_of(case: Case, memory: int, seconds: float) -> Iterable[str]:
    if memory > MOST_MEMORY:
        yield f"web and worker use {memory} MiB under load instead of {MOST_MEMORY} MiB"
    if seconds > COHORT_SECONDS:
        yield f"200 certificates take {seconds:.0f} s instead of {COHORT_SECONDS} s"


def as_json(case: Case) -> dict[str, Any]:
    return {
        "database": case.database, "class": case.size, "others": round(case.others, 3), "first_page_s": round(case.first_page, 3),
        "web_idle_mib": case.idle_memory, "web_mib": case.memory, "certificates": case.issuing and asdict(case.issuing),
        "missing": case.missing, "journeys": [_journey(measured) for measured in case.measured],
    }  # fmt: skip


def _journey(measured: Measured) -> dict[str, Any]:
    return {
        "name": measured.journey.name, "share_asked": measured.journey.share, "share": round(measured.share(), 3),
        "processor_share": round(measured.processor_share(), 3), "statements": measured.probe.statements,
        "statements_allowed": measured.journey.statements, "octets": measured.probe.octets,
        "web_mib": measured.memory,
        "clients": {
            str(clients): {"page": measured.figures[clients].as_json(), "nothing": measured.nothing[clients].as_json()}
            for clients in CLIENTS
        },
    }  # fmt: skip
