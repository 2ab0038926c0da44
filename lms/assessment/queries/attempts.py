"""Quizzes and what participants made of them. Solutions are read by ``questions_to_mark`` and ``put_questions(solved)`` only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Result

from lms import db
from lms.accounts.models import User
from lms.assessment.draw import Put
from lms.assessment.models import Answer, Attempt, Marking
from lms.assessment.responses import Response
from lms.catalogue.models import Course, Module, Question, Quiz
from lms.clock import now, today
from lms.cohorts.arrangements import extra_attempts, extras
from lms.cohorts.lifecycle import LEARNING, READING
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.cohorts.windows import WindowState, allowance_of, minutes_allowed, own, own_window, window_of
from lms.db import Record
from lms.errors import Missing

GRACE = timedelta(seconds=15)
"""Answers on their way when the time is over still count (docs/rules.md §6)."""

MARK = (
    select(Marking.mark).where(Marking.attempt_id == Attempt.id).order_by(Marking.id.desc()).limit(1).scalar_subquery()
)
"""The marking of an attempt that counts."""


def is_over(closes_at: datetime | None) -> bool:
    """Whether deadline and grace are past."""
    return closes_at is not None and now() > closes_at + GRACE


_QUIZ_FOR = (
    select(
        Quiz.id, Quiz.module_id, Quiz.title_fr, Quiz.title_en, Quiz.instructions_fr, Quiz.instructions_en, Quiz.minutes,
        Quiz.attempts, Quiz.feedback, Quiz.draw, Module.code.label("module"), Enrolment.id.label("enrolment_id"),
        Enrolment.state, Enrolment.cohort_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
        *extras(),
    )
    .join(Module, Module.id == Quiz.module_id)
    .join(CohortModule, CohortModule.module_id == Quiz.module_id)
    .join(Cohort, Cohort.id == CohortModule.cohort_id)
    .join(Enrolment, Enrolment.cohort_id == Cohort.id)
    .where(
        Quiz.id == bindparam("quiz"), Enrolment.id == bindparam("enrolment"), Enrolment.user_id == bindparam("user"),
        Enrolment.state.in_(READING),
    )
)  # fmt: skip
_MADE = (
    select(Attempt.id, Attempt.number, Attempt.started_at, Attempt.closes_at, Attempt.submitted_at, MARK.label("mark"))
    .where(Attempt.enrolment_id == bindparam("enrolment"), Attempt.quiz_id == bindparam("quiz")).order_by(Attempt.number)
)  # fmt: skip
_TAGS = select(Question.id, Question.tags).where(Question.module_id == bindparam("module"))
_QUESTIONS = select(Question.id, Question.kind, Question.points, Question.body).where(
    Question.id.in_(bindparam("questions", expanding=True))
)
_ATTEMPT = (
    select(
        Attempt.id, Attempt.number, Attempt.started_at, Attempt.closes_at, Attempt.submitted_at, Attempt.layout,
        Attempt.enrolment_id, Attempt.quiz_id, Quiz.module_id, Quiz.title_fr, Quiz.title_en, Quiz.minutes, Quiz.feedback,
        (Quiz.attempts + extra_attempts(Quiz.module_id)).label("attempts_allowed"), Module.code.label("module"),
        Enrolment.state, Enrolment.cohort_id,
    )
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .join(Module, Module.id == Quiz.module_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(Attempt.id == bindparam("attempt"))
)  # fmt: skip
_MINE = _ATTEMPT.where(Enrolment.user_id == bindparam("user"), Enrolment.state.in_(READING))
_MINE_TO_WRITE = _ATTEMPT.where(
    Enrolment.user_id == bindparam("user"), Enrolment.state.in_(LEARNING)
).with_for_update(key_share=True, of=Attempt)  # fmt: skip


def quiz_for(user_id: int | None, enrolment_id: int, quiz_id: int) -> Record:
    """The quiz as this participant meets it, with the window of its module in their cohort. Missing before that opens."""
    found = _one(db.read(_QUIZ_FOR, quiz=quiz_id, enrolment=enrolment_id, user=user_id))
    if window_of(found, today()) is WindowState.UPCOMING:
        raise Missing
    return _own_quiz(found)


def _own_quiz(row: Record) -> Record:
    """The quiz with one person's own dates, time and attempts."""
    allowance = allowance_of(row)
    return own(
        own_window(row), minutes=minutes_allowed(row.minutes, allowance), attempts=row.attempts + allowance.attempts
    )


def attempts_of(enrolment_id: int, quiz_id: int) -> Sequence[Record]:
    """Every attempt in order: id, number, started_at, closes_at, submitted_at, mark."""
    return db.read(_MADE, enrolment=enrolment_id, quiz=quiz_id).all()


def bank_of(module_id: int) -> dict[int, list[str]]:
    """The tags of each question of a module."""
    return {row.id: row.tags for row in db.read(_TAGS, module=module_id)}


def questions(question_ids: Sequence[int]) -> dict[int, Record]:
    """Kind, points and body of questions, without their solutions."""
    return {row.id: row for row in db.read(_QUESTIONS, questions=list(question_ids))}


def attempt_of(user_id: int | None, attempt_id: int) -> Record:
    """One's own attempt, whatever its state. Missing for everybody else."""
    return _one(db.read(_MINE, attempt=attempt_id, user=user_id))


def attempt_to_write(user_id: int | None, attempt_id: int) -> Record:
    """One's own attempt while one may take quizzes, held so that writing and handing in come one after the other."""
    return _one(db.read(_MINE_TO_WRITE, attempt=attempt_id, user=user_id))


def attempt_to_close(attempt_id: int) -> Record:
    """Anybody's attempt, for the institute that closes it."""
    return _one(db.read(_ATTEMPT, attempt=attempt_id))


def _one(rows: Result[*tuple[Any, ...]]) -> Record:
    found = rows.one_or_none()
    if found is None:
        raise Missing
    return found


def layout_of(attempt: Record) -> list[Put]:
    return [Put.from_json(row) for row in attempt.layout]


@dataclass(frozen=True)
class Given:
    """An answer as kept."""

    response: Response
    revision: int
    saved_at: datetime


_ANSWERS = select(Answer.question_id, Answer.response, Answer.revision, Answer.saved_at).where(
    Answer.attempt_id == bindparam("attempt")
)
_ANSWERS_TO = _ANSWERS.where(Answer.question_id.in_(bindparam("questions", expanding=True)))
_TO_MARK = (
    select(Question.id, Question.points, Question.solution, Question.body, Answer.response)
    .outerjoin(Answer, and_(Answer.attempt_id == bindparam("attempt"), Answer.question_id == Question.id))
    .where(Question.id.in_(bindparam("questions", expanding=True)))
)  # fmt: skip


def responses_of(attempt_id: int, question_ids: Sequence[int] | None = None) -> dict[int, Given]:
    """The answers kept so far, by question."""
    rows = (
        db.read(_ANSWERS, attempt=attempt_id) if question_ids is None
        else db.read(_ANSWERS_TO, attempt=attempt_id, questions=list(question_ids))
    )  # fmt: skip
    return {row.question_id: Given(row.response["value"], row.revision, row.saved_at) for row in rows}


def questions_to_mark(attempt_id: int, question_ids: Sequence[int]) -> Sequence[Record]:
    """Points, solution and body of each question with the answer to it, None where there is none."""
    return db.read(_TO_MARK, attempt=attempt_id, questions=list(question_ids)).all()


@dataclass(frozen=True)
class PutQuestion:
    """A question on a page: what was put, what was answered; ``earned`` and ``solution`` only where they may be shown."""

    number: int
    put: Put
    body: Mapping[str, Any]
    points: Decimal
    response: Response
    revision: int = 0
    solution: Mapping[str, Any] | None = None
    earned: Decimal | None = None


def put_questions(attempt: Record) -> list[PutQuestion]:
    """The questions of an attempt in their order with the answers kept so far. Two statements; no solutions."""
    layout, given = layout_of(attempt), responses_of(attempt.id)
    rows = questions([put.question_id for put in layout])
    nothing = Given(None, 0, attempt.started_at)
    return [
        PutQuestion(
            number, put, rows[put.question_id].body, rows[put.question_id].points,
            given.get(put.question_id, nothing).response, given.get(put.question_id, nothing).revision,
        )
        for number, put in enumerate(layout, 1)
    ]  # fmt: skip


def solved_questions(attempt: Record, points: Mapping[str, str]) -> list[PutQuestion]:
    """The same once it is marked, with what is right and what each was worth."""
    layout = layout_of(attempt)
    rows = {row.id: row for row in questions_to_mark(attempt.id, [put.question_id for put in layout])}
    return [
        PutQuestion(
            number, put, rows[put.question_id].body, rows[put.question_id].points,
            (rows[put.question_id].response or {}).get("value"), solution=rows[put.question_id].solution,
            earned=Decimal(points.get(str(put.question_id), "0")),
        )
        for number, put in enumerate(layout, 1)
    ]  # fmt: skip


def marking_of(attempt_id: int) -> Record | None:
    """The marking that counts: mark, points by question id, rules."""
    latest = select(Marking.mark, Marking.points, Marking.rules, Marking.marked_at).where(
        Marking.attempt_id == attempt_id
    )
    return db.session().execute(latest.order_by(Marking.id.desc()).limit(1)).one_or_none()


def open_attempts_of(user_id: int) -> Sequence[Record]:
    """What somebody has begun and not handed in: id, enrolment_id, quiz_id, titles, module, started_at, closes_at."""
    return db.session().execute(
        select(
            Attempt.id, Attempt.enrolment_id, Attempt.quiz_id, Quiz.title_fr, Quiz.title_en, Module.code.label("module"),
            Attempt.started_at, Attempt.closes_at,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Module, Module.id == Quiz.module_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Enrolment.user_id == user_id, Enrolment.state.in_(LEARNING), Attempt.submitted_at.is_(None)
        )
        .order_by(Attempt.closes_at, Attempt.id)
    ).all()  # fmt: skip


def attempts_to_move(user_id: int) -> Sequence[Record]:
    """What somebody has begun, for whose deadline their arrangements are looked at again: id, started_at, closes_at, and as
    ``quiz_for`` the person's own minutes and closes_on. Other writers wait."""
    rows = db.session().execute(
        select(Attempt.id, Attempt.started_at, Attempt.closes_at.label("ends_at"), Quiz.minutes, Quiz.attempts,
               CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"), *extras())
        .join(Quiz, Quiz.id == Attempt.quiz_id).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortModule, and_(CohortModule.cohort_id == Cohort.id, CohortModule.module_id == Quiz.module_id))
        .where(Enrolment.user_id == user_id, Attempt.submitted_at.is_(None)).order_by(Attempt.id).with_for_update(of=Attempt)
    )  # fmt: skip
    return [_own_quiz(row) for row in rows]


def overdue_attempts() -> Sequence[int]:
    """Attempts left open past their deadline and grace, oldest first."""
    late = select(Attempt.id).where(Attempt.submitted_at.is_(None), Attempt.closes_at < now() - GRACE)
    return db.session().execute(late.order_by(Attempt.closes_at)).scalars().all()


def is_any_overdue() -> bool:
    """Whether there is anything for ``assessment.close_overdue`` to do."""
    return bool(overdue_attempts())


def quizzes_to_preview() -> Sequence[Record]:
    """The quizzes of the courses as they stand now."""
    return (
        db.session()
        .execute(
            select(Quiz.id, Quiz.title_fr, Quiz.title_en, Quiz.minutes, Module.code.label("module"))
            .join(Module, Module.id == Quiz.module_id)
            .join(Course, Course.current_version_id == Module.course_version_id)
            .order_by(Module.code)
        )
        .all()
    )


def quiz_to_preview(quiz_id: int, user_id: int | None) -> Record:
    """A quiz for staff. ``is_followed``: they are to take it themselves, in a cohort that is not over for them."""
    followed = (
        select(1).select_from(Enrolment)
        .join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
        .join(User, User.id == Enrolment.user_id)
        .where(
            User.id == user_id, CohortModule.module_id == Quiz.module_id,
            Enrolment.state.in_((*LEARNING, EnrolmentState.SUSPENDED)),
        ).exists()
    )  # fmt: skip
    return _one(db.session().execute(
        select(
            Quiz.id, Quiz.module_id, Quiz.title_fr, Quiz.title_en, Quiz.instructions_fr, Quiz.instructions_en, Quiz.minutes,
            Quiz.feedback, Quiz.draw, Module.code.label("module"), followed.label("is_followed"),
        ).join(Module, Module.id == Quiz.module_id).where(Quiz.id == quiz_id)
    ))  # fmt: skip


def solutions(question_ids: Sequence[int]) -> Sequence[Record]:
    """Questions with what is right, for marking in memory."""
    columns = select(Question.id, Question.points, Question.body, Question.solution)
    return db.session().execute(columns.where(Question.id.in_(question_ids))).all()
