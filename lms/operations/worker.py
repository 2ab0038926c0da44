"""The worker: takes jobs one after the other and promises the work that comes round."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from lms import jobs
from lms.operations.plan import Plan
from lms.operations.schedule import Schedule
from lms.web.links import outside_requests

IDLE = 0.5
AFTER_TROUBLE = 5.0
log = structlog.get_logger()


def work(app: Flask, plan: Plan, stopping: Flag, *, threads: int = 2) -> None:
    """Run until ``stopping`` is set; then finish the present step of each job and return.

    Two threads by default, so that a mail does not wait for a long archive.
    """
    log.info("worker started", threads=threads)
    helpers = [Thread(target=_run_jobs, args=(app, plan, stopping), daemon=True) for _number in range(threads - 1)]
    for helper in helpers:
        helper.start()
    _run_jobs(app, plan, stopping, Schedule(plan.periodic))
    for helper in helpers:
        helper.join()
    log.info("worker stopped")


def work_until_idle(app: Flask, plan: Plan) -> int:
    """Run everything that is due, what comes round included, and return how many jobs that was."""
    with outside_requests(app):
        Schedule(plan.periodic).promise()
    ran = 0
    while _run_one(app, plan, Flag()):
        ran += 1
    return ran


def _run_jobs(app: Flask, plan: Plan, stopping: Flag, schedule: Schedule | None = None) -> None:
    while not stopping.is_set():
        try:
            if schedule is not None:
                with outside_requests(app):
                    schedule.promise()
            if not _run_one(app, plan, stopping):
                stopping.wait(IDLE)
        except (OperationalError, InterfaceError) as error:
            log.error("database away", error=type(error).__name__)
            stopping.wait(AFTER_TROUBLE)
        except Exception:
            log.exception("worker in trouble")  # a defect of ours must not end the thread that others' jobs wait for
            stopping.wait(AFTER_TROUBLE)


def _run_one(app: Flask, plan: Plan, stopping: Flag) -> bool:
    with outside_requests(app):
        return jobs.run_next(plan.jobs, stopping=stopping)


@contextmanager
def stopped_by_signals() -> Iterator[Flag]:
    """A flag that SIGTERM and SIGINT set. Only in a process's main thread."""
    stopping = Flag()

    def stop(number: int, _frame: FrameType | None) -> None:
        log.info("worker stopping", signal=signal.Signals(number).name)
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
