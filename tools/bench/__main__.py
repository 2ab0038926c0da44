"""``python -m tools.bench``, which ``./check bench`` calls."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tools.bench import machine, report
from tools.bench.case import Case, Plan, measure
from tools.throwaway_postgres import throwaway_postgres

QUICK = Plan(seconds=1, rounds=1, once=40, whole=False)
DATABASES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
"""What is measured must survive a power cut, as in production."""


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    plan = _plan(asked)
    cases: list[Case] = []
    for database in DATABASES[asked.database]:
        with _server(database) as server:
            for size in asked.classes:
                case = measure(database, server, size, plan, _tell)
                _print(case)
                cases.append(case)
    if asked.json is not None:
        written = {"machine": machine.name(), "plan": asdict(plan), "cases": [report.as_json(case) for case in cases]}
        asked.json.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    if asked.page is not None:
        figures = report.section(cases, machine.name(), plan)
        asked.page.write_text(report.put_into(asked.page.read_text(), figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./check bench", description="Measure the product beside a do-nothing page on the same server."
    )
    parser.add_argument(
        "--quick", action="store_true", help="a class of 30 on SQLite, a second a figure: to see where one is"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the tables between its marks: docs/performance.md"
    )
    parser.add_argument("--database", choices=DATABASES, help="both, unless --quick")
    parser.add_argument("--classes", type=_sizes, metavar="N,N", help="30,1000,5000, unless --quick")
    parser.add_argument("--seconds", type=int, help="how long each figure is measured")
    parser.add_argument("--rounds", type=int, help="how often; the median counts")
    parser.add_argument("--workers", type=int, help="web processes, of the product and of the do-nothing page")
    parser.add_argument("--threads", type=int, help="threads of each")
    parser.add_argument("--only", default="", metavar="WORDS", help="journeys whose name holds this, and nothing else")
    parser.set_defaults(database=None, classes=None)
    return parser


def _plan(asked: argparse.Namespace) -> Plan:
    base = QUICK if asked.quick else Plan()
    asked.database = asked.database or ("sqlite" if asked.quick else "both")
    asked.classes = asked.classes or ([30] if asked.quick else [30, 1000, 5000])
    return Plan(
        seconds=asked.seconds or base.seconds, rounds=asked.rounds or base.rounds, once=base.once,
        workers=asked.workers or base.workers, threads=asked.threads or base.threads, whole=base.whole, only=asked.only,
    )  # fmt: skip


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",")]


@contextmanager
def _server(database: str) -> Iterator[str | None]:
    if database == "sqlite":
        yield None
        return
    with throwaway_postgres(DURABLE) as address:
        yield address


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _print(case: Case) -> None:
    print(f"\n{case.database}, class of {case.size}\n\n{report.table(case)}\n\n{report.resources(case)}")
    short = list(report.shortfalls(case))
    if short:
        print("\nShort of DESIGN §5:")
        print("\n".join(f"- {line}" for line in short))
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
