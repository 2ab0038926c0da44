"""The product and the do-nothing page, each under gunicorn with the product's own settings; and what they use of the machine."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.bootstrap.checkout import PYTHON, ROOT

PATIENCE = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A server that answers. ``started_in``: seconds from its start to its first page."""

    base: str
    pid: int
    started_in: float

    def memory(self) -> int:
        return memory_of(self.pid)

    def processor_seconds(self) -> float:
        return processor_seconds_of(self.pid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(environment: Mapping[str, str], workers: int, threads: int, log: Path) -> Iterator[Running]:
    """``lms serve``, alone."""
    port = free_port()
    sizes = ["--workers", str(workers), "--threads", str(threads)]
    command = [str(PYTHON), "-m", "lms", "serve", "--port", str(port), *sizes, "--without-worker"]
    with _serving(command, port, environment, log) as running:
        yield running


@contextmanager
def nothing(workers: int, threads: int, log: Path) -> Iterator[Running]:
    """The do-nothing page, by the server class of ``lms serve`` and its settings."""
    port = free_port()
    command = [str(PYTHON), "-m", "tools.bench.nothing", str(port), str(workers), str(threads)]
    with _serving(command, port, os.environ, log) as running:
        yield running


@contextmanager
def worker(environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """``lms worker``; its process id."""
    with _started([str(PYTHON), "-m", "lms", "worker"], environment, log) as process:
        yield process.pid


@contextmanager
def _serving(command: Sequence[str], port: int, environment: Mapping[str, str], log: Path) -> Iterator[Running]:
    began = time.monotonic()
    base = f"http://127.0.0.1:{port}"
    with _started(command, environment, log) as process:
        yield Running(base, process.pid, _wait_for(base, process, began, log))


@contextmanager
def _started(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(base: str, process: subprocess.Popen[bytes], began: float, log: Path) -> float:
    while time.monotonic() - began < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with status {process.returncode}:\n{log.read_text()[-1500:]}")
        try:
            with urllib.request.urlopen(f"{base}/", timeout=5):  # noqa: S310 - our own address
                return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"the server did not answer within {PATIENCE} s:\n{log.read_text()[-1500:]}")


def memory_of(pid: int) -> int:
    """Proportional memory (PSS) of a process and all below it, in MiB."""
    return sum(_pss(one) for one in _tree(pid)) // 1024


def processor_seconds_of(pid: int) -> float:
    """What a process and all below it, those that ended included, have used of the processors."""
    return sum(_ticks(one) for one in _tree(pid)) / _TICKS


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:
            continue
        for child in below:
            yield from _tree(int(child))


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
