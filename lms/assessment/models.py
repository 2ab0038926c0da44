"""Knowledge and work judged. What was answered, handed in or judged is never overwritten by a judgement."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import db

_OPEN = text("submitted_at IS NULL")


class Attempt(db.Base):
    """One go at one quiz: its questions, their order and its deadline fixed at the start, its answers kept apart.

    ``layout`` is what was put, ``draw.Put`` each: ``[{"question": id, "kind": …, "order": [ids as served], "prompts": […]}]``.
    ``closes_at`` None: no limit. Once submitted it never changes; a new mark is a new Marking.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz_id", "number"),
        Index("one_open_attempt", "enrolment_id", "quiz_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_attempts_closes_at", "closes_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    number: Mapped[int] = mapped_column(default=1)
    seed: Mapped[int]
    layout: Mapped[list[Any]]
    started_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None


class Answer(db.Base):
    """The latest answer to one question of an attempt. ``revision`` only grows."""

    __tablename__ = "answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    revision: Mapped[int]
    response: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class Marking(db.Base):
    """What an attempt was worth, by which rules. ``points``: question id to points. The latest counts."""

    __tablename__ = "markings"
    __table_args__ = (Index("ix_markings_attempt_id", "attempt_id", "id"),)

    id: Mapped[db.Id]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    mark: Mapped[db.Mark]  # out of 20
    points: Mapped[dict[str, Any]]
    rules: Mapped[str] = mapped_column(String(20))
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime]


class Submission(db.Base):
    """Work handed in, as it was: a resubmission is another row with the next number."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("enrolment_id", "assignment_id", "number"),)

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text, default="")
    ai_statement: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime]


class SubmissionFile(db.Base):
    """A file handed in. ``name`` is the participant's, for show only; the bytes live under ``key``."""

    __tablename__ = "submission_files"

    id: Mapped[db.Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(120))


class SubmissionDraft(db.Base):
    """The text typed so far, before it is handed in. ``revision`` only grows."""

    __tablename__ = "submission_drafts"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    revision: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"  # may be handed in again


class Review(db.Base):
    """A judgement of a submission by its rubric. ``levels``: criterion to 1–4; ``comments``: criterion to text. Append-only:
    the latest counts; ``version`` of the submission's reviews is their number, so a second marker meets a conflict."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: Mapped[db.Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
    assessor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    levels: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text, default="")
    mark: Mapped[db.Mark]  # out of 20
    outcome: Mapped[Outcome] = mapped_column(String(10))
    reviewed_at: Mapped[datetime]


class LiveMark(db.Base):
    """A mark out of 20 for an assessment judged on the spot. A change is a new row with its reason; the latest counts.
    ``sitting`` is 1, or 2 for the second sitting."""

    __tablename__ = "live_marks"
    __table_args__ = (
        CheckConstraint("mark >= 0 AND mark <= 2000", name="out_of_twenty"),
        Index("ix_live_marks_latest", "enrolment_id", "component_id", "id"),
    )

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    component_id: Mapped[int] = mapped_column(ForeignKey("components.id"))
    sitting: Mapped[int] = mapped_column(default=1)
    mark: Mapped[db.Mark]
    comment: Mapped[str] = mapped_column(Text, default="")
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime]


class PracticeSignOff(db.Base):
    """An assessor saw the teaching-practice task done well. ``withdrawn_at``: signed in error, with its reason."""

    __tablename__ = "practice_sign_offs"

    id: Mapped[db.Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    practice_task_id: Mapped[int] = mapped_column(ForeignKey("practice_tasks.id"))
    assessor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")


EVIDENCE = (Marking, Submission, SubmissionFile, Review, LiveMark)
"""Written once: a change is another row, with who and why."""


def _refuse_change(_mapper: object, _connection: object, target: object) -> None:
    raise RuntimeError(f"{type(target).__name__}: evidence never changes")


for _table in EVIDENCE:
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
