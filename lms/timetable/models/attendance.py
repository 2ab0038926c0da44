"""How long people were there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db


class AttendanceRecord(db.Base):
    """One participant's minutes in one module, as read off the sign-in sheets. The latest row counts; the others stay."""

    __tablename__ = "attendance_records"
    __table_args__ = (
        CheckConstraint("present_minutes >= 0 AND present_minutes <= held_minutes", name="within_held"),
        CheckConstraint("held_minutes <= scheduled_minutes AND scheduled_minutes > 0", name="within_scheduled"),
        Index("ix_attendance_records_latest", "enrolment_id", "module_id", "id"),
    )

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    scheduled_minutes: Mapped[int]
    held_minutes: Mapped[int]
    present_minutes: Mapped[int]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_sessions.id"))  # None: typed off paper
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
