"""What of the catalogue answers a search, track by track. No statement of its own: it reads the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.catalogue.queries.shelf import Catalogue, CourseOnShelf, ModuleOnShelf, ProgrammeOnShelf
from lms.catalogue.search import is_in

TRACKS = ("DEV", "CLD", "SEC", "DAT", "AIO", "TRV")


@dataclass(frozen=True)
class FoundCourse:
    """A course with those of its modules that were found; all of them when the course itself was."""

    course: CourseOnShelf
    modules: Sequence[ModuleOnShelf]


@dataclass(frozen=True)
class FoundTrack:
    track: str
    programmes: Sequence[ProgrammeOnShelf]
    courses: Sequence[FoundCourse]


def find(catalogue: Catalogue, search: str = "", track: str = "") -> list[FoundTrack]:
    """Tracks in which something holds every word of ``search``; all that there is for none."""
    found = []
    for name in [track] if track else TRACKS:
        programmes = [
            programme
            for programme in catalogue.programmes
            if programme.row.track == name and is_in(search, programme.haystack)
        ]
        courses = [_found(course, search) for course in catalogue.courses if course.track == name]
        shown = [course for course in courses if course is not None]
        if programmes or shown:
            found.append(FoundTrack(name, programmes, shown))
    return found


def _found(course: CourseOnShelf, search: str) -> FoundCourse | None:
    if is_in(search, course.haystack):
        return FoundCourse(course, course.modules)
    modules = [module for module in course.modules if is_in(search, module.haystack)]
    return FoundCourse(course, modules) if modules else None
