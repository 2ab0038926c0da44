"""What a file of requests for exemption says (docs/rules.md §24)."""

from collections.abc import Sequence

from lms.db import Record
from lms.exemptions.wording import STATES
from lms.i18n import lazy as _
from lms.spreadsheets import Column, Kind, Table

_REQUESTS = (
    Column("request", _("Number"), Kind.NUMBER, of=lambda row: row.id),
    Column("participant", _("Participant"), width=28),
    Column("module", _("Module"), of=lambda row: row.code, width=12),
    Column("cohort", _("Cohort"), of=lambda row: row.cohort_code, width=16),
    Column("submitted_at", _("Sent"), Kind.MOMENT),
    Column("rule_by", _("To be ruled on by"), Kind.DAY),
    Column("decide_by", _("To be decided by"), Kind.DAY),
    Column("asked", _("Opinions asked for"), Kind.NUMBER),
    Column("given", _("Opinions given"), Kind.NUMBER),
    Column("state", _("State"), words=STATES, width=28),
    Column("exempted_minutes", _("Exempted"), Kind.LENGTH),
)


def requests(rows: Sequence[Record]) -> Table:
    return Table(str(_("Requests for exemption")), _REQUESTS, rows)
