"""``sync``: the catalogue brought to its files in one transaction, as new versions beside the old ones."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import insert, select, text, update

from lms import audit, db, storage
from lms.catalogue import queries, reader
from lms.catalogue.events import CourseVersionPublished, ProgrammeVersionPublished
from lms.catalogue.models import (
    Assignment,
    CatalogueSync,
    Component,
    Course,
    CourseVersion,
    Lesson,
    LessonText,
    MediaFile,
    Module,
    PracticeTask,
    Programme,
    ProgrammeModule,
    ProgrammeVersion,
    Question,
    Quiz,
    Rubric,
    SourceText,
)
from lms.catalogue.reader import CourseFiles
from lms.catalogue.services import rendering
from lms.catalogue.services.changes import SyncReport
from lms.catalogue.services.comparing import NewCourse, Plan, compare
from lms.catalogue.services.parts import rubric_hash
from lms.clock import now
from lms.competencies import services as competencies
from lms.errors import Stale
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor

MEDIA = "media"
_SYNC_LOCK = 7_160_002
Row = dict[str, Any]


def plan(files: CourseFiles, *, texts: Mapping[str, str] | None = None) -> SyncReport:
    """What ``sync`` would say, without doing it. Raises IdsReused."""
    return SyncReport(compare(files, texts or {}).changes)


def sync(files: CourseFiles, *, by: Actor, texts: Mapping[str, str] | None = None) -> SyncReport:
    """Publish what changed as new versions; what did not change keeps its version. Safe to repeat.

    ``texts`` are the very files by their path (``CourseFolder.texts``), kept for ``export`` and to name lines; without
    them the versions cannot be exported. Raises IdsReused.
    """
    _one_at_a_time()
    todo = compare(files, texts or {})
    if not todo.changes:
        return SyncReport()
    publication = _Publication(todo, _record_sync(files, todo, texts or {}, by))
    competencies.publish(files.competencies, files.job_profiles)
    publication.publish_courses()
    publication.publish_programmes()
    _retire(todo)
    audit.record(
        "catalogue.synced", f"catalogue_sync:{publication.sync_id}", by=by, changes=len(todo.changes),
        courses=[f"{new.course.sheet.code} {new.number}" for new in todo.courses],
        programmes=[f"{new.programme.code} {new.number}" for new in todo.programmes],
    )  # fmt: skip
    queries.forget()
    publication.tell()
    return SyncReport(todo.changes, publication.sync_id)


def _one_at_a_time() -> None:
    """A second sync waits for the first, then finds nothing to do."""
    if not db.database().is_sqlite:  # on SQLite the write gate already lets one writer in at a time
        db.session().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SYNC_LOCK})


def _record_sync(files: CourseFiles, todo: Plan, texts: Mapping[str, str], by: Actor) -> int:
    hashes = {path: hashlib.sha256(words.encode()).hexdigest() for path, words in texts.items()}
    by_hash = {hashes[path]: words for path, words in texts.items()}
    known = set(db.session().scalars(select(SourceText.hash).where(SourceText.hash.in_(by_hash))))
    _insert(SourceText, ({"hash": key, "text": words} for key, words in by_hash.items() if key not in known))
    found = {path: {"text": digest} for path, digest in hashes.items()}
    if texts:
        found |= {path: {"picture": _store(picture)} for path, picture in _pictures(files)}
    row = CatalogueSync(at=now(), by=by.user_id, changes=[change.as_json() for change in todo.changes], files=found)
    db.session().add(row)
    db.session().flush()  # its versions name it
    return row.id


def _pictures(files: CourseFiles) -> Iterator[tuple[str, reader.Picture]]:
    for course in files.courses:
        for module in course.modules:
            for picture in module.pictures:
                yield f"{course.folder}/{module.folder}/{picture.name}", picture


def _store(picture: reader.Picture) -> str:
    content = picture.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise Stale(_("%(file)s changed while it was read. Start again.", file=picture.path.name))
    return storage.put(content, MEDIA)


def _retire(todo: Plan) -> None:
    """Out of the catalogue; cohorts that follow one of its versions go on."""
    for table, ids in ((Course, todo.retired_courses), (Programme, todo.retired_programmes)):
        if ids:
            db.session().execute(update(table).where(table.id.in_(ids)).values(current_version_id=None))


class _Publication:
    """The rows of one sync: those of a table are inserted together."""

    def __init__(self, todo: Plan, sync_id: int) -> None:
        self.todo = todo
        self.sync_id = sync_id
        self.modules = {code: row.id for code, row in todo.present.modules.items()}
        self.published: list[CourseVersionPublished | ProgrammeVersionPublished] = []

    def tell(self) -> None:
        for event in self.published:
            emit(event)

    def publish_courses(self) -> None:
        courses = self.todo.courses
        ids = _ids_of(Course, [(new.course.sheet.code, new.course_id) for new in courses])
        versions = _insert_for_ids(CourseVersion, [
            {
                "course_id": course_id, "number": new.number, "sync_id": self.sync_id, "content_hash": new.content_hash,
                "published_at": now(), **rendering.course_version_row(new.course),
            }
            for course_id, new in zip(ids, courses, strict=True)
        ])  # fmt: skip
        _point(Course, ids, versions)
        self._publish_modules(zip(versions, courses, strict=True))
        self.published += map(CourseVersionPublished, versions)

    def _publish_modules(self, versions: Iterable[tuple[int, NewCourse]]) -> None:
        rows, modules = [], []
        for version_id, new in versions:
            for position, module in enumerate(new.course.modules):
                code = module.sheet.code
                parts = [part.as_json() for part in new.parts[code]]
                place = {
                    "course_version_id": version_id,
                    "position": position,
                    "content_hash": new.hashes[code],
                    "parts": parts,
                }
                rows.append(rendering.module_row(module) | place)
                modules.append(module)
        ids = _insert_for_ids(Module, rows)
        self.modules |= {module.sheet.code: module_id for module, module_id in zip(modules, ids, strict=True)}
        _publish_content(dict(zip(ids, modules, strict=True)))

    def publish_programmes(self) -> None:
        """After the courses: a version points to the newest rows of its modules."""
        programmes = self.todo.programmes
        ids = _ids_of(Programme, [(new.programme.code, new.programme_id) for new in programmes])
        sheets = self._minutes_and_state()
        versions = _insert_for_ids(ProgrammeVersion, [
            {
                "programme_id": programme_id, "number": new.number, "sync_id": self.sync_id,
                "content_hash": new.content_hash, "published_at": now(),
                "minutes": sum(sheets[code][0] for code in new.programme.modules),
                "is_open": all(sheets[code][1] for code in new.programme.modules),
                **rendering.programme_version_row(new.programme),
            }
            for programme_id, new in zip(ids, programmes, strict=True)
        ])  # fmt: skip
        _point(Programme, ids, versions)
        _insert(ProgrammeModule, (
            {"programme_version_id": version_id, "module_id": self.modules[code], "position": position}
            for version_id, new in zip(versions, programmes, strict=True)
            for position, code in enumerate(new.programme.modules)
        ))  # fmt: skip
        self.published += map(ProgrammeVersionPublished, versions)

    def _minutes_and_state(self) -> dict[str, tuple[int, bool]]:
        query = select(Module.code, Module.minutes, Module.is_published).where(Module.id.in_(self.modules.values()))
        return {row.code: (row.minutes, row.is_published) for row in db.session().execute(query)}


def _publish_content(modules: Mapping[int, reader.Module]) -> None:
    """All that hangs on these modules, by their new ids."""
    pictures = {module_id: rendering.pictures_of(module) for module_id, module in modules.items()}
    _publish_lessons(modules, pictures)
    rubrics = _publish_rubrics(modules)
    _insert(Question, (
        rendering.question_row(question, pictures[module_id]) | {"module_id": module_id}
        for module_id, module in modules.items() if module.bank for question in module.bank.questions
    ))  # fmt: skip
    _insert(Quiz, (
        rendering.quiz_row(module.quiz, pictures[module_id]) | {"module_id": module_id}
        for module_id, module in modules.items() if module.quiz
    ))  # fmt: skip
    _insert(Assignment, (
        rendering.assignment_row(module.assignment, pictures[module_id])
        | {"module_id": module_id, "rubric_id": rubrics[module_id]}
        for module_id, module in modules.items() if module.assignment
    ))  # fmt: skip
    _insert(Component, (
        row | {"module_id": module_id} for module_id, module in modules.items() for row in rendering.component_rows(module.sheet)
    ))  # fmt: skip
    _insert(PracticeTask, (
        row | {"module_id": module_id}
        for module_id, module in modules.items() for row in rendering.practice_rows(module.sheet, pictures[module_id])
    ))  # fmt: skip
    _insert(MediaFile, (
        {"module_id": module_id, "name": picture.name, "content_type": picture.media_type, "key": _store(picture)}
        for module_id, module in modules.items() for picture in module.pictures
    ))  # fmt: skip


def _publish_lessons(modules: Mapping[int, reader.Module], pictures: Mapping[int, rendering.Pictures]) -> None:
    lessons = [
        (module_id, position, lesson)
        for module_id, module in modules.items()
        for position, lesson in enumerate(module.lessons)
    ]
    ids = _insert_for_ids(
        Lesson,
        [rendering.lesson_row(lesson, position) | {"module_id": module_id} for module_id, position, lesson in lessons],
    )
    _insert(LessonText, (
        row | {"lesson_id": lesson_id}
        for lesson_id, (module_id, _position, lesson) in zip(ids, lessons, strict=True)
        for row in rendering.lesson_text_rows(lesson, pictures[module_id])
    ))  # fmt: skip


def _publish_rubrics(modules: Mapping[int, reader.Module]) -> dict[int, int]:
    """The rubric of each module; the same text is one row however many versions use it."""
    wanted = {module_id: module.rubric for module_id, module in modules.items() if module.rubric}
    keys = {module_id: (rubric.id, rubric_hash(rubric)) for module_id, rubric in wanted.items()}
    known = _rubrics({slug for slug, _hash in keys.values()})
    new = {keys[module_id]: rubric for module_id, rubric in wanted.items() if keys[module_id] not in known}
    _insert(Rubric, (rendering.rubric_row(rubric) | {"content_hash": key[1]} for key, rubric in new.items()))
    known = _rubrics({slug for slug, _hash in keys.values()}) if new else known
    return {module_id: known[key] for module_id, key in keys.items()}


def _rubrics(slugs: set[str]) -> dict[tuple[str, str], int]:
    query = select(Rubric.id, Rubric.slug, Rubric.content_hash).where(Rubric.slug.in_(slugs))
    return {(row.slug, row.content_hash): row.id for row in db.session().execute(query)}


def _ids_of(table: type[Course] | type[Programme], known: list[tuple[str, int | None]]) -> list[int]:
    """The id of each, in order; those without one are made."""
    missing = [code for code, row_id in known if row_id is None]
    made = dict(zip(missing, _insert_for_ids(table, [{"code": code} for code in missing]), strict=True))
    return [made[code] if row_id is None else row_id for code, row_id in known]


def _point(table: type[Course] | type[Programme], ids: list[int], versions: list[int]) -> None:
    """These versions are the current ones from now on."""
    rows = [{"id": row_id, "current_version_id": version} for row_id, version in zip(ids, versions, strict=True)]
    if rows:
        db.session().execute(update(table), rows)


def _insert(table: type[db.Base], rows: Iterable[Row]) -> None:
    found = list(rows)
    if found:
        db.session().execute(insert(table), found)


def _insert_for_ids(table: type[db.Base], rows: list[Row]) -> list[int]:
    """Their ids, in the order of the rows."""
    if not rows:
        return []
    made = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
    return list(db.session().scalars(made, rows))
