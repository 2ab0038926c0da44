"""What a file of the catalogue says: every module in force (docs/rules.md §24)."""

from collections.abc import Sequence

from lms.catalogue.queries.shelf import CourseOnShelf, ModuleOnShelf
from lms.catalogue.wording import TRACKS
from lms.i18n import lazy as _
from lms.spreadsheets import Column, Kind, Table

_MODULES = (
    Column("course", _("Course"), of=lambda pair: pair[0].code, width=16),
    Column("track", _("Track"), of=lambda pair: pair[0].track, words=TRACKS),
    Column("version", _("Version"), Kind.NUMBER, of=lambda pair: pair[0].number),
    Column("published_at", _("Published"), Kind.MOMENT, of=lambda pair: pair[0].published_at),
    Column("module", _("Module"), of=lambda pair: pair[1].code, width=12),
    Column("title_fr", _("Title in French"), of=lambda pair: pair[1].title_fr, width=48),
    Column("title_en", _("Title in English"), of=lambda pair: pair[1].title_en, width=48),
    Column("minutes", _("Length"), Kind.LENGTH, of=lambda pair: pair[1].minutes),
    Column("is_published", _("Complete"), Kind.YES_NO, of=lambda pair: pair[1].is_published),
)


def modules(courses: Sequence[CourseOnShelf]) -> Table:
    pairs: list[tuple[CourseOnShelf, ModuleOnShelf]] = [
        (course, module) for course in courses for module in course.modules
    ]
    return Table(str(_("Modules")), _MODULES, pairs)
