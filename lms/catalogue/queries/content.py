"""What hangs on the modules of a version: rows, never entities."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lms import db
from lms.catalogue.models import (
    Assignment,
    Component,
    Lesson,
    LessonText,
    MediaFile,
    PracticeTask,
    Question,
    Quiz,
    Rubric,
)
from lms.errors import Missing

_LESSON = Lesson.__table__.c
_QUIZ = Quiz.__table__.c
_ASSIGNMENT = Assignment.__table__.c
_COMPONENT = Component.__table__.c
_PRACTICE = PracticeTask.__table__.c


def lessons_of(module_ids: Collection[int]) -> Sequence[db.Record]:
    """All columns of the lessons, by module and place."""
    query = select(*_LESSON).where(_LESSON.module_id.in_(module_ids)).order_by(_LESSON.module_id, _LESSON.position)
    return db.session().execute(query).all()


def lesson(lesson_id: int) -> db.Record:
    return _one(select(*_LESSON).where(_LESSON.id == lesson_id))


def lesson_text(lesson_id: int, locale: str) -> db.Record:
    """``objectives`` and ``html``, as shown."""
    found = select(LessonText.objectives, LessonText.html)
    return _one(found.where(LessonText.lesson_id == lesson_id, LessonText.locale == locale))


def quizzes_of(module_ids: Collection[int]) -> Sequence[db.Record]:
    query = select(*_QUIZ).where(_QUIZ.module_id.in_(module_ids)).order_by(_QUIZ.module_id)
    return db.session().execute(query).all()


def assignments_of(module_ids: Collection[int]) -> Sequence[db.Record]:
    query = select(*_ASSIGNMENT).where(_ASSIGNMENT.module_id.in_(module_ids)).order_by(_ASSIGNMENT.module_id)
    return db.session().execute(query).all()


def components_of(module_ids: Collection[int]) -> Sequence[db.Record]:
    """What makes up the result of each module, with its weight."""
    query = select(*_COMPONENT).where(_COMPONENT.module_id.in_(module_ids))
    return db.session().execute(query.order_by(_COMPONENT.module_id, _COMPONENT.position)).all()


def practice_tasks_of(module_ids: Collection[int]) -> Sequence[db.Record]:
    query = select(*_PRACTICE).where(_PRACTICE.module_id.in_(module_ids))
    return db.session().execute(query.order_by(_PRACTICE.module_id, _PRACTICE.position)).all()


def rubric(rubric_id: int) -> db.Record:
    return _one(select(*Rubric.__table__.c).where(Rubric.id == rubric_id))


def questions_of(module_id: int) -> Sequence[db.Record]:
    """The bank of a module, without what is right."""
    query = select(
        Question.id, Question.slug, Question.kind, Question.points, Question.tags, Question.competencies, Question.body
    )
    return db.session().execute(query.where(Question.module_id == module_id).order_by(Question.id)).all()


def solutions_of(question_ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """What is right, and why, by question."""
    query = select(Question.id, Question.solution).where(Question.id.in_(question_ids))
    return {row.id: row.solution for row in db.session().execute(query)}


def picture(digest: str) -> db.Record:
    """Where the picture with this SHA-256 is stored, and its type."""
    query = select(MediaFile.key, MediaFile.content_type).where(MediaFile.key == f"media/{digest[:2]}/{digest}")
    return _one(query.limit(1))


def _one(query: Any) -> db.Record:
    found: db.Record | None = db.session().execute(query).one_or_none()
    if found is None:
        raise Missing
    return found
