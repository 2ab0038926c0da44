"""Where a participant is in a module, read in the same statement as the module or the person."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from lms.assessment.models import Attempt, Submission
from lms.catalogue.models import Assignment, Component, Lesson, Quiz
from lms.cohorts.models import CohortModule, Enrolment
from lms.db import Record
from lms.exemptions.queries import minutes_exempted
from lms.learning.models import LessonProgress
from lms.results.models import ModuleResult
from lms.results.rules import Reason
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance, spared


@dataclass(frozen=True)
class Standing:
    """Where one participant is in one module. ``passed`` None: no result yet; ``attendance`` None: nothing recorded;
    ``reasons`` None: nothing is assessed yet; ``undone``: as ``undone`` counts, where that was asked. ``is_exempted``: passed by
    prior learning; ``minutes_exempted`` of the module, which ``attendance`` does not ask for."""

    done: int
    mark: Decimal | None
    passed: bool | None
    attendance: Attendance | None
    reasons: list[Reason] | None
    undone: int = 0
    is_exempted: bool = False
    minutes_exempted: int = 0

    @classmethod
    def of(cls, row: Record) -> "Standing":
        minutes = (row.scheduled_minutes, row.held_minutes, row.present_minutes)
        attendance = None if row.held_minutes is None else spared(Attendance(*minutes), row.minutes_exempted)
        return cls(
            row.done, row.mark, row.passed, attendance,
            None if row.reasons is None else [Reason.from_json(reason) for reason in row.reasons],
            getattr(row, "undone", 0), bool(row.is_exempted), row.minutes_exempted,
        )  # fmt: skip


def _done() -> ColumnElement[int]:
    """How many lessons of the module the participant has done."""
    return (
        select(func.count()).select_from(LessonProgress).join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.enrolment_id == Enrolment.id, Lesson.module_id == CohortModule.module_id,
               LessonProgress.done_at.is_not(None))
        .correlate(Enrolment, CohortModule).scalar_subquery().label("done")
    )  # fmt: skip


def lessons_of_module() -> ColumnElement[int]:
    """How many lessons the module has."""
    lessons = select(func.count()).select_from(Lesson).where(Lesson.module_id == CohortModule.module_id)
    return lessons.correlate(CohortModule).scalar_subquery().label("lessons")


def with_standing(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query over enrolments and cohort modules, with the result that stands and the latest attendance beside them."""
    stands = and_(
        ModuleResult.enrolment_id == Enrolment.id, ModuleResult.module_id == CohortModule.module_id,
        ModuleResult.superseded_at.is_(None),
    )  # fmt: skip
    latest = (
        select(func.max(AttendanceRecord.id))
        .where(AttendanceRecord.enrolment_id == Enrolment.id, AttendanceRecord.module_id == CohortModule.module_id)
        .correlate(Enrolment, CohortModule).scalar_subquery()
    )  # fmt: skip
    return (
        query.add_columns(
            _done(), ModuleResult.mark, ModuleResult.passed, ModuleResult.is_exempted, ModuleResult.reasons,
            minutes_exempted(Enrolment.id, CohortModule.module_id), AttendanceRecord.scheduled_minutes,
            AttendanceRecord.held_minutes, AttendanceRecord.present_minutes,
        )
        .select_from(Enrolment).join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
        .outerjoin(ModuleResult, stands).outerjoin(AttendanceRecord, AttendanceRecord.id == latest)
    )  # fmt: skip


def undone() -> ColumnElement[int]:
    """How many quizzes and assignments of the module the participant has not answered or handed in once: what waits for
    somebody else's judgement is done."""
    answered = (
        select(1).select_from(Attempt).join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.module_id == Component.module_id, Attempt.enrolment_id == Enrolment.id, Attempt.submitted_at.is_not(None))
        .correlate(Component, Enrolment).exists()
    )  # fmt: skip
    handed_in = (
        select(1).select_from(Submission).join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.module_id == Component.module_id, Submission.enrolment_id == Enrolment.id)
        .correlate(Component, Enrolment).exists()
    )  # fmt: skip
    to_do = or_(and_(Component.kind == "quiz", ~answered), and_(Component.kind == "assignment", ~handed_in))
    return (
        select(func.count(Component.id)).where(Component.module_id == CohortModule.module_id, to_do)
        .correlate(Enrolment, CohortModule).scalar_subquery().label("undone")
    )  # fmt: skip
