"""The director's screen: every figure of one scope in one month, one figure in all its scopes, and how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lms.errors import Missing
from lms.permissions import Actor, Permission
from lms.reporting.figures import Rate
from lms.reporting.kpis import BY_CODE, INSTITUTE, KPIS, Kpi, Measured, Month, Scope, covered
from lms.reporting.models import KpiValue
from lms.reporting.queries import kpis
from lms.reporting.small_cells import Cover

MONTHS = 12


@dataclass(frozen=True)
class Shown:
    """A figure as it may be shown. ``measured`` None: nothing to work it out from, or not to be shown, which ``cover`` tells
    apart."""

    kpi: Kpi
    scope: Scope
    measured: Measured | None
    cover: Cover | None


@dataclass(frozen=True)
class Board:
    """The figures of one month. ``is_closed``: they are kept, and change no more."""

    month: Month
    is_closed: bool
    scopes: Sequence[Scope]
    figures: Mapping[str, Mapping[str, Measured]]

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return {scope.key: scope.parent for scope in self.scopes}

    def of(self, code: str) -> list[Shown]:
        """One figure in every scope, with what must be hidden hidden."""
        kpi, figures = BY_CODE[code], self.figures.get(code, {})
        covers = covered(kpi, figures, self._parents)
        return [
            Shown(kpi, scope, None if scope.key in covers else figures.get(scope.key), covers.get(scope.key))
            for scope in self.scopes
        ]

    def all_of(self, key: str) -> list[Shown]:
        """Every figure of one scope."""
        return [shown for kpi in KPIS for shown in self.of(kpi.code) if shown.scope.key == key]


def board(month: Month) -> Board:
    """The month's figures as they were kept, or worked out now when they are not. Seven statements at most."""
    kept = kpis.frozen(month=month)
    if kept:
        return _kept_board(month, kept)
    scopes, figures = kpis.work_out(month)
    return Board(month, is_closed=False, scopes=scopes, figures=figures)


def _kept_board(month: Month, kept: Sequence[KpiValue]) -> Board:
    scopes: dict[str, Scope] = {}
    figures: dict[str, dict[str, Measured]] = {}
    for value in kept:
        scopes.setdefault(value.scope, Scope(value.scope, value.detail["parent"], value.detail["name"]))
        figures.setdefault(value.code, {})[value.scope] = _measured(value)
    return Board(month, is_closed=True, scopes=sorted(scopes.values(), key=_order), figures=figures)


def _order(scope: Scope) -> tuple[int, str]:
    return ("institute", "track", "cohort").index(scope.key.split(":")[0]), scope.name


def _measured(value: KpiValue) -> Measured:
    return Measured(
        Rate(value.numerator, value.denominator), value.detail["people"], value.detail["apart"], value.detail["figures"]
    )


def trend(code: str, key: str) -> list[tuple[Month, Shown]]:
    """One figure of one scope in the closed months, oldest first, each hidden where its month hides it."""
    by_month: dict[str, list[KpiValue]] = {}
    for value in kpis.frozen(code=code):
        by_month.setdefault(value.period, []).append(value)
    found = []
    for period in sorted(by_month)[-MONTHS:]:
        month = Month.parse(period)
        if month is not None:
            found += [
                (month, shown) for shown in _kept_board(month, by_month[period]).of(code) if shown.scope.key == key
            ]
    return found


def scope_for(by: Actor, board_: Board, key: str) -> tuple[Scope, list[Scope]]:
    """The scope asked for and all that ``by`` may see: everything, or the cohorts their right is limited to. Without a key, the
    first of them. Raises Missing."""
    limit = by.scope(Permission.KPI_VIEW)
    allowed = [scope for scope in board_.scopes if limit is None or scope.cohort_id in limit]
    if not allowed and not key:
        return Scope(INSTITUTE), []
    for scope in allowed:
        if scope.key == key or not key:
            return scope, allowed
    raise Missing
