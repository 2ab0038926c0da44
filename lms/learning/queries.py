"""What there is to read, for whom, and how far they are.

The statements are built once, when the module is loaded: building one costs more than running it.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, bindparam, func, select

from lms import db
from lms.catalogue.models import (
    Assignment,
    Component,
    Lesson,
    LessonText,
    Module,
    PracticeTask,
    ProgrammeVersion,
    Quiz,
)
from lms.clock import today
from lms.cohorts.arrangements import extra_days
from lms.cohorts.lifecycle import LEARNING, READING, EnrolmentState
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.cohorts.windows import own_window
from lms.db import Record
from lms.errors import Missing, Refused
from lms.exemptions.lifecycle import TURNED_DOWN
from lms.exemptions.models import ExemptionRequest
from lms.exemptions.queries import is_exempted
from lms.i18n import _
from lms.learning.models import LessonProgress


class ReadingPaused(Refused):
    """The place is suspended: nothing is shown until it is active again."""

    status = 403


def _found(row: Record | None) -> Record:
    if row is None:
        raise Missing
    return row


def _readable(row: Record | None) -> Record:
    """The row, for those who may read. Raises Missing for those who are gone, ReadingPaused for those suspended."""
    row = _found(row)
    if row.state == EnrolmentState.SUSPENDED:
        raise ReadingPaused(_(
            "Your place in %(cohort)s is suspended for now. What you did is kept; your coordinator can tell you more.",
            cohort=row.cohort_name,
        ))  # fmt: skip
    if row.state not in READING:
        raise Missing
    return row


_PLACE = (
    Enrolment.id.label("enrolment_id"), Enrolment.state, Cohort.id.label("cohort_id"), Cohort.name.label("cohort_name"),
    Cohort.code.label("cohort_code"), Cohort.starts_on, Cohort.ends_on,
)  # fmt: skip
_MINE = and_(Enrolment.user_id == bindparam("user"), Enrolment.cohort_id == bindparam("cohort"))

_READER = (
    select(
        *_PLACE, ProgrammeVersion.title_fr, ProgrammeVersion.title_en, ProgrammeVersion.summary_fr,
        ProgrammeVersion.summary_en, ProgrammeVersion.minutes, ProgrammeVersion.certificate_title_fr,
        ProgrammeVersion.certificate_title_en,
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id).where(_MINE)
)  # fmt: skip
_MODULE_READER = (
    select(
        *_PLACE, Module.id.label("module_id"), Module.code, Module.title_fr, Module.title_en, Module.minutes,
        Module.is_published, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"), extra_days(),
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(CohortModule, CohortModule.cohort_id == Cohort.id).join(Module, Module.id == CohortModule.module_id)
    .where(_MINE, CohortModule.module_id == bindparam("module"))
)  # fmt: skip
_MODULE_READER_WITH_SHEET = _MODULE_READER.add_columns(
    Module.sheet, ExemptionRequest.id.label("exemption_id"), ExemptionRequest.state.label("exemption_state"),
    ExemptionRequest.exempted_minutes,
).outerjoin(ExemptionRequest, and_(
    ExemptionRequest.enrolment_id == Enrolment.id, ExemptionRequest.module_id == Module.id,
    ExemptionRequest.state.not_in(TURNED_DOWN),
))  # fmt: skip
_MODULE_WITH_SHEET = select(
    Module.id.label("module_id"), Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.is_published,
    Module.sheet,
).where(Module.id == bindparam("module"))  # fmt: skip


def reader(user_id: int, cohort_id: int) -> Record:
    """Somebody's place in a cohort with its programme: enrolment_id, state, cohort and its dates, programme titles."""
    return _readable(db.read(_READER, user=user_id, cohort=cohort_id).one_or_none())


def module_reader(user_id: int, cohort_id: int, module_id: int) -> Record:
    """The same for one module: its code, titles and window; ``cohorts.windows.window_of`` takes the row."""
    place = {"user": user_id, "cohort": cohort_id, "module": module_id}
    return own_window(_readable(db.read(_MODULE_READER, **place).one_or_none()))


def module_reader_with_sheet(user_id: int, cohort_id: int, module_id: int) -> Record:
    """The same with the module's ``sheet``: objectives, hours, competencies; and the request for exemption that was not turned
    down, if there is one: exemption_id, exemption_state, exempted_minutes."""
    place = {"user": user_id, "cohort": cohort_id, "module": module_id}
    return own_window(_readable(db.read(_MODULE_READER_WITH_SHEET, **place).one_or_none()))


def module_with_sheet(module_id: int) -> Record:
    """A module as staff preview it, outside of any cohort."""
    return _found(db.read(_MODULE_WITH_SHEET, module=module_id).one_or_none())


_LESSON = (Lesson.id, Lesson.slug, Lesson.minutes, Lesson.title_fr, Lesson.title_en)
_BARE_OUTLINE = select(*_LESSON).where(Lesson.module_id == bindparam("module")).order_by(Lesson.position)
_OUTLINE = (
    select(*_LESSON, LessonProgress.done_at)
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.enrolment_id == bindparam("enrolment")),
    )
    .where(Lesson.module_id == bindparam("module"))
    .order_by(Lesson.position)
)
_LESSON_TEXT = (
    select(*_LESSON, LessonText.objectives, LessonText.html)
    .join(LessonText, LessonText.lesson_id == Lesson.id)
    .where(
        Lesson.module_id == bindparam("module"),
        Lesson.slug == bindparam("slug"),
        LessonText.locale == bindparam("locale"),
    )
)


def outline(enrolment_id: int, module_id: int) -> Sequence[Record]:
    """A module's lessons in order with ``done_at``."""
    return db.read(_OUTLINE, enrolment=enrolment_id, module=module_id).all()


def bare_outline(module_id: int) -> Sequence[Record]:
    """The same for nobody in particular."""
    return db.read(_BARE_OUTLINE, module=module_id).all()


def lesson_in(lessons: Sequence[Record], slug: str) -> Record:
    """The one with this slug. Raises Missing."""
    return _found(next((row for row in lessons if row.slug == slug), None))


def lesson_text(module_id: int, slug: str, locale: str) -> Record:
    """A lesson in one language: id, slug, titles, minutes, objectives, html. Missing when there is none."""
    where = {"module": module_id, "slug": slug, "locale": locale}
    return _found(db.read(_LESSON_TEXT, **where).one_or_none())


_ASSESSMENTS = (
    select(
        Component.id, Component.slug, Component.kind, Component.title_fr, Component.title_en, Component.weight,
        Component.is_practical, Quiz.id.label("quiz_id"), Quiz.minutes, Assignment.id.label("assignment_id"),
    )
    .outerjoin(Quiz, and_(Quiz.module_id == Component.module_id, Component.kind == "quiz"))
    .outerjoin(Assignment, and_(Assignment.module_id == Component.module_id, Component.kind == "assignment"))
    .where(Component.module_id == bindparam("module")).order_by(Component.position)
)  # fmt: skip
_PRACTICE = (
    select(PracticeTask.id, PracticeTask.minutes, PracticeTask.title_fr, PracticeTask.title_en, PracticeTask.task_fr,
           PracticeTask.task_en)
    .where(PracticeTask.module_id == bindparam("module")).order_by(PracticeTask.position)
)  # fmt: skip


def assessments(module_id: int) -> Sequence[Record]:
    """A module's assessments in order: kind, titles, weight, is_practical, and the quiz or assignment to open, if it is one."""
    return db.read(_ASSESSMENTS, module=module_id).all()


def practice_tasks(module_id: int) -> Sequence[Record]:
    """The teaching-practice tasks of a module: what to do, as rendered HTML."""
    return db.read(_PRACTICE, module=module_id).all()


_SAID_DONE = and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.enrolment_id == Enrolment.id)
_AMONG = Enrolment.id.in_(bindparam("enrolments", expanding=True))

_PROGRESS = (
    select(
        Enrolment.id, CohortModule.module_id, func.count(LessonProgress.done_at).label("done"),
        func.count(Lesson.id).label("total"),
    )
    .join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .outerjoin(Lesson, Lesson.module_id == CohortModule.module_id).outerjoin(LessonProgress, _SAID_DONE)
    .where(_AMONG).group_by(Enrolment.id, CohortModule.module_id)
)  # fmt: skip


def progress_of(enrolment_ids: Iterable[int]) -> Mapping[int, Mapping[int, tuple[int, int]]]:
    """Lessons done and lessons there are, by enrolment and module. A module without lessons is (0, 0)."""
    progress: dict[int, dict[int, tuple[int, int]]] = {}
    for row in db.read(_PROGRESS, enrolments=list(enrolment_ids)):
        progress.setdefault(row.id, {})[row.module_id] = (row.done, row.total)
    return progress


_WAITING = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.cohort_id, CohortModule.module_id, Module.code, CohortModule.opens_on,
        CohortModule.due_on, CohortModule.due_on.label("closes_on"), extra_days(), Lesson.slug, Lesson.minutes,
        Lesson.title_fr, Lesson.title_en,
        func.row_number().over(partition_by=Enrolment.id, order_by=(CohortModule.position, Lesson.position)).label("place"),
    )
    .join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .join(Module, Module.id == CohortModule.module_id).join(Lesson, Lesson.module_id == Module.id)
    .outerjoin(LessonProgress, _SAID_DONE)
    .where(_AMONG, Enrolment.state.in_(LEARNING), CohortModule.opens_on <= bindparam("today"),
           LessonProgress.done_at.is_(None), ~is_exempted(Enrolment.id, CohortModule.module_id))
    .subquery()
)  # fmt: skip
_NEXT = select(_WAITING).where(_WAITING.c.place == 1)


def next_lessons(enrolment_ids: Iterable[int]) -> Mapping[int, Record]:
    """Where each participant goes on: the first lesson not done in the modules that are open and not exempted, in order.
    Nothing for those who have read all of that. Columns: enrolment_id, cohort_id, module_id, code, due_on, slug, minutes,
    titles."""
    rows = db.read(_NEXT, enrolments=list(enrolment_ids), today=today())
    return {row.enrolment_id: own_window(row) for row in rows}


def next_lesson(enrolment_id: int) -> Record | None:
    """The lesson that Continue opens."""
    return next_lessons([enrolment_id]).get(enrolment_id)


_LESSON_PLACE = (
    select(Enrolment.id, Enrolment.user_id, Enrolment.state, CohortModule.opens_on, CohortModule.due_on,
           Cohort.ends_on.label("closes_on"))
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .join(Lesson, Lesson.module_id == CohortModule.module_id)
    .where(Enrolment.id == bindparam("enrolment"), Lesson.id == bindparam("lesson"))
)  # fmt: skip


def lesson_place(enrolment_id: int, lesson_id: int) -> Record:
    """What deciding about a lesson needs: whose the enrolment is, its state, and the module's window. Missing when the cohort's
    programme does not hold that lesson."""
    where = {"enrolment": enrolment_id, "lesson": lesson_id}
    return _found(db.read(_LESSON_PLACE, **where).one_or_none())
