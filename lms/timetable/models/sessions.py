"""Training sessions: planned, led, and what happened to them."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.staffing import Part


class TrainingSession(db.Base):
    """One dated meeting of a cohort, or of one of its groups: a half-day in a room, or live at a distance.

    The truth is the wall time in ``zone``; ``starts_at`` and ``ends_at`` follow from it and from ``tz_version``, the rules they
    were computed by (docs/rules.md §9). A session that is moved stays as RESCHEDULED, and another one takes its place with
    ``moved_from_id``, the same ``uid`` and a higher ``sequence``: to a calendar it is the same event.
    """

    __tablename__ = "training_sessions"
    __table_args__ = (
        CheckConstraint("ends > starts", name="times_in_order"),
        Index("ix_training_sessions_cohort_id", "cohort_id", "starts_at"),
        Index("ix_training_sessions_room_id", "room_id", "starts_at"),
        Index("ix_training_sessions_starts_at", "starts_at"),
        Index("ix_training_sessions_state", "state", "ends_at"),
    )

    id: Mapped[db.Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))  # None: the whole cohort
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    remote_link: Mapped[str] = mapped_column(String(500), default="")
    half: Mapped[Half] = mapped_column(String(10))
    day: Mapped[date]
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    tz_version: Mapped[str] = mapped_column(String(20))
    state: Mapped[SessionState] = mapped_column(String(12), default=SessionState.PLANNED)
    uid: Mapped[str] = mapped_column(String(40), index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("training_sessions.id"), unique=True)
    sheet_told_at: Mapped[datetime | None]  # its people were told that its sheet is not filled in
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class SessionFacilitator(db.Base):
    """Who leads a session, or assists."""

    __tablename__ = "session_facilitators"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    part: Mapped[Part] = mapped_column(String(10))


class SessionEvent(db.Base):
    """What became of a session, with who and why. ``change`` holds what was there before and after. Append-only."""

    __tablename__ = "session_events"

    id: Mapped[db.Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    state: Mapped[SessionState] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    change: Mapped[dict[str, Any]] = mapped_column(default=dict)
