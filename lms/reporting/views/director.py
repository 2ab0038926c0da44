"""The director's screen."""

from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.reporting.figure_exports import Line
from lms.reporting.figure_exports import figures as table_of
from lms.reporting.kpi_wording import WORDS, counted, percent_of, value_of
from lms.reporting.kpis import BY_CODE, INSTITUTE, Measured, Month, Scope, Unit
from lms.reporting.queries import director
from lms.reporting.queries.director import Board, Shown
from lms.reporting.queries.kpis import closed_months
from lms.reporting.small_cells import Cover
from lms.reporting.views import bp
from lms.web.access import allow
from lms.web.charts import Point, bars, lines
from lms.web.filters import month_name
from lms.web.tables import send_table

_LISTS = {
    "04": ("cohorts.cohort", {}), "05": ("cohorts.cohort", {}), "06": ("cohorts.cohort", {}),
    "10": ("timetable.cohort", {}), "11": ("cohorts.cohort", {}), "13": ("cohorts.cohort", {"state": "withdrawn"}),
    "14": ("results.gradebook", {}), "15": ("results.gradebook", {}),
}  # fmt: skip
"""The page that lists what stands behind a cohort's figure."""


@bp.app_template_filter("groupby_words")
def under_headings(rows: list[Shown]) -> list[tuple[str, list[Shown]]]:
    """The figures of a scope under their headings, in order."""
    found: dict[str, list[Shown]] = {}
    for row in rows:
        found.setdefault(str(WORDS[row.kpi.code].group), []).append(row)
    return list(found.items())


@bp.get("/figures")
@allow(Permission.KPI_VIEW)
def figures() -> ResponseReturnValue:
    board = director.board(_month())
    scope, scopes = director.scope_for(me(), board, request.args.get("scope", ""))
    page = {
        "board": board, "scope": scope, "scopes": scopes, "rows": board.all_of(scope.key), "months": _months(),
    }  # fmt: skip
    return render_template("reporting/figures.html", **page, **_words())


@bp.post("/figures/export")
@allow(Permission.KPI_VIEW, own_frame=True)
def export_figures() -> ResponseReturnValue:
    board = director.board(_month())
    scope, _scopes = director.scope_for(me(), board, request.args.get("scope", ""))
    lines = [Line(board.month, scope_name(scope), row) for row in board.all_of(scope.key)]
    return send_table(table_of(lines), f"figures-{board.month}")


@bp.post("/figures/<code>/export")
@allow(Permission.KPI_VIEW, own_frame=True)
def export_figure(code: str) -> ResponseReturnValue:
    """Month by month, then part by part, as its page has it."""
    found = _figure(code)
    lines = [Line(month, scope_name(found.scope), row) for month, row in found.past]
    lines += [Line(found.board.month, scope_name(row.scope), row) for row in found.below]
    return send_table(table_of(lines), f"figure-{code}-{found.board.month}")


@bp.get("/figures/<code>")
@allow(Permission.KPI_VIEW)
def figure(code: str) -> ResponseReturnValue:
    found = _figure(code)
    past, below = found.past, found.below
    page = {
        "board": found.board, "kpi": BY_CODE[code], "scope": found.scope, "scopes": found.scopes, "shown": found.shown,
        "below": below, "past": past, "months": _months(),
        "line": _line(past, code) if any(row.measured for _when, row in past[1:]) else None,
        "bars": _bars(below, code) if any(row.measured for row in below) else None, "lists": _LISTS, "code": code,
        "may_list": lambda cohort_id: me().may(Permission.COHORT_VIEW, cohort_id),
    }  # fmt: skip
    return render_template("reporting/figure.html", **page, **_words())


@dataclass(frozen=True)
class _Figure:
    """One figure of the scope in the address: in its month (``shown``; None: nothing ran), its parts, and the months before."""

    board: Board
    scope: Scope
    scopes: list[Scope]
    shown: Shown | None
    below: list[Shown]
    past: list[tuple[Month, Shown]]


def _figure(code: str) -> _Figure:
    if code not in BY_CODE:
        raise Missing
    board = director.board(_month())
    scope, scopes = director.scope_for(me(), board, request.args.get("scope", ""))
    keys = {allowed.key for allowed in scopes}
    shown = {row.scope.key: row for row in board.of(code) if row.scope.key in keys}
    past = director.trend(code, scope.key) if scopes else []
    if shown and not board.is_closed:
        past = [*past, (board.month, shown[scope.key])]
    below = [row for row in shown.values() if row.scope.parent == scope.key]
    return _Figure(board, scope, scopes, shown.get(scope.key), below, past)


def _words() -> dict[str, object]:
    return {
        "words": WORDS, "value_of": value_of, "counted": counted, "percent_of": percent_of, "scope_name": scope_name,
        "said": said, "SMALL": Cover.SMALL, "is_rate": lambda kpi: kpi.unit is Unit.RATE,
    }  # fmt: skip


def scope_name(scope: Scope) -> str:
    if scope.key == INSTITUTE:
        return _("The whole institute")
    return _("Track %(track)s", track=scope.name) if scope.cohort_id is None else scope.name


def said(shown: Shown) -> str:
    """The value, or why there is none."""
    if shown.cover is Cover.SMALL:
        return "n < 5"
    if shown.cover is Cover.OTHER:
        return _("hidden")
    return _("no data yet") if shown.measured is None else value_of(shown.kpi, shown.measured)


def _month() -> Month:
    """The month asked for, never one to come; the present one when none is."""
    present, asked = Month.of(today()), Month.parse(request.args.get("period", ""))
    return asked if asked is not None and asked.first <= present.first else present


def _months() -> list[Month]:
    present = Month.of(today())
    return [present, *(month for month in closed_months() if month != present)]


def _size(shown: Shown) -> Fraction | None:
    """What the picture draws: the rate, the median, or how many wait."""
    measured: Measured | None = shown.measured
    if measured is None:
        return None
    match shown.kpi.unit:
        case Unit.RATE:
            return measured.rate.value
        case Unit.DELAY:
            return Fraction(str(measured.detail["median"]))
        case Unit.BACKLOG:
            return Fraction(int(measured.detail["open"]))


def _top(sizes: list[Fraction | None], code: str) -> Fraction:
    """A rate is drawn against a hundred per cent, anything else against the greatest."""
    greatest = max((size for size in sizes if size is not None), default=Fraction(1))
    return max(Fraction(1), greatest) if BY_CODE[code].unit is Unit.RATE else greatest or Fraction(1)


def _line(past: list[tuple[Month, Shown]], code: str) -> object:
    points = [Point(month_name(month.first, "short"), _size(shown), said(shown)) for month, shown in past]
    return lines(points, top=_top([point.value for point in points], code), target=BY_CODE[code].target)


def _bars(below: list[Shown], code: str) -> object:
    points = [Point(scope_name(shown.scope)[:28], _size(shown), said(shown)) for shown in below]
    return bars(points, top=_top([point.value for point in points], code), target=BY_CODE[code].target)
