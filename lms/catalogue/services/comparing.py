"""The files beside what is published: what is to be done, and how it is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms import db
from lms.catalogue import reader, schema
from lms.catalogue.reader import CourseFiles, module_hash
from lms.catalogue.services.changes import Change, changed_parts
from lms.catalogue.services.parts import Part, course_hash, parts_from, parts_of, programme_hash
from lms.catalogue.services.reuse import refuse_reuse
from lms.catalogue.services.state import Published, published
from lms.competencies import services as competencies


@dataclass(frozen=True)
class NewCourse:
    """A course to publish. ``course_id`` None: it was never seen. ``hashes`` and ``parts`` by the code of the module."""

    course: reader.Course
    course_id: int | None
    number: int
    content_hash: str
    hashes: Mapping[str, str]
    parts: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True)
class NewProgramme:
    programme: schema.Programme
    programme_id: int | None
    number: int
    content_hash: str


@dataclass(frozen=True)
class Plan:
    """All that a sync has to do; the ids of courses and programmes that leave the catalogue."""

    changes: tuple[Change, ...]
    courses: tuple[NewCourse, ...]
    programmes: tuple[NewProgramme, ...]
    retired_courses: tuple[int, ...]
    retired_programmes: tuple[int, ...]
    present: Published


def compare(files: CourseFiles, texts: Mapping[str, str]) -> Plan:
    """Raises IdsReused."""
    present = published()
    hashes = {module.sheet.code: module_hash(module) for module in files.modules()}
    changed = {
        code for code, value in hashes.items() if code not in present.modules or present.modules[code].hash != value
    }
    refuse_reuse(files, changed, present.programmes, texts)
    courses = tuple(_courses_to_publish(files, present, hashes))
    programmes = tuple(_programmes_to_publish(files, present, hashes))
    gone = _gone(present.courses, {course.sheet.code for course in files.courses})
    ended = _gone(present.programmes, {programme.code for programme in files.programmes})
    changes = [
        *_framework_changes(files),
        *(change for course in courses for change in _course_changes(course, present)),
        *(change for row in gone for change in _removed_course(row, present)),
        *(_programme_change(programme, present) for programme in programmes),
        *(Change("programme", "removed", row.code, "", row.title_fr, row.title_en) for row in ended),
    ]
    retired = tuple(row.id for row in gone)
    return Plan(tuple(changes), courses, programmes, retired, tuple(row.id for row in ended), present)


def _courses_to_publish(files: CourseFiles, present: Published, hashes: Mapping[str, str]) -> Iterator[NewCourse]:
    for course in files.courses:
        own = {module.sheet.code: hashes[module.sheet.code] for module in course.modules}
        content_hash = course_hash(course, own.values())
        row = present.courses.get(course.sheet.code)
        if row is None or row.hash != content_hash:
            parts = {module.sheet.code: parts_of(module) for module in course.modules}
            yield NewCourse(course, row.id if row else None, (row.number if row else 0) + 1, content_hash, own, parts)


def _programmes_to_publish(files: CourseFiles, present: Published, hashes: Mapping[str, str]) -> Iterator[NewProgramme]:
    for programme in files.programmes:
        content_hash = programme_hash(programme, (hashes[code] for code in programme.modules))
        row = present.programmes.get(programme.code)
        if row is None or row.hash != content_hash:
            yield NewProgramme(programme, row.id if row else None, (row.number if row else 0) + 1, content_hash)


def _gone(rows: Mapping[str, db.Record], kept: set[str]) -> list[db.Record]:
    return [row for code, row in rows.items() if code not in kept and row.hash is not None]


def _framework_changes(files: CourseFiles) -> list[Change]:
    found = competencies.changes_in(files.competencies, files.job_profiles)
    return [Change(change.kind, change.act, change.code, "", change.title_fr, change.title_en) for change in found]


def _course_changes(new: NewCourse, present: Published) -> Iterator[Change]:
    sheet, row = new.course.sheet, present.courses.get(new.course.sheet.code)
    yield Change("course", "changed" if row and row.hash else "added", sheet.code, "", sheet.title.fr, sheet.title.en)
    before = {module.code: module for module in present.modules_of(sheet.code)}
    for module in new.course.modules:
        code, title = module.sheet.code, module.sheet.title
        old = before.pop(code, None)
        if old is not None and old.hash == new.hashes[code]:
            continue
        yield Change("module", "changed" if old else "added", code, sheet.code, title.fr, title.en)
        yield from changed_parts(code, parts_from(old.parts) if old else (), new.parts[code])
    for old in before.values():
        yield Change("module", "removed", old.code, sheet.code, old.title_fr, old.title_en)


def _removed_course(row: db.Record, present: Published) -> Iterator[Change]:
    yield Change("course", "removed", row.code, "", row.title_fr, row.title_en)
    for module in present.modules_of(row.code):
        yield Change("module", "removed", module.code, row.code, module.title_fr, module.title_en)


def _programme_change(new: NewProgramme, present: Published) -> Change:
    row, title = present.programmes.get(new.programme.code), new.programme.title
    return Change("programme", "changed" if row and row.hash else "added", new.programme.code, "", title.fr, title.en)
