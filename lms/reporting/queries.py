"""One joined read for each screen: its number of statements does not grow with its people. They are built once, when the
module is loaded: building one costs more than running it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, select

from lms import db
from lms.assessment.models import Attempt, Review, Submission
from lms.catalogue.models import Assignment, Component, Lesson, Module, PracticeTask, Quiz
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.db import Record
from lms.learning import queries as learning
from lms.learning.models import LessonProgress
from lms.paging import Page
from lms.results.models import ModuleResult
from lms.results.rules import Reason, eligibility
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance


@dataclass(frozen=True)
class Standing:
    """Where one participant is in one module. ``passed`` None: no result yet; ``attendance`` None: nothing recorded."""

    done: int
    mark: object
    passed: bool | None
    attendance: Attendance | None

    @classmethod
    def of(cls, row: Record) -> "Standing":
        minutes = (row.scheduled_minutes, row.held_minutes, row.present_minutes)
        return cls(row.done, row.mark, row.passed, None if row.held_minutes is None else Attendance(*minutes))


def _done() -> ColumnElement[int]:
    """How many lessons of the module the participant has done."""
    return (
        select(func.count()).select_from(LessonProgress).join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(LessonProgress.enrolment_id == Enrolment.id, Lesson.module_id == CohortModule.module_id,
               LessonProgress.done_at.is_not(None))
        .correlate(Enrolment, CohortModule).scalar_subquery().label("done")
    )  # fmt: skip


def _lessons() -> ColumnElement[int]:
    """How many lessons the module has."""
    lessons = select(func.count()).select_from(Lesson).where(Lesson.module_id == CohortModule.module_id)
    return lessons.correlate(CohortModule).scalar_subquery().label("lessons")


def _with_standing(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
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
            _done(), ModuleResult.mark, ModuleResult.passed, AttendanceRecord.scheduled_minutes,
            AttendanceRecord.held_minutes, AttendanceRecord.present_minutes,
        )
        .select_from(Enrolment).join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
        .outerjoin(ModuleResult, stands).outerjoin(AttendanceRecord, AttendanceRecord.id == latest)
    )  # fmt: skip


@dataclass(frozen=True)
class CohortScreen:
    """``modules`` in order, each with its dates and how many ``lessons`` it has; ``standing`` by enrolment and module."""

    cohort: Record
    modules: Sequence[Record]
    people: Page[Record]
    standing: Mapping[tuple[int, int], Standing]
    judged: Mapping[int, Sequence[Record]]


def cohort_screen(cohort_id: int, *, search: str = "", after: str | None = None) -> CohortScreen:
    """A cohort with one page of its people. Five statements."""
    people = cohorts.participants(cohort_id, search=search, after=after)
    return CohortScreen(
        cohort=cohorts.cohort_row(cohort_id), modules=_modules(cohort_id), people=people,
        standing=_standing([row.id for row in people.rows]), judged=_judged(cohort_id),
    )  # fmt: skip


_MODULES = (
    select(
        CohortModule.module_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
        Module.code, Module.title_fr, Module.title_en, Module.minutes, _lessons(),
    )
    .join(Cohort, Cohort.id == CohortModule.cohort_id).join(Module, Module.id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort")).order_by(CohortModule.position)
)  # fmt: skip
_STANDING = _with_standing(select(Enrolment.id, CohortModule.module_id)).where(
    Enrolment.id.in_(bindparam("enrolments", expanding=True))
)
_PLACED = (CohortModule.module_id, CohortModule.position.label("place"))
_LIVE = (
    select(*_PLACED, literal("live").label("kind"), Component.id, Component.title_fr, Component.title_en,
           Component.position.label("rank"))
    .join(Component, Component.module_id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort"), Component.kind == "live")
)  # fmt: skip
_PRACTICE = (
    select(*_PLACED, literal("practice").label("kind"), PracticeTask.id, PracticeTask.title_fr, PracticeTask.title_en,
           PracticeTask.position.label("rank"))
    .join(PracticeTask, PracticeTask.module_id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort"))
)  # fmt: skip
_JUDGED = _LIVE.union_all(_PRACTICE).order_by("place", "kind", "rank")


def _modules(cohort_id: int) -> Sequence[Record]:
    return db.session().execute(_MODULES, {"cohort": cohort_id}).all()


def _standing(enrolment_ids: Sequence[int]) -> Mapping[tuple[int, int], Standing]:
    rows = db.session().execute(_STANDING, {"enrolments": enrolment_ids})
    return {(row.id, row.module_id): Standing.of(row) for row in rows}


def _judged(cohort_id: int) -> Mapping[int, Sequence[Record]]:
    """What assessors judge on the spot, by module: live assessments, then teaching practice."""
    judged: dict[int, list[Record]] = {}
    for row in db.session().execute(_JUDGED, {"cohort": cohort_id}):
        judged.setdefault(row.module_id, []).append(row)
    return judged


@dataclass(frozen=True)
class ProgrammeModule:
    """One module on a participant's programme page. ``reasons`` None: nothing is assessed yet."""

    row: Record
    standing: Standing
    reasons: list[Reason] | None
    assessments: Sequence["Assessed"]


@dataclass(frozen=True)
class Assessed:
    """An assessment with the mark that counts (None: none yet) and what is under way: open, waiting or returned."""

    row: Record
    mark: str | None

    @property
    def under_way(self) -> str:
        if self.row.is_open:
            return "open"
        if self.row.submission_id and self.row.outcome is None:
            return "waiting"
        return "returned" if self.row.outcome == "returned" else ""


@dataclass(frozen=True)
class Programme:
    """``place``: the participant's, with cohort and programme. ``missing``: what stands between them and the certificate, by the
    very function that decides it; empty: it may be issued. ``next``: the lesson that Continue opens."""

    place: Record
    modules: Sequence[ProgrammeModule]
    missing: list[Reason]
    next: Record | None


def programme(user_id: int, cohort_id: int) -> Programme:
    """What somebody follows in a cohort, and how far they are. Four statements. Raises Missing, ReadingPaused."""
    place = learning.reader(user_id, cohort_id)
    assessed = _assessed(place.enrolment_id)
    modules = [
        _programme_module(row, assessed.get(row.module_id, [])) for row in _programme_modules(place.enrolment_id)
    ]
    missing = eligibility(is_enrolled=True, modules=[(module.row.code, module.reasons) for module in modules])
    return Programme(place, modules, missing, learning.next_lesson(place.enrolment_id))


_PROGRAMME_MODULES = (
    _with_standing(
        select(
            CohortModule.module_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
            Module.code, Module.title_fr, Module.title_en, Module.minutes, _lessons(), ModuleResult.reasons,
            ModuleResult.components,
        )
    )
    .join(Cohort, Cohort.id == CohortModule.cohort_id).join(Module, Module.id == CohortModule.module_id)
    .where(Enrolment.id == bindparam("enrolment")).order_by(CohortModule.position)
)  # fmt: skip


def _programme_modules(enrolment_id: int) -> Sequence[Record]:
    return db.session().execute(_PROGRAMME_MODULES, {"enrolment": enrolment_id}).all()


def _programme_module(row: Record, assessed: Sequence[Record]) -> ProgrammeModule:
    marks = row.components or {}
    reasons = None if row.reasons is None else [Reason.from_json(reason) for reason in row.reasons]
    return ProgrammeModule(row, Standing.of(row), reasons, [Assessed(item, marks.get(item.slug)) for item in assessed])


_OPEN_ATTEMPT = (
    select(1)
    .where(Attempt.enrolment_id == Enrolment.id, Attempt.quiz_id == Quiz.id, Attempt.submitted_at.is_(None))
    .correlate(Enrolment, Quiz)
    .exists()
)
_LAST_SUBMISSION = (
    select(func.max(Submission.id))
    .where(Submission.enrolment_id == Enrolment.id, Submission.assignment_id == Assignment.id)
    .correlate(Enrolment, Assignment).scalar_subquery()
)  # fmt: skip
_OUTCOME = (
    select(Review.outcome).where(Review.submission_id == _LAST_SUBMISSION).order_by(Review.number.desc()).limit(1)
    .correlate(Enrolment, Assignment).scalar_subquery()
)  # fmt: skip
_ASSESSED = (
    select(
        CohortModule.module_id, Component.slug, Component.kind, Component.title_fr, Component.title_en, Component.weight,
        Quiz.id.label("quiz_id"), Assignment.id.label("assignment_id"), _OPEN_ATTEMPT.label("is_open"),
        _LAST_SUBMISSION.label("submission_id"), _OUTCOME.label("outcome"),
    )
    .select_from(Enrolment).join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .join(Component, Component.module_id == CohortModule.module_id)
    .outerjoin(Quiz, and_(Quiz.module_id == Component.module_id, Component.kind == "quiz"))
    .outerjoin(Assignment, and_(Assignment.module_id == Component.module_id, Component.kind == "assignment"))
    .where(Enrolment.id == bindparam("enrolment")).order_by(CohortModule.position, Component.position)
)  # fmt: skip


def _assessed(enrolment_id: int) -> Mapping[int, Sequence[Record]]:
    """The assessments of a participant's modules with what is under way, by module."""
    assessed: dict[int, list[Record]] = {}
    for row in db.session().execute(_ASSESSED, {"enrolment": enrolment_id}):
        assessed.setdefault(row.module_id, []).append(row)
    return assessed
