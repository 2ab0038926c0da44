"""What files about cohorts say (docs/rules.md §24)."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.accounts.exports import NAMES, PERSON, names
from lms.accounts.forms import ROLES
from lms.clock import today
from lms.cohorts.windows import phase_of
from lms.cohorts.wording import ENROLMENT_STATES, PHASES
from lms.db import Record
from lms.i18n import lazy as _
from lms.i18n import pick
from lms.spreadsheets import Column, Kind, Table

_COHORTS = (
    Column("code", _("Code"), width=18),
    Column("name", _("Name"), width=36),
    Column("programme", _("Programme"), of=lambda row: pick(row.title_fr, row.title_en), width=40),
    Column("track", _("Track"), width=10),
    Column("starts_on", _("First day"), Kind.DAY),
    Column("ends_on", _("Last day"), Kind.DAY),
    Column("capacity", _("Places"), Kind.NUMBER),
    Column("taken", _("Places taken"), Kind.NUMBER),
    Column("least_people", _("Fewest people to start with"), Kind.NUMBER),
    Column("phase", _("State"), of=lambda row: phase_of(row.starts_on, row.ends_on, today()), words=PHASES, width=16),
)
_REGISTER = (
    Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda row: row.enrolment_id),
    *NAMES,
    Column("state", _("State"), words=ENROLMENT_STATES, width=16),
    Column("at", _("When"), Kind.MOMENT),
    Column("by", _("By"), of=lambda row: row.by or ""),
    Column("reason", _("Why"), width=48),
    Column("from_cohort", _("From cohort"), of=lambda row: row.source),
    Column("to_cohort", _("To cohort"), of=lambda row: row.target),
)
_STAFF = (
    *PERSON,
    Column("role", _("Role"), words=ROLES, width=16),
)
_GROUPS = (
    Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda place: place.row.id),
    *names(lambda place: place.row),
    Column("organisation", _("Organisation"), of=lambda place: place.row.organisation, width=32),
    Column("group", _("Group")),
)


@dataclass(frozen=True)
class _Place:
    """Somebody, and the name of their group."""

    row: Record
    group: str | None


def cohorts(rows: Sequence[Record]) -> Table:
    return Table(str(_("Cohorts")), _COHORTS, rows)


def register(rows: Sequence[Record]) -> Table:
    return Table(str(_("Enrolment register")), _REGISTER, rows)


def staff(rows: Sequence[Record]) -> Table:
    return Table(str(_("Staff")), _STAFF, rows)


def groups(people: Sequence[Record], groups: Sequence[Record]) -> Table:
    names = {row.id: row.name for row in groups}
    return Table(str(_("Groups")), _GROUPS, [_Place(row, names.get(row.group_id)) for row in people])
