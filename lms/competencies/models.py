"""The référentiel as the course files describe it, and the levels people showed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.competencies.qualifying import Level


class Competency(db.Base):
    """What one can do and teach, by code (``CLD.2``). ``retired_at``: no longer in the référentiel, kept for what rests on it."""

    __tablename__ = "competencies"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    family: Mapped[str] = mapped_column(String(10))
    scale: Mapped[str] = mapped_column(String(10))  # mastery (N and T levels) or cefr
    position: Mapped[int]
    label_fr: Mapped[str] = mapped_column(String(240))
    label_en: Mapped[str] = mapped_column(String(240))
    references: Mapped[dict[str, Any]]
    retired_at: Mapped[datetime | None]


class JobProfile(db.Base):
    """A post the référentiel describes. ``requirements``: ``{code, mastery|cefr, importance}`` each."""

    __tablename__ = "job_profiles"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    title_fr: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160))
    title_ar: Mapped[str] = mapped_column(String(160))
    isco: Mapped[str] = mapped_column(String(6))
    requirements: Mapped[list[Any]]
    retired_at: Mapped[datetime | None]


class Attainment(db.Base):
    """A level somebody showed, with its evidence (``enrolment:3 component:41``). A later, higher one stands beside it.
    ``withdrawn_at``: the evidence turned out not to be one; the row stays and no longer counts."""

    __tablename__ = "attainments"
    __table_args__ = (UniqueConstraint("user_id", "competency_code", "evidence"),)

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    competency_code: Mapped[str] = mapped_column(ForeignKey("competencies.code"))
    mastery: Mapped[str | None] = mapped_column(String(2))  # N1 to N5
    transmission: Mapped[str | None] = mapped_column(String(2))  # T1 to T3
    cefr: Mapped[str | None] = mapped_column(String(2))
    evidence: Mapped[str] = mapped_column(String(80))
    shown_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Qualification(db.Base):
    """The right to teach a track, or a single module, at a level and for a time (docs/rules.md §9). ``source`` says what it rests
    on. One that is ended keeps its row: ``valid_until`` moves, and ``ended_by`` says who moved it."""

    __tablename__ = "qualifications"
    __table_args__ = (
        CheckConstraint("(track IS NULL) <> (module_code IS NULL)", name="track_or_module"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_in_order"),
        Index("ix_qualifications_user_id", "user_id"),
    )

    id: Mapped[db.Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    track: Mapped[str | None] = mapped_column(String(10))
    module_code: Mapped[str | None] = mapped_column(String(10))
    level: Mapped[Level] = mapped_column(String(2))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # None: until it is ended
    source: Mapped[str] = mapped_column(String(160), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
