"""What a change must pass, run one after another, every failure told."""

import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap.checkout import PYTHON, ROOT, VENV
from tools.bootstrap.stages import Command, log_file

SHOWN = 400


@dataclass(frozen=True)
class Check:
    """``is_told`` shows its last line when it passes: how many tests, in what time."""

    title: str
    command: Command
    is_told: bool = False


def program(name: str) -> Path:
    return VENV / "bin" / name


PYTEST = (PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "-q")
WITH_POSTGRESQL = (PYTHON, "-m", "tools.throwaway_postgres")
TRANSLATIONS = (PYTHON, "-m", "tools.translations")

WITHOUT_TESTS = (
    Check("ruff format", (program("ruff"), "format", "--check")),
    Check("ruff check", (program("ruff"), "check", "--output-format", "concise")),
    Check("mypy", (PYTHON, "-m", "mypy")),
    Check("lint-imports", (program("lint-imports"), "--config", "setup.cfg")),
    Check("courses", (PYTHON, "-m", "lms", "courses", "check", "courses")),
    Check("translations", (*TRANSLATIONS, "check")),
    Check("architecture page", (PYTHON, "-m", "tools.architecture", "--check")),
)
ALL = (
    *WITHOUT_TESTS,
    Check("pytest on SQLite", PYTEST, is_told=True),
    Check("pytest on PostgreSQL", (*WITH_POSTGRESQL, *PYTEST), is_told=True),
)
FAST = (
    *WITHOUT_TESTS,
    Check("pytest on SQLite, no browser", (*PYTEST, "-m", "not browser and not chaos"), is_told=True),
)
FIX = (
    Check("ruff format", (program("ruff"), "format")),
    Check("ruff check --fix", (program("ruff"), "check", "--fix", "--output-format", "concise")),
    Check("ruff format, what was fixed", (program("ruff"), "format")),
    Check("translations update", (*TRANSLATIONS, "update")),
    Check("architecture page", (PYTHON, "-m", "tools.architecture")),
)


# What these write is their result, so it goes straight to the terminal.
MEASURES: dict[str, Command] = {
    "bench": (PYTHON, "-m", "tools.bench"),
    "chaos": (PYTHON, "-m", "pytest", "-m", "chaos", "tests/chaos"),
}
CHECKS = {"all": ALL, "fast": FAST, "fix": FIX}


def run_all(checks: Sequence[Check]) -> int:
    failed = []
    started = time.monotonic()
    for check in checks:
        if not passes(check):
            failed.append(check.title)
    seconds = time.monotonic() - started
    if failed:
        print(f"\n{len(failed)} of {len(checks)} failed in {seconds:.0f} s: {'; '.join(failed)}")
        return 1
    print(f"\nAll {len(checks)} passed in {seconds:.0f} s.")
    return 0


def passes(check: Check) -> bool:
    print(f"● {check.title} … ", end="", flush=True)
    started = time.monotonic()
    log = log_file(f"check-{re.sub(r'[^a-z]+', '-', check.title.lower())}")
    with log.open("wb") as output:
        done = subprocess.run(
            check.command,
            cwd=ROOT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    seconds = time.monotonic() - started
    written = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if done.returncode == 0:
        closing = f" · {written[-1].strip('= ')}" if check.is_told and written else ""
        print(f"{seconds:.1f} s{closing}", flush=True)
        return True
    print(f"FAILED after {seconds:.1f} s, status {done.returncode}")
    if len(written) > SHOWN:
        print(f"    … (all of it: {log})")
    print("\n".join(f"    {line}" for line in written[-SHOWN:]), flush=True)
    return False


def measure(name: str, arguments: Sequence[str]) -> int:
    command = [*MEASURES[name], *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode


def clean_environment() -> dict[str, str]:
    """Without the caller's own ``LMS_…`` settings: a check must not touch the database they point to."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
