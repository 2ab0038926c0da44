"""Certificates per second, by the real worker: decided, drawn, sealed, checked, stored, recorded."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from lms import db
from lms.credentials import services
from lms.credentials.models import Certificate
from lms.credentials.states import CertificateState
from lms.permissions import INSTITUTE
from tools.bench.installation import Installation
from tools.bench.population import Person
from tools.bench.servers import memory_of, processor_seconds_of, worker

SINGLE = 20
COHORT = 200
NEEDED = 1 + SINGLE + COHORT
_PATIENCE = 300
_STARTING = 4


@dataclass(frozen=True)
class Issuing:
    """``cold``: seconds from the promise of the first certificate of a new worker until it is issued. ``warm`` and ``cohort``:
    certificates per second, each promised alone and as one cohort. Memory of the worker with its renderer, in MiB."""

    cold: float
    warm: float
    cohort: float
    cohort_size: int
    processor: float
    idle_memory: int
    memory: int


class NotIssued(Exception):
    """The worker did not get through in a time that makes sense."""


def issue(installation: Installation, people: Sequence[Person], cohort_id: int, *, whole: bool) -> Issuing:
    """``whole`` False: a smaller cohort, for a quick look."""
    size = COHORT if whole else SINGLE
    first, single, together = people[:1], people[1 : 1 + SINGLE], people[1 + SINGLE : 1 + SINGLE + size]
    with installation.app.app_context(), worker(installation.environment, installation.log) as pid:
        time.sleep(_STARTING)
        idle = memory_of(pid)
        cold, _memory = _timed(lambda: _promise(first), len(first), pid)
        warm, memory = _timed(lambda: _promise(single), len(single), pid)
        before = processor_seconds_of(pid)
        all_of, more = _timed(lambda: _promise_together(together, cohort_id), len(together), pid)
        processor = (processor_seconds_of(pid) - before) * 1000 / len(together)
    return Issuing(
        cold, len(single) / warm, len(together) / all_of, len(together), processor, idle, max(memory, more)
    )  # fmt: skip


def _timed(promise: Callable[[], None], count: int, pid: int) -> tuple[float, int]:
    """Seconds until all are issued, and the worker's memory at its fullest."""
    wanted, fullest = _issued() + count, 0
    began = time.monotonic()
    promise()
    while _issued() < wanted:
        if time.monotonic() - began > _PATIENCE:
            raise NotIssued(f"{wanted - _issued()} of {count} certificates were not issued within {_PATIENCE} s")
        fullest = max(fullest, memory_of(pid))
        time.sleep(0.1 if count > 1 else 0.02)
    return time.monotonic() - began, fullest


def _promise(people: Sequence[Person]) -> None:
    with db.transaction():
        for person in people:
            services.issue_certificate(person.enrolment_id, by=INSTITUTE)


def _promise_together(people: Sequence[Person], cohort_id: int) -> None:
    with db.transaction():
        services.issue_cohort(cohort_id, [person.enrolment_id for person in people], by=INSTITUTE, request="bench")


def _issued() -> int:
    with db.reading() as session:
        issued = select(func.count()).where(Certificate.state == CertificateState.ISSUED)
        return session.execute(issued).scalar_one()
