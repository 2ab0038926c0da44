"""The web server: gunicorn with the settings that suit us, and in development the worker beside it."""

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from lms.operations import metrics
from lms.web.doorstep import Doorstep

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - where gunicorn's processes show that they live
GRACE = 30
"""Seconds that requests under way have to end when the server stops."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told everything here: it reads neither a command line nor a file of its own."""

    def __init__(self, make_app: Callable[[], Doorstep | Flask], **options: Any) -> None:
        self._make_app, self._options = make_app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Doorstep | Flask:
        return self._make_app()


def serve(make_app: Callable[[], Doorstep | Flask], *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until told to stop. Does not return."""
    Server(
        make_app, bind=f"{host}:{port}", workers=workers, worker_class="gthread", threads=threads, timeout=60, keepalive=5,
        graceful_timeout=GRACE, control_socket_disable=True, proc_name="takwin", loglevel="warning", child_exit=_forget_process,
        worker_tmp_dir=SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None,
    ).run()  # fmt: skip


def count_together(folder: Path) -> None:
    """Several web processes need a folder in which they keep their figures, known before the first of them is imported:
    begin again with it."""
    if os.environ.get(metrics.SHARED) == str(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {metrics.SHARED: str(folder)})  # noqa: S606


def _forget_process(_arbiter: Arbiter, worker: Worker) -> None:
    if os.environ.get(metrics.SHARED):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def run_together(*parts: Callable[[], None]) -> int:
    """Run each in a process of its own; when one ends, for whatever reason, stop the others. Returns the exit status."""
    forked = multiprocessing.get_context("fork")
    processes = [forked.Process(target=part) for part in parts]
    asked: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        _stop(processes)

    for process in processes:
        process.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    wait([process.sentinel for process in processes])
    _stop(processes)
    for process in processes:
        process.join(GRACE + 5)
        if process.is_alive():
            process.kill()
            process.join()
    return 0 if asked else 1


def _stop(processes: Sequence[ForkProcess]) -> None:
    for process in processes:
        if process.is_alive():
            process.terminate()
