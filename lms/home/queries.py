"""What the first screen shows to each: one statement a question, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select

from lms import db
from lms.accounts.models import RoleGrant
from lms.assessment import queries as assessment
from lms.assessment.models import Attempt
from lms.catalogue.models import Assignment, Component, Lesson, Module, ProgrammeVersion, Quiz
from lms.clock import now, today
from lms.cohorts.arrangements import extra_days, extras
from lms.cohorts.lifecycle import LEARNING, READING, SEATED, EnrolmentState
from lms.cohorts.models import Cohort, CohortModule, Enrolment, GroupMember
from lms.cohorts.windows import allowance_of, minutes_allowed, own, own_window
from lms.credentials import queries as credentials
from lms.credentials.models import Certificate
from lms.credentials.states import LIVE
from lms.db import Record
from lms.home.steps import Act, Step, steps
from lms.learning import queries as learning
from lms.learning.models import LessonProgress
from lms.notifications.models import AnnouncementReader
from lms.permissions import Actor, Permission, Role
from lms.results.models import ModuleResult
from lms.timetable.lifecycle import LIVE as TAKING_PLACE
from lms.timetable.models import TrainingSession

RESULTS_SHOWN = 3
COHORTS_SHOWN = 8
JUST_ENDED = timedelta(days=60)


@dataclass(frozen=True)
class Place:
    """One cohort somebody follows, and how far they are in it. A module they are exempted from is done."""

    cohort: Record
    lessons: int
    done: int
    modules: int
    passed: int


@dataclass(frozen=True)
class Learner:
    """``go_on``: the lesson that Continue opens; ``opens_next``: the next module that is not open yet; ``resumes``: some
    lesson was done before. ``suspended``: places on hold. ``unread``: announcements. ``next_session``: the module whose
    session comes next, with when it starts."""

    places: Sequence[Place]
    steps: Sequence[Step]
    go_on: Record | None
    resumes: bool
    opens_next: Record | None
    results: Sequence[Record]
    certificates: Sequence[Record]
    suspended: Sequence[Record]
    unread: int
    next_session: Record | None


def learner(user_id: int) -> Learner:
    """What a participant needs to know today. Five statements."""
    day = today()
    rows = _my_modules(user_id)
    active = sorted({row.enrolment_id for row in rows if row.is_active})
    handed_in = assessment.work_states_of(active)
    asked_for = [row for row in rows if not row.is_exempted]
    to_do = steps(asked_for, _my_assessments(active), handed_in, day)
    to_read = {(step.row.enrolment_id, step.row.module_id) for step in to_do if step.act is Act.LESSONS}
    lessons = [row for row in learning.next_lessons(active).values() if (row.enrolment_id, row.module_id) in to_read]
    upcoming = sorted((row for row in rows if row.is_active and row.opens_on > day), key=lambda row: row.opens_on)
    decided = sorted((row for row in rows if row.decided_at), key=lambda row: row.decided_at, reverse=True)
    go_on = min(lessons, key=lambda row: (row.due_on, row.cohort_id), default=None)
    return Learner(
        places=_places(rows), steps=to_do, go_on=go_on, resumes=any(row.done for row in rows),
        opens_next=next(iter(upcoming), None), results=decided[:RESULTS_SHOWN],
        certificates=credentials.certificates_of(user_id), suspended=_one_each(rows, EnrolmentState.SUSPENDED),
        unread=rows[0].unread if rows else 0,
        next_session=min((row for row in rows if row.is_active and row.next_session_at), default=None,
                         key=lambda row: row.next_session_at),
    )  # fmt: skip


_LESSONS = select(func.count()).select_from(Lesson).where(Lesson.module_id == CohortModule.module_id)
_LESSONS_DONE = (
    select(func.count()).select_from(LessonProgress).join(Lesson, Lesson.id == LessonProgress.lesson_id)
    .where(LessonProgress.enrolment_id == Enrolment.id, Lesson.module_id == CohortModule.module_id,
           LessonProgress.done_at.is_not(None))
)  # fmt: skip
_STANDS = and_(
    ModuleResult.enrolment_id == Enrolment.id, ModuleResult.module_id == CohortModule.module_id,
    ModuleResult.superseded_at.is_(None),
)  # fmt: skip
_UNREAD = select(func.count()).where(
    AnnouncementReader.user_id == bindparam("user"), AnnouncementReader.read_at.is_(None)
)
_MEANT_FOR_ALL = TrainingSession.group_id.is_(None)
_MEANT_FOR_ME = TrainingSession.group_id.in_(
    select(GroupMember.group_id).where(GroupMember.enrolment_id == Enrolment.id).correlate(Enrolment)
)
_NEXT_SESSION = select(func.min(TrainingSession.starts_at)).where(
    TrainingSession.cohort_id == Enrolment.cohort_id, TrainingSession.module_id == CohortModule.module_id,
    TrainingSession.state.in_(TAKING_PLACE), TrainingSession.ends_at > bindparam("present"),
    or_(_MEANT_FOR_ALL, _MEANT_FOR_ME),
)  # fmt: skip
_MY_MODULES = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.state, (Enrolment.state.in_(LEARNING)).label("is_active"),
        Cohort.id.label("cohort_id"), Cohort.name.label("cohort_name"), Cohort.starts_on, Cohort.ends_on,
        Cohort.ends_on.label("closes_on"), ProgrammeVersion.title_fr.label("programme_fr"),
        ProgrammeVersion.title_en.label("programme_en"), Module.id.label("module_id"), Module.code, Module.title_fr,
        Module.title_en, CohortModule.opens_on, CohortModule.due_on, extra_days(),
        _LESSONS.correlate(CohortModule).scalar_subquery().label("lessons"),
        _LESSONS_DONE.correlate(Enrolment, CohortModule).scalar_subquery().label("done"),
        ModuleResult.mark, ModuleResult.passed, ModuleResult.is_exempted, ModuleResult.decided_at,
        _UNREAD.scalar_subquery().label("unread"),
        _NEXT_SESSION.correlate(Enrolment, CohortModule).scalar_subquery().label("next_session_at"),
    )
    .select_from(Enrolment).join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
    .join(CohortModule, CohortModule.cohort_id == Cohort.id).join(Module, Module.id == CohortModule.module_id)
    .outerjoin(ModuleResult, _STANDS)
    .where(Enrolment.user_id == bindparam("user"), Enrolment.state.in_((*READING, EnrolmentState.SUSPENDED)))
    .order_by(Cohort.starts_on.desc(), Cohort.id.desc(), CohortModule.position)
)  # fmt: skip
_ATTEMPTS = select(func.count()).where(Attempt.enrolment_id == Enrolment.id, Attempt.quiz_id == Quiz.id)
_UNDER_WAY = and_(Attempt.enrolment_id == Enrolment.id, Attempt.quiz_id == Quiz.id, Attempt.submitted_at.is_(None))
_MY_ASSESSMENTS = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.cohort_id, CohortModule.module_id, Module.code,
        func.coalesce(Quiz.title_fr, Assignment.title_fr).label("title_fr"),
        func.coalesce(Quiz.title_en, Assignment.title_en).label("title_en"), Quiz.id.label("quiz_id"), Quiz.minutes,
        *extras(), Assignment.id.label("assignment_id"),
        _ATTEMPTS.correlate(Enrolment, Quiz).scalar_subquery().label("attempts"), Attempt.id.label("attempt_id"),
        Attempt.closes_at,
    )
    .select_from(Enrolment).join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .join(Module, Module.id == CohortModule.module_id).join(Component, Component.module_id == Module.id)
    .outerjoin(Quiz, and_(Quiz.module_id == Module.id, Component.kind == "quiz"))
    .outerjoin(Assignment, and_(Assignment.module_id == Module.id, Component.kind == "assignment"))
    .outerjoin(Attempt, _UNDER_WAY)
    .where(Enrolment.id.in_(bindparam("enrolments", expanding=True)), CohortModule.opens_on <= bindparam("today"),
           Component.kind.in_(("quiz", "assignment")))
    .order_by(CohortModule.position, Component.position)
)  # fmt: skip


def _my_modules(user_id: int) -> Sequence[Record]:
    """Every module of somebody's cohorts with its dates, how many lessons are done, and the result that stands."""
    return [own_window(row) for row in db.read(_MY_MODULES, user=user_id, present=now())]


def _my_assessments(enrolment_ids: Sequence[int]) -> Sequence[Record]:
    """The quizzes and assignments of the modules that have opened: enrolment_id, module_id, code, quiz_id or assignment_id,
    their titles, minutes, how many ``attempts`` were made, and the open one with when it closes."""
    rows = db.read(_MY_ASSESSMENTS, enrolments=enrolment_ids, today=today())
    return [own(row, minutes=minutes_allowed(row.minutes, allowance_of(row))) for row in rows]


def _one_each(rows: Sequence[Record], *states: EnrolmentState) -> list[Record]:
    """The first row of each place in one of these states."""
    firsts: dict[int, Record] = {}
    for row in rows:
        if row.state in states:
            firsts.setdefault(row.enrolment_id, row)
    return list(firsts.values())


def _places(rows: Sequence[Record]) -> list[Place]:
    return [
        Place(
            first, lessons=sum(row.lessons for row in mine),
            done=sum(row.lessons if row.is_exempted else row.done for row in mine), modules=len(mine),
            passed=sum(bool(row.passed) for row in mine),
        )
        for first in _one_each(rows, *READING)
        for mine in [[row for row in rows if row.enrolment_id == first.enrolment_id]]
    ]  # fmt: skip


def cohorts_in_hand(by: Actor) -> Sequence[Record]:
    """The cohorts somebody leads or looks after that have not been over for long: those that lack something first, then
    those that run. Columns: id, code, name, starts_on, ends_on, capacity, ``taken`` places, has_facilitator, has_assessor,
    and, near the end, how many have passed every module and hold no certificate (``finished``)."""
    day = today()
    scope = by.scope(Permission.COHORT_VIEW)
    taken, has_facilitator, has_assessor = _taken(), _led_by(Role.FACILITATOR), _led_by(Role.ASSESSOR)
    lacks = and_(Cohort.ends_on >= day, or_(~has_facilitator, ~has_assessor, taken == 0))
    query = (
        select(
            Cohort.id, Cohort.code, Cohort.name, Cohort.starts_on, Cohort.ends_on, Cohort.capacity, taken.label("taken"),
            has_facilitator.label("has_facilitator"), has_assessor.label("has_assessor"),
            case((Cohort.ends_on <= day + timedelta(days=7), _finished()), else_=0).label("finished"),
        )
        .where(Cohort.ends_on >= day - JUST_ENDED)
        .order_by(case((lacks, 0), (Cohort.ends_on < day, 3), (Cohort.starts_on > day, 2), else_=1), Cohort.starts_on, Cohort.id)
        .limit(COHORTS_SHOWN)
    )  # fmt: skip
    return db.session().execute(query if scope is None else query.where(Cohort.id.in_(scope))).all()


def _taken() -> ColumnElement[int]:
    seated = select(func.count()).where(Enrolment.cohort_id == Cohort.id, Enrolment.state.in_(SEATED))
    return seated.correlate(Cohort).scalar_subquery()


def _led_by(role: Role) -> ColumnElement[bool]:
    live = select(1).where(RoleGrant.cohort_id == Cohort.id, RoleGrant.role == role, RoleGrant.ended_at.is_(None))
    return live.correlate(Cohort).exists()


def _finished() -> ColumnElement[int]:
    passed = select(1).where(
        ModuleResult.enrolment_id == Enrolment.id, ModuleResult.module_id == CohortModule.module_id,
        ModuleResult.superseded_at.is_(None), ModuleResult.passed,
    )  # fmt: skip
    not_passed = select(1).where(
        CohortModule.cohort_id == Enrolment.cohort_id, ~passed.correlate(Enrolment, CohortModule).exists()
    )
    held = select(1).where(Certificate.enrolment_id == Enrolment.id, Certificate.state.in_(LIVE))
    ready = select(func.count()).where(
        Enrolment.cohort_id == Cohort.id, Enrolment.state.in_(READING), ~not_passed.correlate(Enrolment).exists(),
        ~held.correlate(Enrolment).exists(),
    )  # fmt: skip
    return ready.correlate(Cohort).scalar_subquery()
