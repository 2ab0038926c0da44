"""Requests for exemption, what proves them, who judged them and what was decided."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.exemptions.lifecycle import RequestState

_LIVE = text("state NOT IN ('not_admissible', 'refused', 'withdrawn')")


class ExemptionRequest(db.Base):
    """A participant asks to be spared a module, or part of it (docs/rules.md §23). ``claimed`` and ``recognised`` are codes of
    competencies. ``rule_by`` and ``decide_by``: the days by which the institute answers. ``exempted_minutes``: 0 unless it was
    granted, all of the module's when in full. ``prescriptions``: what is still to be done, until ``complete_by``."""

    __tablename__ = "exemption_requests"
    __table_args__ = (
        Index("one_live_exemption", "enrolment_id", "module_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_exemption_requests_state", "state", "id"),
        CheckConstraint("exempted_minutes >= 0", name="takes_nothing_away"),
    )  # fmt: skip

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    state: Mapped[RequestState] = mapped_column(String(16))
    statement: Mapped[str] = mapped_column(Text, default="")
    experience_months: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    rule_by: Mapped[date | None]
    decide_by: Mapped[date | None]
    exempted_minutes: Mapped[int] = mapped_column(default=0)
    recognised: Mapped[list[Any]] = mapped_column(default=list)
    prescriptions: Mapped[str] = mapped_column(Text, default="")
    complete_by: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class RequestEvent(db.Base):
    """A change of a request's state, with who and why. Append-only."""

    __tablename__ = "exemption_events"

    id: Mapped[db.Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("exemption_requests.id"), index=True)
    state: Mapped[RequestState] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Proof(db.Base):
    """A document of the portfolio. ``dated_on``: the day of what it proves. Taken out it stays, with when."""

    __tablename__ = "exemption_proofs"

    id: Mapped[db.Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("exemption_requests.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    dated_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(160))
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Opinion(db.Base):
    """What one assessor holds of a request: asked first, ``given_at`` once given. Given, it never changes. ``findings``: which of
    authentic, sufficient, relevant and current the evidence is."""

    __tablename__ = "exemption_opinions"
    __table_args__ = (Index("ix_exemption_opinions_assessor_id", "assessor_id", "given_at"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("exemption_requests.id"), primary_key=True)
    assessor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    advises: Mapped[RequestState | None] = mapped_column(String(16))
    minutes: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime | None]
