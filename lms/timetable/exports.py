"""What files about sessions, places, attendance and the calendar say (docs/rules.md §24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.accounts.exports import NAMES, names
from lms.clock import today
from lms.db import Record
from lms.i18n import lazy as _
from lms.i18n import pick
from lms.spreadsheets import Cell, Column, Kind, Table
from lms.timetable.forms.planning import LEVELS
from lms.timetable.models import CalendarPeriod, Holiday
from lms.timetable.rates import Attendance
from lms.timetable.wording import HALVES, HOLIDAY_KINDS, HOLIDAY_STATES, PERIOD_KINDS, SESSION_STATES

_SESSIONS = (
    Column("session", _("Session"), Kind.NUMBER, of=lambda row: row.id),
    Column("cohort", _("Cohort"), of=lambda row: row.cohort_code, width=16),
    Column("module", _("Module"), of=lambda row: row.code, width=12),
    Column("title", _("Title"), of=lambda row: pick(row.title_fr, row.title_en), width=36),
    Column("day", _("Day"), Kind.DAY),
    Column("half", _("Half-day"), words=HALVES, width=12),
    Column("starts", _("From"), of=lambda row: f"{row.starts:%H:%M}", width=8),
    Column("ends", _("Until"), of=lambda row: f"{row.ends:%H:%M}", width=8),
    Column("group", _("Group"), width=12),
    Column("site", _("Site"), of=lambda row: pick(row.site_fr or "", row.site_en or "")),
    Column("room", _("Room"), width=16),
)
_ROOMS = (
    Column("site", _("Site"), of=lambda row: pick(row.site_fr, row.site_en), width=32),
    Column("city", _("City")),
    Column("room", _("Room"), of=lambda row: row.name),
    Column("capacity", _("Places"), Kind.NUMBER),
    Column("equipment", _("Equipment"), of=lambda row: ", ".join(row.equipment), width=40),
    Column("is_open", _("Open"), Kind.YES_NO),
)
_QUALIFICATIONS = (
    *NAMES,
    Column("covers", _("For what"), of=lambda row: row.track or row.module_code, width=12),
    Column("level", _("Level"), words=LEVELS),
    Column("valid_from", _("From"), Kind.DAY),
    Column("valid_until", _("Until"), Kind.DAY),
    Column("is_over", _("over"), Kind.YES_NO, of=lambda row: bool(row.valid_until and row.valid_until < today())),
    Column("source", _("What it rests on"), width=36),
)
_CALENDAR = (
    Column("name", _("Name"), of=lambda row: pick(row.name_fr, row.name_en), width=36),
    Column("first_day", _("First day"), Kind.DAY),
    Column("last_day", _("Last day"), Kind.DAY),
    Column("kind", _("Kind"), words={**HOLIDAY_KINDS, **PERIOD_KINDS}, width=28),
    Column("state", _("State"), of=lambda row: getattr(row, "status", None), words=HOLIDAY_STATES),
    Column("opens", _("From"), of=lambda row: _clock(row, "opens"), width=8),
    Column("closes", _("Until"), of=lambda row: _clock(row, "closes"), width=8),
)
_ATTENDANCE = (
    Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda line: line.person.id),
    *names(lambda line: line.person),
    Column("email", _("E-mail address"), of=lambda line: line.person.email, width=32),
    Column("scheduled_minutes", _("Planned"), Kind.LENGTH, of=lambda line: line.minutes and line.minutes.scheduled),
    Column("held_minutes", _("Held"), Kind.LENGTH, of=lambda line: line.minutes and line.minutes.held),
    Column("present_minutes", _("Present"), Kind.LENGTH, of=lambda line: line.minutes and line.minutes.present),
    Column("percent_so_far", _("So far (%)"), Kind.NUMBER, of=lambda line: line.minutes and percent(line.minutes.to_date)),
    Column("percent_at_best", _("At best (%)"), Kind.NUMBER, of=lambda line: line.minutes and percent(line.minutes.projected)),
    Column("is_out_of_reach", _("Out of reach"), Kind.YES_NO,
           of=lambda line: line.minutes and line.minutes.is_out_of_reach, width=14),
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """One participant, and their minutes in the module; None: nothing was recorded."""

    person: Record
    minutes: Attendance | None


def percent(share: Fraction | None) -> Decimal | None:
    """One decimal, cut and never rounded up: 79.96 % is not 80 %."""
    return None if share is None else Decimal(int(share * 1000)) / 10


def _clock(row: Holiday | CalendarPeriod, name: str) -> Cell:
    """A time of day; holidays have none."""
    value = getattr(row, name, None)
    return f"{value:%H:%M}" if value else None


def sessions(rows: Sequence[Record], staff: Mapping[int, Sequence[Record]]) -> Table:
    def names(row: Record) -> str:
        return ", ".join(f"{one.given_name} {one.family_name}" for one in staff.get(row.id, ()))

    columns = (
        *_SESSIONS,
        Column("staff", _("Who leads"), of=names, width=32),
        Column("state", _("State"), words=SESSION_STATES, width=18),
    )
    return Table(str(_("Sessions")), columns, rows)


def rooms(rows: Sequence[Record]) -> Table:
    return Table(str(_("Sites and rooms")), _ROOMS, rows)


def qualifications(rows: Sequence[Record]) -> Table:
    return Table(str(_("Who may lead what")), _QUALIFICATIONS, rows)


def calendar(holidays: Sequence[Holiday], periods: Sequence[CalendarPeriod]) -> Table:
    return Table(str(_("Holidays and periods")), _CALENDAR, [*holidays, *periods])


def attendance(module: Record, people: Sequence[Record], recorded: Mapping[tuple[int, int], Attendance]) -> Table:
    lines = [_Line(row, recorded.get((row.id, module.module_id))) for row in people]
    return Table(str(_("Attendance in %(module)s", module=module.code)), _ATTENDANCE, lines)
