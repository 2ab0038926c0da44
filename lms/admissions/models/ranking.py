"""The ranking as it was made, the offers that follow from it, and who was passed over with whose agreement."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.admissions.lifecycle import OfferOutcome
from lms.clock import CASABLANCA


class RankingRun(db.Base):
    """One computation, kept whole: ``rules`` (criteria, tracks, quotas, favoured regions) and the seed of the draw are all it
    took beside the rows. ``published_at``: this one decided. Never changed afterwards."""

    __tablename__ = "ranking_runs"

    id: Mapped[db.Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    seed: Mapped[str] = mapped_column(String(64))
    rules: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]


class RankedApplication(db.Base):
    """One application's place in a run: what went in (``facts``), its draw, its rank in the track, what follows and why
    (``reason`` is a ranking.Reason)."""

    __tablename__ = "ranked_applications"
    __table_args__ = (Index("ix_ranked_applications_order", "run_id", "track_id", "rank"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("ranking_runs.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True, index=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("call_tracks.id"))
    rank: Mapped[int]
    total: Mapped[db.Mark]
    facts: Mapped[dict[str, Any]]
    draw: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(20))
    tie_break: Mapped[str] = mapped_column(String(12), default="")


class RankingMinutes(db.Base):
    """A run's minutes for one track on paper, in one language; those of a long list come in several parts, from 1. Printed once;
    what they say follows from the run."""

    __tablename__ = "ranking_minutes"
    __table_args__ = (UniqueConstraint("run_id", "track_id", "language", "part"),)

    id: Mapped[db.Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("ranking_runs.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("call_tracks.id"))
    language: Mapped[str] = mapped_column(String(5))
    part: Mapped[int]
    key: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    made_at: Mapped[datetime]


class Offer(db.Base):
    """A place offered, kept by the seat function under ``offer:<id>`` until it is answered or ``expires_at`` is past."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("one_open_offer", "application_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("ix_offers_due", "ended_at", "expires_at"),
    )  # fmt: skip

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    is_waiting_list: Mapped[bool]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[OfferOutcome | None] = mapped_column(String(12))

    @property
    def holder(self) -> str:
        return f"offer:{self.id}"

    @property
    def last_day(self) -> date:
        """The last whole day on which it can be answered, where the institute is."""
        return (self.expires_at.astimezone(CASABLANCA) - timedelta(microseconds=1)).date()


class RankSkip(db.Base):
    """That somebody on the waiting list is passed over: proposed by one with a reason, in force once another confirms it."""

    __tablename__ = "rank_skips"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        Index("one_skip", "application_id", unique=True, sqlite_where=text("dropped_at IS NULL"),
              postgresql_where=text("dropped_at IS NULL")),
    )  # fmt: skip

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
