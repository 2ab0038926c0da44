"""What files of the institute's figures say. What is hidden on screen is hidden here (docs/rules.md §19 and §24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lms.i18n import lazy as _
from lms.reporting.kpi_wording import WORDS
from lms.reporting.kpis import Measured, Month, Unit
from lms.reporting.queries.director import Shown
from lms.reporting.small_cells import Cover
from lms.spreadsheets import Cell, Column, Kind, Table

_COVERS = {Cover.SMALL: "n < 5", Cover.OTHER: _("hidden")}
LEAST_APART = 5


@dataclass(frozen=True)
class Line:
    """A figure of one scope in one month. ``scope``: its name for the reader."""

    month: Month
    scope: str
    shown: Shown

    @property
    def measured(self) -> Measured | None:
        return self.shown.measured

    def counted(self, name: str) -> int | None:
        """A part of a rate; nothing for delays and backlogs, which have none."""
        if self.measured is None or self.shown.kpi.unit is not Unit.RATE:
            return None
        number: int = getattr(self.measured.rate, name)
        return number

    def detail(self, unit: Unit, name: str) -> Cell:
        """What a delay or a backlog says; nothing of the other kinds of figures."""
        value = self.measured.detail.get(name) if self.measured and self.shown.kpi.unit is unit else None
        return None if value is None else _decimal(Fraction(str(value)))

    def apart(self) -> int | None:
        """Those the definition leaves out; nothing where a part of a whole would give them away."""
        if self.measured is None or self.shown.scope.parent or self.measured.apart < LEAST_APART:
            return None
        return self.measured.apart


def _percent(value: Fraction | None) -> Decimal | None:
    return None if value is None else _decimal(value * 100)


def _decimal(value: Fraction) -> Decimal:
    """One decimal, half-up, as on screen."""
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)


_FIGURES = (
    Column("month", _("Month"), of=lambda line: str(line.month), width=10),
    Column("scope", _("Scope"), width=28),
    Column("figure", _("Figure"), of=lambda line: line.shown.kpi.code, width=8),
    Column("name", _("Name"), of=lambda line: str(WORDS[line.shown.kpi.code].name), width=36),
    Column("percent", _("Value (%)"), Kind.NUMBER,
           of=lambda line: None if line.counted("denominator") is None else _percent(line.measured.rate.value)),
    Column("numerator", _("Numerator"), Kind.NUMBER, of=lambda line: line.counted("numerator")),
    Column("denominator", _("Denominator"), Kind.NUMBER, of=lambda line: line.counted("denominator")),
    Column("median_days", _("Median, working days"), Kind.NUMBER, of=lambda line: line.detail(Unit.DELAY, "median")),
    Column("p90_days", _("P90, working days"), Kind.NUMBER, of=lambda line: line.detail(Unit.DELAY, "p90")),
    Column("waiting", _("Waiting"), Kind.NUMBER, of=lambda line: line.detail(Unit.BACKLOG, "open")),
    Column("oldest_days", _("The oldest, working days"), Kind.NUMBER, of=lambda line: line.detail(Unit.BACKLOG, "oldest")),
    Column("left_out", _("Left out"), Kind.NUMBER, of=lambda line: line.apart()),
    Column("target_percent", _("Target (%)"), Kind.NUMBER, of=lambda line: _percent(line.shown.kpi.target)),
    Column("hidden", _("Not shown"), of=lambda line: line.shown.cover, words=_COVERS, width=12),
    Column("definition", _("Definition"), of=lambda line: str(WORDS[line.shown.kpi.code].says), width=60),
)  # fmt: skip


def figures(lines: Sequence[Line]) -> Table:
    return Table(str(_("Figures")), _FIGURES, lines)
