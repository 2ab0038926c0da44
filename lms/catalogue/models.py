"""What one sync published: immutable versions of courses and programmes, and all that hangs on them.

Rows below a version are written once, by ``services.sync``; a cohort keeps the version it started with. Texts are kept
rendered: no page turns Markdown into HTML. Fields ending in ``_fr`` and ``_en`` are plain words unless they say HTML.
"""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from lms import db


class Course(db.Base):
    """One subject, ``courses/cloud/``, across its versions."""

    __tablename__ = "courses"

    id: Mapped[db.Id]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_versions.id", use_alter=True, name="fk_courses_current_version_id_course_versions")
    )


class CourseVersion(db.Base):
    """A course as one sync found it. ``content_hash`` covers everything a reader sees."""

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[db.Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    number: Mapped[int]
    sync_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_syncs.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    track: Mapped[str] = mapped_column(String(5))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_fr: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    history: Mapped[list[Any]]
    published_at: Mapped[datetime]


class Module(db.Base):
    """A module of a course version. ``sheet`` is ``module.yaml`` as parsed (schema.Module): objectives, hours split,
    competencies, units, assessments. ``minutes`` is the sum of its hours. ``parts`` names its lessons, questions and
    the like with the hash of each (``services.parts``), so that two versions can be compared without their texts."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("course_version_id", "code"), Index("ix_modules_code", "code"))

    id: Mapped[db.Id]
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_versions.id"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    is_published: Mapped[bool]  # False: in preparation, a sheet only
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    sheet: Mapped[dict[str, Any]]
    parts: Mapped[list[Any]] = mapped_column(default=list)


class Lesson(db.Base):
    """One page of a module. ``slug`` is the id authors gave it; results and progress hang on it across versions."""

    __tablename__ = "lessons"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    minutes: Mapped[int]
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))


class LessonText(db.Base):
    """A lesson in one language: safe HTML, as shown."""

    __tablename__ = "lesson_texts"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(5), primary_key=True)
    objectives: Mapped[list[str]]
    html: Mapped[str] = mapped_column(Text)


class MediaFile(db.Base):
    """A picture of a module, stored by content: ``/media/<digest>.<extension>`` is where texts show it. ``key`` ends in
    the digest."""

    __tablename__ = "media_files"
    __table_args__ = (UniqueConstraint("module_id", "name"), Index("ix_media_files_key", "key"))

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))


class Question(db.Base):
    """One question. ``body`` is what is put, ``solution`` what is right; no page that puts a question loads the latter.

    Both mirror the file, each text as ``{"fr": html, "en": html}``. ``body``: ``text``; by kind ``choices`` (by id),
    ``unit`` (numeric; plain words), ``items`` (ordering), ``prompts`` and ``options`` (matching). ``solution``: ``key`` as
    in the file, ``tolerance`` (numeric), ``feedback``.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    points: Mapped[db.Mark]
    tags: Mapped[list[str]]
    competencies: Mapped[list[str]]
    body: Mapped[dict[str, Any]]
    solution: Mapped[dict[str, Any]] = mapped_column(deferred=True)


class Quiz(db.Base):
    """The selection put to a participant; instructions are HTML. ``minutes`` None: no limit. ``draw``: ``{tags, count}``
    each. When no component of its module is of kind quiz, it is for practice."""

    __tablename__ = "quizzes"

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(80))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    instructions_fr: Mapped[str] = mapped_column(Text)
    instructions_en: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int | None]
    attempts: Mapped[int]
    feedback: Mapped[str] = mapped_column(String(20))  # after_submission or never
    draw: Mapped[list[Any]]


class Rubric(db.Base):
    """How work is judged. ``criteria`` as in the file: id, title, critical, weight, and ``levels`` from ``"1"`` to ``"4"``,
    each described as ``{"fr": html, "en": html}``."""

    __tablename__ = "rubrics"
    __table_args__ = (UniqueConstraint("slug", "content_hash"),)

    id: Mapped[db.Id]
    slug: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    criteria: Mapped[list[Any]]


class Assignment(db.Base):
    """Work asked for; the brief is HTML. ``files`` is how many may be handed in; ``resubmissions`` how often it may come
    back."""

    __tablename__ = "assignments"

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), unique=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubrics.id"))
    slug: Mapped[str] = mapped_column(String(80))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    brief_fr: Mapped[str] = mapped_column(Text)
    brief_en: Mapped[str] = mapped_column(Text)
    ai_use: Mapped[str] = mapped_column(String(20))
    takes_text: Mapped[bool]
    files: Mapped[int]
    resubmissions: Mapped[int]


class Component(db.Base):
    """One assessment of a module with its weight in per cent. ``kind``: quiz, assignment or live (judged on the spot)."""

    __tablename__ = "components"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    weight: Mapped[int]
    is_practical: Mapped[bool]
    competencies: Mapped[list[str]]


class PracticeTask(db.Base):
    """A teaching-practice task of a module, in HTML; signed off, it shows T1."""

    __tablename__ = "practice_tasks"
    __table_args__ = (UniqueConstraint("module_id", "slug"),)

    id: Mapped[db.Id]
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    minutes: Mapped[int]
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    task_fr: Mapped[str] = mapped_column(Text)
    task_en: Mapped[str] = mapped_column(Text)


class Programme(db.Base):
    """The modules a cohort follows towards a certificate, across versions."""

    __tablename__ = "programmes"

    id: Mapped[db.Id]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_versions.id", use_alter=True, name="fk_programmes_current_version_id_programme_versions")
    )


class ProgrammeVersion(db.Base):
    """A programme with the very module rows it is made of. ``is_open``: all its modules are published, a cohort may start.
    ``validity_months`` None: its certificate does not expire."""

    __tablename__ = "programme_versions"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[db.Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    number: Mapped[int]
    sync_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_syncs.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    is_open: Mapped[bool]
    track: Mapped[str] = mapped_column(String(5))
    title_fr: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    summary_fr: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text)
    audience_fr: Mapped[str] = mapped_column(Text)
    audience_en: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int]
    certificate_kind: Mapped[str] = mapped_column(String(5))
    certificate_title_fr: Mapped[str] = mapped_column(String(200))
    certificate_title_en: Mapped[str] = mapped_column(String(200))
    validity_months: Mapped[int | None]
    published_at: Mapped[datetime]


class ProgrammeModule(db.Base):
    """A module's place in a programme version."""

    __tablename__ = "programme_modules"

    programme_version_id: Mapped[int] = mapped_column(ForeignKey("programme_versions.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)
    position: Mapped[int]


class CatalogueSync(db.Base):
    """One sync that changed something, and what it said it changed. ``stamp`` tells one state of the catalogue from every
    other, whatever the database. ``files`` leads from each path under ``courses/`` to its ``SourceText`` or its picture."""

    __tablename__ = "catalogue_syncs"

    id: Mapped[db.Id]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stamp: Mapped[str] = mapped_column(String(16), default=lambda: token_hex(8))
    changes: Mapped[list[Any]]
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SourceText(db.Base):
    """The very text of a course file, by its hash: what ``courses export`` gives back."""

    __tablename__ = "source_texts"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


PUBLISHED = (
    CourseVersion, Module, Lesson, LessonText, MediaFile, Question, Quiz, Rubric, Assignment, Component, PracticeTask,
    ProgrammeVersion, ProgrammeModule, CatalogueSync, SourceText,
)  # fmt: skip
"""What is written once (INV-01): a change is another version."""


def _refuse_change(_mapper: object, _connection: object, target: object) -> None:
    raise RuntimeError(f"{type(target).__name__}: what is published never changes")


for _table in PUBLISHED:
    event.listen(_table, "before_update", _refuse_change)
    event.listen(_table, "before_delete", _refuse_change)
