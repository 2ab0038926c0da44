"""What reporting keeps of its own: the views people come back to, whom somebody called, what was done to many at once, and the
figures of closed periods."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from lms import db


class SavedView(db.Base):
    """The filters of a cohort's screen under a name of one person's own. ``address`` is what stands behind the question mark:
    whoever gets the link and may see the cohort sees the same."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "cohort_id", "name"),)

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]


class Channel(StrEnum):
    """How somebody was reached."""

    PHONE = "phone"
    MAIL = "mail"
    MESSAGE = "message"
    MEETING = "meeting"
    VIDEO = "video"


class Contact(db.Base):
    """Somebody of the staff spoke or wrote to a participant. Append-only: what turns out wrong is said in another one."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_latest", "enrolment_id", "contacted_on"),)

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    contacted_on: Mapped[date]
    channel: Mapped[Channel] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    noted_at: Mapped[datetime]


class BulkAct(db.Base):
    """One act on several participants of a cohort, and what became of each. ``report``: ``{"done": [enrolment ids], "refused":
    [[enrolment id, sentence]]}``. Append-only."""

    __tablename__ = "bulk_acts"

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class KpiValue(db.Base):
    """A figure of a closed month as it was worked out, by which version of its definition (INV-17). ``scope``: ``institute``,
    ``track:DEV`` or ``cohort:12``; ``detail``: what is no fraction, such as a median. Frozen: never changed, never worked out
    again."""

    __tablename__ = "kpi_values"
    __table_args__ = (
        UniqueConstraint("code", "period", "scope"),
        CheckConstraint("denominator >= 0", name="some_denominator"),
        Index("ix_kpi_values_period", "period"),
    )

    id: Mapped[db.Id]
    code: Mapped[str] = mapped_column(String(4))
    definition: Mapped[int]
    period: Mapped[str] = mapped_column(String(7))
    scope: Mapped[str] = mapped_column(String(40))
    numerator: Mapped[int]
    denominator: Mapped[int]
    detail: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime]


def _refuse_change(_mapper: object, _connection: object, target: object) -> None:
    raise RuntimeError(f"{type(target).__name__}: what was noted never changes")


for _table in (Contact, BulkAct, KpiValue):
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
