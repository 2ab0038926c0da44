"""Who did what to which, and when: append-only, each row sealed by the hash of the one before.

Rows are gathered while the transaction runs and chained just before it commits, so that the chain's lock is held for a
moment only. ``verify`` finds edits, deletions and reordering; a cut tail shows against an anchor taken earlier.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, event, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import db
from lms.clock import now
from lms.permissions import Actor

GENESIS = "0" * 64
_CHAIN_LOCK = 7_160_001


class AuditEvent(db.Base):
    """One act. ``subject`` is ``kind:id`` (``cohort:12``); ``detail`` says what changed, without secrets or answers."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "subject"),
        Index("ix_audit_events_cohort_id", "cohort_id"),
        Index("ix_audit_events_action", "action", "seq"),
        Index("ix_audit_events_at", "at"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    cohort_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def digest(self) -> str:
        row = [
            self.seq, self.at.isoformat(timespec="microseconds"), self.actor_id, self.action, self.subject, self.cohort_id,
            self.detail, self.previous,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@event.listens_for(AuditEvent, "before_update")
@event.listens_for(AuditEvent, "before_delete")
def _refuse_change(_mapper: object, _connection: object, _target: object) -> None:
    raise RuntimeError("audit events are never changed")


def record(action: str, subject: str, *, by: Actor, cohort_id: int | None = None, **detail: Any) -> None:
    """Note an act in the current transaction. ``detail`` holds plain JSON values: before, after, reason."""
    entries = db.session().info.get("audit")
    if entries is None:
        entries = db.session().info["audit"] = []
        db.before_commit(_append)
    as_kept = json.loads(json.dumps(detail))  # what a database gives back: keys are text, and sort as text
    entries.append(
        AuditEvent(at=now(), actor_id=by.user_id, action=action, subject=subject, cohort_id=cohort_id, detail=as_kept)
    )


def _append(session: Session) -> None:
    if not db.database().is_sqlite:  # on SQLite the write gate already lets one writer in at a time
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    seq, previous = head(session)
    for entry in session.info.pop("audit"):
        seq += 1
        entry.seq, entry.previous = seq, previous
        entry.hash = previous = entry.digest()
        session.add(entry)


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold: the row's number and what is wrong with it."""

    seq: int
    problem: str


def head(session: Session) -> tuple[int, str]:
    """The last row's number and hash: an anchor to keep outside this machine."""
    last = session.execute(
        select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    return (last.seq, last.hash) if last else (0, GENESIS)


def verify(anchor: tuple[int, str] | None = None) -> Iterator[Break]:
    """Walk the chain and yield each break. With an anchor, a tail cut after it was taken is a break too."""
    expected, previous = 1, GENESIS
    for entry in db.session().scalars(select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=500)):
        if entry.seq != expected:
            yield Break(expected, "missing")
        elif entry.previous != previous:
            yield Break(entry.seq, "does not follow the one before")
        if entry.digest() != entry.hash:
            yield Break(entry.seq, "was changed")
        if anchor and entry.seq == anchor[0] and entry.hash != anchor[1]:
            yield Break(entry.seq, "differs from the anchor")
        expected, previous = entry.seq + 1, entry.hash
    if anchor and expected <= anchor[0]:
        yield Break(expected, "the tail is missing")


def count() -> int:
    return db.session().execute(select(func.count()).select_from(AuditEvent)).scalar_one()
