"""The job table: what is promised is a row in the transaction of the fact; a worker runs it under a lease.

A handler works in steps, each its own transaction that also proves the lease (a fencing token), so a worker that was
thought dead cannot write over its successor. Every step must be safe to run twice. After ``MOST_ATTEMPTS`` tries without
progress a job is parked and shown to the admins. Why not a queue product: docs/decisions/0003-jobs-in-a-table.md.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event as Flag
from typing import Any

import structlog
from sqlalchemy import Index, String, Text, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.clock import now
from lms.events import Event, emit

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
BACK_OFF = timedelta(seconds=20)
log = structlog.get_logger()


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    PARKED = "parked"


class Job(db.Base):
    """Work promised. ``key`` makes asking twice one job; ``fence`` grows with each lease; the page links to ``result``: its
    ``url``, named by its ``label``."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_run_at", "state", "run_at"), Index("ix_jobs_kind", "kind", "id"))

    id: Mapped[db.Id]
    kind: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[JobState] = mapped_column(String(12), default=JobState.QUEUED)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True)
class JobParked(Event):
    """A job was given up; somebody has to look at it."""

    job_id: int
    kind: str


class LeaseLost(Exception):
    """Another worker has the job now, or somebody cancelled it; stop without writing."""


class WorkerStopping(LeaseLost):
    """This worker was asked to stop: the job goes back to the queue, and on from where it was."""


@dataclass
class Running:
    """A job as its handler sees it. ``done`` is how far an earlier run came: go on from there."""

    id: int
    kind: str
    arguments: dict[str, Any]
    fence: int
    created_by: int | None
    done: int
    result: dict[str, Any] = field(default_factory=dict)
    stopping: Flag = field(default_factory=Flag)
    farthest: int = 0

    @contextmanager
    def step(self, *, done: int | None = None, total: int | None = None, **result: Any) -> Iterator[None]:
        """One transaction of the job: renews the lease, shows progress, adds to the result. Raises LeaseLost, WorkerStopping."""
        if self.stopping.is_set():
            raise WorkerStopping
        with db.transaction():
            self._prove_lease(done=done, total=total, **result)
            yield

    def _prove_lease(self, *, done: int | None = None, total: int | None = None, **result: Any) -> None:
        changes: dict[str, Any] = {"lease_until": now() + LEASE}
        if done is not None:
            changes["done"] = self.done = done
            if done > self.farthest:  # it came farther than ever: not the job that fails, but workers that die
                self.farthest, changes["attempts"] = done, 1
        if total is not None:
            changes["total"] = total
        if result:
            self.result |= result
            changes["result"] = self.result
        held = and_(Job.id == self.id, Job.fence == self.fence, Job.state == JobState.RUNNING)
        if db.session().execute(update(Job).where(held).values(**changes)).rowcount != 1:  # type: ignore[attr-defined]
            raise LeaseLost


Handler = Callable[[Running], None]


def enqueue(
    kind: str, key: str, *, arguments: dict[str, Any] | None = None, by: int | None = None,
    at: datetime | None = None, total: int = 0,
) -> int:  # fmt: skip
    """Promise the work in the current transaction and return the job's id. The same ``key`` gives the same job, once."""
    known = select(Job.id).where(Job.key == key)
    job_id = db.session().execute(known).scalar_one_or_none()
    if job_id is not None:
        return job_id
    job = Job(
        kind=kind, key=key, arguments=arguments or {}, run_at=at or now(), created_by=by, created_at=now(), total=total,
        result={},
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(job)
    except IntegrityError:  # asked for twice at the same moment
        return db.session().execute(known).scalar_one()
    return job.id


def cancel(job_id: int) -> bool:
    """Stop a job before its next step. Says whether it could still be stopped."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    stopped = db.session().execute(
        update(Job).where(Job.id == job_id, Job.state.in_(open_states))
        .values(state=JobState.CANCELLED, finished_at=now(), lease_until=None)
    )  # fmt: skip
    return bool(stopped.rowcount)  # type: ignore[attr-defined]


def retry(job_id: int) -> bool:
    """Put a parked job back in the queue."""
    put_back = db.session().execute(
        update(Job).where(Job.id == job_id, Job.state == JobState.PARKED)
        .values(state=JobState.QUEUED, attempts=0, run_at=now(), error=None, finished_at=None)
    )  # fmt: skip
    return bool(put_back.rowcount)  # type: ignore[attr-defined]


def lease_next(stopping: Flag | None = None) -> Running | None:
    """Take the oldest job that is due, or whose worker went silent."""
    with db.transaction() as session:
        due = or_(
            and_(Job.state == JobState.QUEUED, Job.run_at <= now()),
            and_(Job.state == JobState.RUNNING, Job.lease_until < now()),
        )
        wanted = select(Job).where(due).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
        job = session.scalars(wanted).one_or_none()
        while job is not None and job.attempts >= MOST_ATTEMPTS:
            _park(job, "Its worker died each time.")
            job = session.scalars(wanted).one_or_none()
        if job is None:
            return None
        job.state, job.lease_until = JobState.RUNNING, now() + LEASE
        job.fence += 1
        job.attempts += 1
        return Running(
            job.id,
            job.kind,
            job.arguments,
            job.fence,
            job.created_by,
            job.done,
            dict(job.result),
            stopping or Flag(),
            job.done,
        )


def _park(job: Job, error: str) -> None:
    job.state, job.error, job.finished_at, job.lease_until = JobState.PARKED, error, now(), None
    log.error("job parked", job_id=job.id, job=job.kind)
    emit(JobParked(job.id, job.kind))


def run_next(handlers: Mapping[str, Handler], *, stopping: Flag | None = None) -> bool:
    """Run one job to its end, or until ``stopping`` is set and its step is over. False when nothing was due."""
    job = lease_next(stopping)
    if job is None:
        return False
    with structlog.contextvars.bound_contextvars(job_id=job.id, job=job.kind):
        try:
            handlers[job.kind](job)
            _finish(job)
        except WorkerStopping:
            log.info("job given back", done=job.done)
            _give_back(job)
        except LeaseLost:
            log.info("job given up", reason="lease lost or cancelled")
        except Exception as error:
            log.exception("job failed")
            _fail(job, f"{type(error).__name__}: {error}")
    return True


def run_all(handlers: Mapping[str, Handler], *, most: int = 10_000) -> int:
    """Run until nothing is due; returns how many ran. For commands and tests."""
    ran = 0
    while ran < most and run_next(handlers):
        ran += 1
    return ran


def _finish(job: Running) -> None:
    with db.transaction() as session:
        job._prove_lease()
        session.execute(
            update(Job).where(Job.id == job.id)
            .values(state=JobState.DONE, finished_at=now(), lease_until=None, error=None)
        )  # fmt: skip


def _give_back(job: Running) -> None:
    with db.transaction() as session:
        held = (Job.id == job.id, Job.fence == job.fence, Job.state == JobState.RUNNING)
        session.execute(
            update(Job).where(*held)
            .values(state=JobState.QUEUED, run_at=now(), lease_until=None, attempts=Job.attempts - 1)
        )  # fmt: skip


def _fail(job: Running, error: str) -> None:
    with db.transaction() as session:
        row = session.get_one(Job, job.id, with_for_update=True)
        if row.fence != job.fence or row.state != JobState.RUNNING:
            return
        if row.attempts >= MOST_ATTEMPTS:
            _park(row, error[:2000])
        else:
            row.error, row.lease_until = error[:2000], None
            row.state, row.run_at = JobState.QUEUED, now() + BACK_OFF * row.attempts


def backlog() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = db.session().execute(select(Job.state, func.count()).group_by(Job.state)).all()
    return {row[0]: row[1] for row in rows}
