"""The catalogue as everybody may see it now, kept in the process until a sync moves its stamp.

The stamp is read at most every two seconds, so that a sync in another process shows after two seconds at the latest and
pages for visitors need no statement in between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Any

from sqlalchemy import select

from lms import db
from lms.catalogue.models import CatalogueSync, Course, CourseVersion, Module, Programme, ProgrammeModule
from lms.catalogue.queries.versions import programmes
from lms.catalogue.search import folded
from lms.competencies import queries as competencies

FRESH = 2.0


@dataclass(frozen=True)
class ModuleOnShelf:
    """A current module. ``sheet`` is ``module.yaml`` as parsed; ``haystack`` is what searching looks in."""

    id: int
    code: str
    course: str
    title_fr: str
    title_en: str
    minutes: int
    is_published: bool
    sheet: Mapping[str, Any]
    haystack: str


@dataclass(frozen=True)
class HistoryLine:
    """A change of a course that its authors tell about. ``decision`` None: no decision asked for it."""

    on: date
    what: Mapping[str, str]
    decision: str | None


@dataclass(frozen=True)
class CourseOnShelf:
    """The current version of a course: its modules in teaching order, its history newest first."""

    code: str
    number: int
    track: str
    title_fr: str
    title_en: str
    summary_fr: str
    summary_en: str
    history: tuple[HistoryLine, ...]
    published_at: datetime
    modules: tuple[ModuleOnShelf, ...]
    haystack: str

    @property
    def published(self) -> int:
        return sum(module.is_published for module in self.modules)


@dataclass(frozen=True)
class ProgrammeOnShelf:
    """The current version of a programme (``row``: all its columns and ``code``) with its modules in order."""

    row: db.Record
    modules: tuple[ModuleOnShelf, ...]
    haystack: str


@dataclass(frozen=True)
class Catalogue:
    """All that is current, in the order of its pages: courses by code, programmes that are open first."""

    stamp: str
    courses: tuple[CourseOnShelf, ...]
    modules: Mapping[str, ModuleOnShelf]
    programmes: tuple[ProgrammeOnShelf, ...]
    competencies: tuple[db.Record, ...]
    job_profiles: tuple[db.Record, ...]

    def course(self, code: str) -> CourseOnShelf | None:
        return next((course for course in self.courses if course.code == code), None)

    def programme(self, code: str) -> ProgrammeOnShelf | None:
        return next((programme for programme in self.programmes if programme.row.code == code), None)

    def programmes_with(self, module_codes: Iterable[str]) -> list[ProgrammeOnShelf]:
        """The programmes that any of these modules belongs to."""
        codes = set(module_codes)
        return [programme for programme in self.programmes if codes & {module.code for module in programme.modules}]


@dataclass(frozen=True)
class _Seen:
    stamp: str
    at: float


_seen: _Seen | None = None
_kept: Catalogue | None = None


def stamp() -> str:
    """Names the present state of the catalogue; empty before the first sync."""
    global _seen
    seen = _seen
    if seen is None or monotonic() - seen.at > FRESH:
        newest = select(CatalogueSync.stamp).order_by(CatalogueSync.id.desc()).limit(1)
        seen = _seen = _Seen(db.session().execute(newest).scalar_one_or_none() or "", monotonic())
    return seen.stamp


def forget() -> None:
    """Look again at the next question: this very process has published something."""
    global _seen, _kept
    _seen = _kept = None


def catalogue() -> Catalogue:
    """The current catalogue: no statement while it is warm. Before the first sync nothing is kept."""
    global _kept
    present, kept = stamp(), _kept
    if kept is None or not present or kept.stamp != present:
        kept = _kept = _read(present)
    return kept


def _read(present: str) -> Catalogue:
    modules = _modules()
    by_code = {module.code: module for course in modules.values() for module in course}
    return Catalogue(
        stamp=present,
        courses=_courses(modules),
        modules=by_code,
        programmes=_programmes(by_code),
        competencies=tuple(competencies.competencies()),
        job_profiles=tuple(competencies.job_profiles()),
    )


def _modules() -> dict[str, tuple[ModuleOnShelf, ...]]:
    """By the code of their course."""
    query = (
        select(
            Module.id, Module.code, Course.code.label("course"), Module.title_fr, Module.title_en, Module.minutes,
            Module.is_published, Module.sheet,
        )
        .join(Course, Course.current_version_id == Module.course_version_id).order_by(Module.course_version_id, Module.position)
    )  # fmt: skip
    found: dict[str, list[ModuleOnShelf]] = {}
    for row in db.session().execute(query):
        found.setdefault(row.course, []).append(ModuleOnShelf(**row._mapping, haystack=_module_words(row)))
    return {code: tuple(modules) for code, modules in found.items()}


def _module_words(row: db.Record) -> str:
    texts = [row.sheet.get("aim"), *row.sheet.get("objectives", ())]
    pairs = [words for text in texts if text for words in text.values()]
    return folded(row.code, row.title_fr, row.title_en, *pairs)


def _courses(modules: Mapping[str, tuple[ModuleOnShelf, ...]]) -> tuple[CourseOnShelf, ...]:
    query = (
        select(
            Course.code, CourseVersion.number, CourseVersion.track, CourseVersion.title_fr, CourseVersion.title_en,
            CourseVersion.summary_fr, CourseVersion.summary_en, CourseVersion.history, CourseVersion.published_at,
        )
        .join(CourseVersion, CourseVersion.id == Course.current_version_id).order_by(Course.code)
    )  # fmt: skip
    return tuple(
        CourseOnShelf(
            **dict(row._mapping, history=_history(row.history)),
            modules=modules.get(row.code, ()),
            haystack=folded(row.code, row.title_fr, row.title_en, row.summary_fr, row.summary_en),
        )
        for row in db.session().execute(query)
    )


def _history(lines: list[dict[str, Any]]) -> tuple[HistoryLine, ...]:
    read = (HistoryLine(date.fromisoformat(line["date"]), line["what"], line["decision"]) for line in lines)
    return tuple(sorted(read, key=lambda line: line.on, reverse=True))


def _programmes(modules: Mapping[str, ModuleOnShelf]) -> tuple[ProgrammeOnShelf, ...]:
    """Its modules may be rows of an older version of their course; by their hash they say the same as the current ones."""
    places = (
        select(ProgrammeModule.programme_version_id, Module.code)
        .join(Programme, Programme.current_version_id == ProgrammeModule.programme_version_id)
        .join(Module, Module.id == ProgrammeModule.module_id).order_by(ProgrammeModule.position)
    )  # fmt: skip
    codes: dict[int, list[str]] = {}
    for row in db.session().execute(places):
        codes.setdefault(row.programme_version_id, []).append(row.code)
    found = [
        ProgrammeOnShelf(
            row,
            tuple(modules[code] for code in codes.get(row.id, ()) if code in modules),
            folded(
                row.code, row.title_fr, row.title_en, row.summary_fr, row.summary_en, row.audience_fr, row.audience_en
            ),
        )
        for row in programmes()
    ]
    return tuple(sorted(found, key=lambda programme: not programme.row.is_open))
