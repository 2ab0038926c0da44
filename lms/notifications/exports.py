"""What a file of an announcement's readers says (docs/rules.md §24)."""

from collections.abc import Sequence

from lms.accounts.exports import NAMES
from lms.db import Record
from lms.i18n import lazy as _
from lms.spreadsheets import Column, Kind, Table

_READERS = (
    *NAMES,
    Column("read_at", _("Read"), Kind.MOMENT),
    Column("sent_at", _("Sent by mail"), Kind.MOMENT),
    Column(
        "is_undelivered", _("Not delivered"), Kind.YES_NO, of=lambda row: not row.sent_at and bool(row.error), width=14
    ),
)


def readers(rows: Sequence[Record]) -> Table:
    return Table(str(_("Who has read it")), _READERS, rows)
