"""Work that comes round: one job for each bucket of time, so that several workers do it once between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, exists, select

from lms import db, jobs
from lms.clock import now
from lms.jobs import Job, JobState
from lms.operations.plan import Periodic

MARK = "@"
KEPT = {JobState.DONE: timedelta(days=1), JobState.PARKED: timedelta(days=7)}


@dataclass
class Schedule:
    """What one worker has seen to already, so that it asks the database once a bucket."""

    periodic: Sequence[Periodic]
    seen: dict[str, int] = field(default_factory=dict)

    def promise(self) -> None:
        """Enqueue what is due. Another worker may have, under the same key: then it is one job."""
        present = now().timestamp()
        for work in self.periodic:
            bucket = int(present // work.every.total_seconds())
            if self.seen.get(work.kind) == bucket:
                continue
            if _is_due(work):
                with db.transaction():
                    jobs.enqueue(work.kind, f"{work.kind}{MARK}{bucket}")
            self.seen[work.kind] = bucket


def _is_due(work: Periodic) -> bool:
    """Not while an earlier round goes on: rounds that fail, or take long, must not pile up."""
    with db.reading() as session:
        goes_on = exists().where(Job.kind == work.kind, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        return not session.execute(select(goes_on)).scalar_one() and (work.is_due is None or bool(work.is_due()))


def forget_old_rounds() -> None:
    """Drop rounds that went well after a day, those that were given up after a week."""
    for state, kept in KEPT.items():
        over = (Job.state == state, Job.finished_at < now() - kept, Job.key.like(f"%{MARK}%"), Job.created_by.is_(None))
        db.session().execute(delete(Job).where(*over))
