"""What files of work handed in and of marks given on the spot say (docs/rules.md §24)."""

from collections.abc import Mapping, Sequence

from lms.accounts.exports import NAMES
from lms.assessment.queries.work import is_late
from lms.db import Record
from lms.i18n import lazy as _
from lms.i18n import pick
from lms.spreadsheets import Cell, Column, Kind, Table

_WORK = (
    Column("work", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    *NAMES,
    Column("cohort", _("Cohort"), width=32),
    Column("module", _("Module"), width=12),
    Column("title", _("Work"), of=lambda row: pick(row.title_fr, row.title_en), width=36),
    Column("version", _("Version"), Kind.NUMBER, of=lambda row: row.number),
    Column("submitted_at", _("Handed in"), Kind.MOMENT),
    Column("due_on", _("Due on"), Kind.DAY),
    Column("is_late", _("Late"), Kind.YES_NO, of=lambda row: is_late(row.submitted_at, row.due_on)),
)
_WHO = (Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda row: row.enrolment_id), *NAMES)


def work(rows: Sequence[Record]) -> Table:
    return Table(str(_("To review")), _WORK, rows)


def live_marks(people: Sequence[Record], standing: Mapping[int, Record]) -> Table:
    """Everybody with the mark that counts."""
    columns = (
        *_WHO,
        Column("mark", _("Mark"), Kind.NUMBER, of=lambda row: _of(standing, row, "mark")),
        Column("sitting", _("Sitting"), Kind.NUMBER, of=lambda row: _of(standing, row, "sitting")),
        Column("comment", _("Comment"), of=lambda row: _of(standing, row, "comment"), width=48),
        Column("assessor", _("By"), of=lambda row: _of(standing, row, "assessor")),
        Column("marked_at", _("Recorded"), Kind.MOMENT, of=lambda row: _of(standing, row, "marked_at")),
    )
    return Table(str(_("Marks and practice")), columns, people)


def practice(people: Sequence[Record], signed: Mapping[int, Record]) -> Table:
    """Everybody with the sign-off in force."""
    columns = (
        *_WHO,
        Column("is_signed_off", _("Signed off"), Kind.YES_NO, of=lambda row: row.enrolment_id in signed),
        Column("comment", _("Comment"), of=lambda row: _of(signed, row, "comment"), width=48),
        Column("assessor", _("By"), of=lambda row: _of(signed, row, "assessor")),
        Column("signed_at", _("Recorded"), Kind.MOMENT, of=lambda row: _of(signed, row, "signed_at")),
    )
    return Table(str(_("Marks and practice")), columns, people)


def _of(rows: Mapping[int, Record], person: Record, name: str) -> Cell:
    """A column of somebody's row; None while they have none."""
    row = rows.get(person.enrolment_id)
    value: Cell = getattr(row, name) if row is not None else None
    return value
