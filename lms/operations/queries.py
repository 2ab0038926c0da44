"""What the installation is doing, and what was done."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, text

from lms import db, jobs
from lms.accounts.models import User
from lms.audit import AuditEvent
from lms.clock import CASABLANCA, now
from lms.db import Record
from lms.errors import Missing
from lms.jobs import Job, JobState
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Permission

VERIFY_AUDIT = "operations.verify_audit"


def _seen_by(query: Select[*tuple[Any, ...]], by: Actor) -> Select[*tuple[Any, ...]]:
    """Everybody sees the jobs they asked for; those who look after the installation see all."""
    return query if by.may(Permission.JOBS_VIEW) else query.where(Job.created_by == by.user_id)


def jobs_page(*, by: Actor, state: JobState | None = None, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Jobs, newest first. Columns: id, kind, state, done, total, attempts, created_at, finished_at, given_name, family_name."""
    query = (
        select(Job.id, Job.kind, Job.state, Job.done, Job.total, Job.attempts, Job.created_at, Job.finished_at,
               User.given_name, User.family_name)
        .outerjoin(User, User.id == Job.created_by).order_by(Job.id.desc()).limit(size + 1)
    )  # fmt: skip
    if state is not None:
        query = query.where(Job.state == state)
    place = key_of(after, 1)
    if place:
        query = query.where(Job.id < place[0])
    return page_of(db.session().execute(_seen_by(query, by)).all(), lambda row: (row.id,), size=size)


def job(job_id: int, *, by: Actor) -> Record:
    """One job. Raises Missing when it is not one of theirs."""
    columns = select(
        Job.id, Job.kind, Job.state, Job.done, Job.total, Job.attempts, Job.arguments, Job.result, Job.error,
        Job.created_at, Job.finished_at, Job.created_by,
    )  # fmt: skip
    found = db.session().execute(_seen_by(columns.where(Job.id == job_id), by)).one_or_none()
    if found is None:
        raise Missing
    return found


def job_counts() -> dict[str, int]:
    return jobs.backlog()


def oldest_wait() -> timedelta:
    """For how long the oldest job that is due has waited to be taken."""
    waiting = or_(Job.state == JobState.QUEUED, (Job.state == JobState.RUNNING) & (Job.lease_until < now()))
    oldest: datetime | None = (
        db.session().execute(select(func.min(Job.run_at)).where(waiting, Job.run_at <= now())).scalar_one()
    )
    return timedelta(0) if oldest is None else now() - oldest


def answers() -> None:
    """Ask the database for anything at all. Raises what it says when it is away."""
    db.session().execute(text("SELECT 1"))


def audit_page(
    *, action: str = "", subject: str = "", who: str = "", since: date | None = None, until: date | None = None,
    after: str | None = None, size: int = SIZE,
) -> Page[Record]:  # fmt: skip
    """Acts, newest first. ``action`` may be its beginning (``certificate``); ``who`` an e-mail address or a number; the days
    are the institute's. Columns: seq, at, action, subject, cohort_id, detail, actor_id, given_name, family_name."""
    query = (
        select(AuditEvent.seq, AuditEvent.at, AuditEvent.action, AuditEvent.subject, AuditEvent.cohort_id, AuditEvent.detail,
               AuditEvent.actor_id, User.given_name, User.family_name)
        .outerjoin(User, User.id == AuditEvent.actor_id).order_by(AuditEvent.seq.desc()).limit(size + 1)
    )  # fmt: skip
    if action:
        query = query.where(AuditEvent.action.startswith(action, autoescape=True))
    if subject:
        query = query.where(AuditEvent.subject == subject)
    if who:
        query = query.where(AuditEvent.actor_id == int(who) if _is_id(who) else User.email == who.lower())
    if since is not None:
        query = query.where(AuditEvent.at >= _start_of(since))
    if until is not None:
        query = query.where(AuditEvent.at < _start_of(until + timedelta(days=1)))
    place = key_of(after, 1)
    if place:
        query = query.where(AuditEvent.seq < place[0])
    return page_of(db.session().execute(query).all(), lambda row: (row.seq,), size=size)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, CASABLANCA)


def last_verification() -> Record | None:
    """When the audit chain was last walked, and what was found: finished_at, result."""
    done = select(Job.finished_at, Job.result).where(Job.kind == VERIFY_AUDIT, Job.state == JobState.DONE)
    return db.session().execute(done.order_by(Job.id.desc()).limit(1)).one_or_none()
