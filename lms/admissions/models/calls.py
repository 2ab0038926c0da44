"""A call for applications and the rules it publishes beforehand."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.accounts.models import Sex
from lms.admissions.lifecycle import CallState, CriterionKind


class Call(db.Base):
    """A call for applications. Days are the institute's calendar days, both included. ``favoured_regions`` (ISO codes), the
    points for them, for women and for a year of teaching are part of what is published. ``test_floor`` is the mean score at the
    test below which nobody is interviewed."""

    __tablename__ = "calls"
    __table_args__ = (CheckConstraint("closes_on >= opens_on", name="dates_in_order"),)

    id: Mapped[db.Id]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    title_fr: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160))
    text_fr: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[CallState] = mapped_column(String(12))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    favoured_regions: Mapped[list[str]] = mapped_column(default=list)
    region_points: Mapped[db.Mark]
    women_points: Mapped[db.Mark]
    points_per_year: Mapped[db.Mark]
    test_floor: Mapped[db.Mark]
    offer_days: Mapped[int] = mapped_column(default=7)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    results_published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class CallEvent(db.Base):
    """A change of a call's state or last day, with who and why. Append-only."""

    __tablename__ = "call_events"

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    state: Mapped[CallState] = mapped_column(String(12))
    closes_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class CallTrack(db.Base):
    """What one may apply for in a call: a cohort, so many places, so many on the waiting list."""

    __tablename__ = "call_tracks"
    __table_args__ = (
        UniqueConstraint("call_id", "cohort_id"),
        CheckConstraint("places > 0 AND waiting_places >= 0", name="some_places"),
    )

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    places: Mapped[int]
    waiting_places: Mapped[int]


class CallCriterion(db.Base):
    """What counts in the ranking, and for how many points at most."""

    __tablename__ = "call_criteria"
    __table_args__ = (UniqueConstraint("call_id", "kind"),)

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[CriterionKind] = mapped_column(String(12))
    most_points: Mapped[db.Mark]


class CallQuota(db.Base):
    """At least so many percent of each track's places go to this group, if eligible candidates suffice."""

    __tablename__ = "call_quotas"
    __table_args__ = (CheckConstraint("percent BETWEEN 1 AND 100", name="a_share"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    sex: Mapped[Sex] = mapped_column(String(6), primary_key=True)
    percent: Mapped[int]


class CallDocument(db.Base):
    """A document asked for."""

    __tablename__ = "call_documents"

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    name_fr: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    is_required: Mapped[bool] = mapped_column(default=True)


class CallExaminer(db.Base):
    """Somebody to whom files of this call may be assigned."""

    __tablename__ = "call_examiners"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
