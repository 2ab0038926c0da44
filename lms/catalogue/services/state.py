"""What is published now, as far as comparing it with files asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lms import db
from lms.catalogue.models import (
    Assignment,
    Component,
    Course,
    CourseVersion,
    Module,
    Programme,
    ProgrammeVersion,
    Question,
    Quiz,
)


@dataclass(frozen=True)
class Published:
    """Courses and programmes by code, retired ones included (their ``hash`` is None); current modules by code."""

    courses: Mapping[str, db.Record]
    modules: Mapping[str, db.Record]
    programmes: Mapping[str, db.Record]

    def modules_of(self, course: str) -> list[db.Record]:
        return [module for module in self.modules.values() if module.course == course]


def published() -> Published:
    courses = _versioned(Course, CourseVersion, CourseVersion.course_id)
    programmes = _versioned(Programme, ProgrammeVersion, ProgrammeVersion.programme_id)
    return Published(_by_code(courses), _by_code(_modules()), _by_code(programmes))


def _by_code(query: Any) -> dict[str, db.Record]:
    return {row.code: row for row in db.session().execute(query)}


def _versioned(
    thing: type[Course] | type[Programme], version: type[CourseVersion] | type[ProgrammeVersion], whose: Any
) -> Any:
    """Every course, or programme, with the version that stands (none: retired) and the number of the last one it had."""
    numbers = select(whose.label("id"), func.max(version.number).label("number")).group_by(whose).subquery()
    return (
        select(
            thing.id, thing.code, version.content_hash.label("hash"), version.title_fr, version.title_en,
            func.coalesce(numbers.c.number, 0).label("number"),
        )
        .outerjoin(version, version.id == thing.current_version_id)
        .outerjoin(numbers, numbers.c.id == thing.id).order_by(thing.code)
    )  # fmt: skip


def _modules() -> Any:
    return (
        select(
            Module.id, Module.code, Course.code.label("course"), Module.content_hash.label("hash"), Module.title_fr,
            Module.title_en, Module.parts,
        )
        .join(Course, Course.current_version_id == Module.course_version_id).order_by(Course.code, Module.position)
    )  # fmt: skip


def question_kinds(modules: Collection[str]) -> dict[tuple[str, str], str]:
    """The kind of every question these modules ever had, by module and id."""
    query = select(Module.code, Question.slug, Question.kind).join(Module, Module.id == Question.module_id)
    found = db.session().execute(query.where(Module.code.in_(modules)).distinct())
    return {(row.code, row.slug): row.kind for row in found}


def component_kinds(modules: Collection[str]) -> dict[tuple[str, str], str]:
    query = select(Module.code, Component.slug, Component.kind).join(Module, Module.id == Component.module_id)
    found = db.session().execute(query.where(Module.code.in_(modules)).distinct())
    return {(row.code, row.slug): row.kind for row in found}


def homes(table: type[Quiz] | type[Assignment], slugs: Collection[str]) -> dict[str, str]:
    """The module each of these quizzes, or assignments, was ever in."""
    query = select(table.slug, Module.code).join(Module, Module.id == table.module_id)
    return {row.slug: row.code for row in db.session().execute(query.where(table.slug.in_(slugs)).distinct())}


def module_codes(among: Collection[str]) -> set[str]:
    """Those of these codes that were ever a module's."""
    return set(db.session().scalars(select(Module.code).where(Module.code.in_(among)).distinct()))
