"""What files about calls, applications, rankings and appeals say (docs/rules.md §24)."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from lms.accounts.exports import NAMES, PERSON
from lms.accounts.places import region_name
from lms.admissions.models import CallCriterion
from lms.admissions.wording import (
    APPEAL_OUTCOMES,
    CALL_STATES,
    CRITERIA,
    OUTCOMES,
    REASONS,
    STATES,
    TIE_BREAKS,
)  # fmt: skip
from lms.db import Record
from lms.i18n import lazy as _
from lms.i18n import pick
from lms.spreadsheets import Column, Kind, Table

_CALLS = (
    Column("code", _("Code"), width=18),
    Column("title", _("Title"), of=lambda row: pick(row.title_fr, row.title_en), width=40),
    Column("opens_on", _("First day"), Kind.DAY),
    Column("closes_on", _("Last day"), Kind.DAY),
    Column("places", _("Places"), Kind.NUMBER),
    Column("files", _("Files received"), Kind.NUMBER),
    Column("state", _("State"), words=CALL_STATES, width=18),
)
_FILES = (
    Column("file", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    *PERSON,
    Column("track", _("Track"), width=16),
    Column("organisation", _("Organisation"), of=lambda row: row.organisation_name, width=32),
    Column("region", _("Region"), of=lambda row: region_name(row.region) if row.region else None, width=28),
    Column("submitted_at", _("Received"), Kind.MOMENT),
    Column("state", _("State"), words=STATES, width=24),
)
_RANK = (
    Column("rank", _("Rank"), Kind.NUMBER),
    Column("file", _("Number"), Kind.NUMBER, of=lambda row: row.application_id),
    *NAMES,
)
_TOTAL = Column("total", _("Total"), Kind.NUMBER)
_CAME_ABOUT = (
    _TOTAL,
    Column("outcome", _("Outcome"), words=OUTCOMES, width=20),
    Column("reason", _("How it came about"), words=REASONS, width=36),
    Column("tie_break", _("Tie"), words=TIE_BREAKS, width=36),
)
_WAITING = (
    *_RANK,
    _TOTAL,
    Column("state", _("State"), words=STATES, width=24),
    Column("expires_at", _("Answer awaited until"), Kind.MOMENT),
    Column("is_passed_over", _("passed over"), Kind.YES_NO, of=lambda row: row.confirmed_at is not None, width=14),
)
_APPEALS = (
    Column("appeal", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    Column("file", _("Number of the file"), Kind.NUMBER, of=lambda row: row.application_id),
    *NAMES,
    Column("track", _("Track"), width=16),
    Column("state", _("Decision contested"), words=STATES, width=24),
    Column("lodged_at", _("Received"), Kind.MOMENT),
    Column("answer_by", _("To be answered by"), Kind.DAY),
    Column("judge", _("Examined by")),
    Column("decided_at", _("Answered on"), Kind.MOMENT),
    Column("outcome", _("Answer"), words=APPEAL_OUTCOMES, width=28),
)


def calls(rows: Sequence[Record]) -> Table:
    return Table(str(_("Calls for applications")), _CALLS, rows)


def files(rows: Sequence[Record]) -> Table:
    return Table(str(_("Application files")), _FILES, rows)


def ranking(rows: Sequence[Record], criteria: Sequence[CallCriterion]) -> Table:
    """One track of a run, with the points of each criterion in columns called after it."""
    points = [
        Column(f"points_{one.kind}", CRITERIA[one.kind], Kind.NUMBER, of=_points_for(one.kind)) for one in criteria
    ]
    return Table(str(_("Ranking")), (*_RANK, *points, *_CAME_ABOUT), rows)


def _points_for(kind: str) -> Callable[[Record], Decimal | None]:
    def points(row: Record) -> Decimal | None:
        value = row.facts["points"].get(kind)
        return None if value is None else Decimal(str(value))

    return points


def waiting(rows: Sequence[Record]) -> Table:
    return Table(str(_("Waiting list")), _WAITING, rows)


def appeals(rows: Sequence[Record]) -> Table:
    return Table(str(_("Appeals")), _APPEALS, rows)
