"""What was said of each person in each training session, and who signed it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import db
from lms.timetable.sheet import Presence
from lms.timetable.signing import SigningMethod


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


class SheetSignature(db.Base):
    """Somebody's word on a sheet: a participant on their own line, a facilitator on all of it (``enrolment_id`` None). ``digest``
    is of what was signed, so that a signature is known to be of something else once that changes. Append-only."""

    __tablename__ = "sheet_signatures"
    __table_args__ = (UniqueConstraint("session_id", "user_id", "digest"),)

    id: Mapped[db.Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    method: Mapped[SigningMethod] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
