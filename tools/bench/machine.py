"""The machine: what it is, and how much of it somebody else used meanwhile."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE = (3, 4)  # idle and waiting for the disk, in /proc/stat


def name() -> str:
    """Processors and system; never what the machine is called."""
    model = _field(Path("/proc/cpuinfo"), "model name", ":").replace("(R)", "").replace("(TM)", "")
    system = _field(Path("/etc/os-release"), "PRETTY_NAME", "=").strip('"')
    memory = int(_field(Path("/proc/meminfo"), "MemTotal", ":").split()[0]) // 1024**2
    return f"{os.cpu_count()} vCPU {' '.join(model.split())}, {memory} GiB, {system}"


def _field(path: Path, name: str, sign: str) -> str:
    for line in path.read_text().splitlines():
        key, _sign, value = line.partition(sign)
        if key.strip() == name:
            return value.strip()
    return "?"


@dataclass
class Share:
    """Of all processors, from 0 to 1, once the block it was measured over is through."""

    others: float = 0.0


@contextmanager
def watched(ours: Callable[[], float]) -> Iterator[Share]:
    """How much of the machine was used by what is neither ours nor started by this process. ``ours``: seconds of processor."""
    share = Share()
    began, busy, known = time.monotonic(), _busy(), ours() + _started_here()
    yield share
    used = _busy() - busy - (ours() + _started_here() - known)
    share.others = max(0.0, used / (time.monotonic() - began) / (os.cpu_count() or 1))


def _busy() -> float:
    """Seconds for which processors had work, since the machine started."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - sum(fields[place] for place in _IDLE)) / _TICKS


def _started_here() -> float:
    """What this process and the programs it started and waited for have used."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
