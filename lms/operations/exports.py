"""What files about mails, jobs and the audit say (docs/rules.md §24)."""

import json
from collections.abc import Sequence

from lms.db import Record
from lms.i18n import lazy as _
from lms.notifications.queries import state_of
from lms.operations.wording import JOB_STATES, JOBS, MAILS, OUTBOX_STATES, words_of
from lms.spreadsheets import Column, Kind, Table

_MAILS = (
    Column("mail", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    Column("to", _("To"), of=lambda row: row.name or _name(row), width=28),
    Column("email", _("E-mail address"), width=32),
    Column("kind", _("Kind"), words=MAILS, width=28),
    Column("state", _("State"), of=state_of, words=words_of(OUTBOX_STATES), width=18),
    Column("created_at", _("Promised"), Kind.MOMENT),
    Column("sent_at", _("Sent"), Kind.MOMENT),
    Column("tries", _("Tries"), Kind.NUMBER),
    Column("error", _("Error"), width=48),
)
_JOBS = (
    Column("job", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    Column("kind", _("Kind"), words=JOBS, width=36),
    Column("state", _("State"), words=words_of(JOB_STATES), width=16),
    Column("done", _("Done"), Kind.NUMBER),
    Column("total", _("Total"), Kind.NUMBER),
    Column("attempts", _("Tries"), Kind.NUMBER),
    Column("created_at", _("Asked for"), Kind.MOMENT),
    Column("finished_at", _("Finished"), Kind.MOMENT),
    Column("by", _("By"), of=lambda row: _name(row)),
)
_AUDIT = (
    Column("seq", _("Number"), Kind.NUMBER),
    Column("at", _("When"), Kind.MOMENT),
    Column("actor", _("Number of the person"), Kind.NUMBER, of=lambda row: row.actor_id),
    Column("by", _("By"), of=lambda row: _name(row)),
    Column("action", _("Act")),
    Column("subject", _("Subject")),
    Column("cohort", _("Number of the cohort"), Kind.NUMBER, of=lambda row: row.cohort_id),
    Column(
        "detail",
        _("Details"),
        of=lambda row: json.dumps(row.detail, ensure_ascii=False) if row.detail else None,
        width=60,
    ),
)


def _name(row: Record) -> str | None:
    """None for the institute itself, or somebody without an account."""
    return f"{row.given_name} {row.family_name}" if row.family_name else None


def mails(rows: Sequence[Record]) -> Table:
    return Table(str(_("Mails")), _MAILS, rows)


def jobs(rows: Sequence[Record]) -> Table:
    return Table(str(_("Jobs")), _JOBS, rows)


def audit(rows: Sequence[Record]) -> Table:
    return Table(str(_("Audit")), _AUDIT, rows)
