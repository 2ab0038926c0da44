"""What a file of a cohort's certificates says (docs/rules.md §24)."""

from collections.abc import Mapping, Sequence

from lms.accounts.exports import NAMES
from lms.credentials.code import printed
from lms.credentials.states import CertificateState
from lms.credentials.wording import state_word
from lms.db import Record
from lms.i18n import lazy as _
from lms.results.rules import Reason
from lms.results.wording import sentence
from lms.spreadsheets import Column, Kind, Table


def certificates(rows: Sequence[Record], reasons: Mapping[int, Sequence[Reason]]) -> Table:
    """Everybody of a cohort: the certificate that counts, or what is missing. ``reasons`` by enrolment, of those without."""
    columns = (
        Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda row: row.enrolment_id),
        *NAMES,
        Column("certificate_name", _("Name on the certificate"), width=32),
        Column("code", _("Code"), of=lambda row: printed(row.code) if row.code else None),
        Column("state", _("State"), words={state: state_word(state) for state in CertificateState}, width=16),
        Column("awarded_on", _("Awarded on"), Kind.DAY),
        Column("may_issue", _("Ready to be issued"), Kind.YES_NO,
               of=lambda row: row.certificate_id is None and not reasons[row.enrolment_id]),
        Column("why_not", _("What is missing"),
               of=lambda row: " ".join(map(sentence, reasons.get(row.enrolment_id, ()))), width=60),
    )  # fmt: skip
    return Table(str(_("Certificates")), columns, rows)
