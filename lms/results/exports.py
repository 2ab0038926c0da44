"""What a file of a cohort's results says (docs/rules.md §24)."""

from collections.abc import Callable
from decimal import Decimal
from typing import cast

from lms.cohorts.wording import ENROLMENT_STATES
from lms.i18n import lazy as _
from lms.i18n import pick
from lms.results.queries import Gradebook, GradebookRow
from lms.results.wording import sentence
from lms.spreadsheets import Cell, Column, Kind, Table

EXEMPTED = "exempted"
_WHO = (
    Column("enrolment", _("Enrolment"), Kind.NUMBER, of=lambda row: row.enrolment_id),
    Column("name", _("Participant"), width=32),
    Column("state", _("State"), words=ENROLMENT_STATES, width=16),
)
_STANDS = (
    Column("may_issue", _("Conditions met"), Kind.YES_NO, of=lambda row: not row.reasons),
    Column("why_not", _("What is missing"), of=lambda row: " ".join(map(sentence, row.reasons)), width=60),
)


def gradebook(book: Gradebook) -> Table:
    """People × modules: marks out of 20, in columns called after the modules' codes."""
    modules = [
        Column(module.code, f"{module.code} · {pick(module.title_fr, module.title_en)}", Kind.NUMBER,
               of=_mark_in(place), words={EXEMPTED: _("Exempted by prior learning")}, width=14)
        for place, module in enumerate(book.modules)
    ]  # fmt: skip
    return Table(str(_("Results")), (*_WHO, *modules, *_STANDS), book.page.rows)


def _mark_in(place: int) -> Callable[[GradebookRow], Cell]:
    """The mark, or that the module was exempted by prior learning."""

    def mark(row: GradebookRow) -> Cell:
        result = row.results[place]
        if result is None:
            return None
        return EXEMPTED if result.is_exempted else cast("Decimal | None", result.mark)

    return mark
