"""Who examines a file, and what they gave it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db


class Assignment(db.Base):
    """Somebody scores this file. Two do; a third when they are far apart (``is_third``)."""

    __tablename__ = "application_assignments"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    is_third: Mapped[bool] = mapped_column(default=False)
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Score(db.Base):
    """What one examiner gave for one criterion. A correction supersedes it; the first stays."""

    __tablename__ = "application_scores"
    __table_args__ = (
        Index(
            "one_score_in_force", "application_id", "criterion_id", "examiner_id", unique=True,
            sqlite_where=text("superseded_at IS NULL"), postgresql_where=text("superseded_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[db.Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("call_criteria.id"))
    examiner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    points: Mapped[db.Mark]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
