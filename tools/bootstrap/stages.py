"""One line a stage; a stage whose inputs are unchanged is skipped."""

import hashlib
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.bootstrap.checkout import LOGS, ROOT, STAMPS

TAIL = 25

Command = Sequence[str | Path]


class SetupFailed(Exception):
    """A stage cannot be done. ``advice`` is what a person can do about it."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@contextmanager
def announced(title: str) -> Iterator[None]:
    print(f"● {title} … ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def stage(title: str, *, stamp: str, inputs: str, made: Sequence[Path], work: Callable[[], None]) -> None:
    """Do ``work``, unless it was done for the same ``inputs`` and everything it ``made`` is still there."""
    if is_done(stamp, inputs, made):
        print(f"● {title} … unchanged")
        return
    path = STAMPS / stamp
    path.unlink(missing_ok=True)
    with announced(title):
        work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    path.write_text(inputs)


def is_done(stamp: str, inputs: str, made: Sequence[Path]) -> bool:
    path = STAMPS / stamp
    return path.is_file() and path.read_text() == inputs and all(thing.exists() for thing in made)


def fingerprint(files: Iterable[Path], *facts: str) -> str:
    """A hash of these files' names and contents, and of ``facts``."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
    for fact in facts:
        digest.update(f"{fact}\0".encode())
    return digest.hexdigest()


def run_logged(command: Command, *, log: str, advice: str = "") -> None:
    """Run a command silently; when it fails, stop with the end of what it wrote."""
    path = log_file(log)
    with path.open("wb") as output:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        raise command_failed(command, done.returncode, path, advice)


def log_file(name: str) -> Path:
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


def command_failed(command: Command, status: int, log: Path, advice: str) -> SetupFailed:
    written = log.read_text(encoding="utf-8", errors="replace").splitlines()
    tail = "\n".join(f"    {line}" for line in written[-TAIL:])
    shown = shlex.join(str(part) for part in command)
    return SetupFailed(f"{shown}\nended with status {status}:\n{tail}\n(all of it: {log})", advice)


def report(failure: SetupFailed) -> None:
    print(f"\n{failure.reason}", file=sys.stderr)
    if failure.advice:
        print(f"\n{failure.advice}", file=sys.stderr)
