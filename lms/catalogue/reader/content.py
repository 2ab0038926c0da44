"""What reading the course files gives: their sheets and texts, checked, not yet rendered."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lms.catalogue import schema
from lms.competencies.schema import Competency, JobProfile


@dataclass(frozen=True)
class LessonText:
    """One language of a lesson; ``body`` is Markdown."""

    head: schema.LessonHead
    body: str


@dataclass(frozen=True)
class Lesson:
    """A lesson in both languages."""

    id: str
    fr: LessonText
    en: LessonText


@dataclass(frozen=True)
class Picture:
    """``name`` is as texts write it (``media/trace.png``); ``media_type`` is what the bytes say."""

    name: str
    path: Path
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Module:
    """A module's folder. In preparation it has nothing but its sheet."""

    folder: str
    sheet: schema.Module
    lessons: tuple[Lesson, ...]
    bank: schema.Bank | None
    quiz: schema.Quiz | None
    assignment: schema.Assignment | None
    rubric: schema.Rubric | None
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Course:
    folder: str
    sheet: schema.Course
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class CourseFiles:
    """All of ``courses/``: programmes and rubrics by code and id, modules within their courses."""

    competencies: tuple[Competency, ...]
    job_profiles: tuple[JobProfile, ...]
    rubrics: Mapping[str, schema.Rubric]
    programmes: tuple[schema.Programme, ...]
    courses: tuple[Course, ...]

    def modules(self) -> Iterator[Module]:
        for course in self.courses:
            yield from course.modules


def module_hash(module: Module) -> str:
    """Changes when, and only when, something a participant could notice has changed: the identity of a version."""
    lessons = [{"id": lesson.id, "fr": _text(lesson.fr), "en": _text(lesson.en)} for lesson in module.lessons]
    content = {
        "sheet": _canonical(module.sheet),
        "lessons": lessons,
        "bank": _canonical(module.bank),
        "quiz": _canonical(module.quiz),
        "assignment": _canonical(module.assignment),
        "rubric": _canonical(module.rubric),
        "pictures": {picture.name: picture.sha256 for picture in module.pictures},
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _text(text: LessonText) -> dict[str, Any]:
    return {"head": _canonical(text.head), "body": text.body}


def _canonical(value: object) -> Any:
    """As JSON. Choices keep their order, which a reader may see; fields left at their defaults do not count, so that
    a field that is new to the format leaves the hash of older files alone."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        written = ((name, getattr(value, name)) for name, field in fields if getattr(value, name) != field.default)
        return {name: _canonical(inner) for name, inner in written}
    if isinstance(value, Mapping):
        return [[str(key), _canonical(inner)] for key, inner in value.items()]
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    return str(value.normalize()) if isinstance(value, Decimal) else value
