"""What was said of each person in each training session."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.timetable.sheet import Presence


class AttendanceEntry(db.Base):
    """One act on a line of an attendance sheet. The latest of a person in a session counts; the others stay. ``minutes`` as in
    ``sheet.Line``."""

    __tablename__ = "attendance_entries"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="no_negative_minutes"),
        Index("ix_attendance_entries_latest", "session_id", "enrolment_id", "id"),
    )

    id: Mapped[db.Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    presence: Mapped[Presence] = mapped_column(String(12))
    minutes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
