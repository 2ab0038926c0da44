"""Paper that lists: minutes, attendance, transcripts. A title, facts, then parts with sentences and tables, on as many sheets
as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lms.i18n import _, in_language
from lms.paper.renderer import Page
from lms.paper.stationery import Stationery, style, template


@dataclass(frozen=True)
class Column:
    """``width``: a share of the table in per cent; None lets the texts decide. Figures stand at the end."""

    title: str
    is_figure: bool = False
    width: int | None = None


@dataclass(frozen=True)
class PaperTable:
    """``rows``: as many cells each as there are columns, already worded in the paper's language."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    heading: str = ""
    paragraphs: Sequence[str] = ()
    table: PaperTable | None = None
    signatures: Sequence[str] = ()
    """Names under lines left to sign on."""


@dataclass(frozen=True)
class Report:
    """``identifier``: what tells this paper from every other one; it stands at the foot of each sheet.
    ``seal_name``: see Page."""

    title: str
    language: str
    issuer: str
    identifier: str
    facts: Sequence[tuple[str, str]] = ()
    parts: Sequence[Part] = ()
    is_landscape: bool = False
    seal_name: str | None = None
    notes: Sequence[str] = ()
    """Small print after the last part."""


def compose(report: Report) -> Page:
    """What the renderer is told. Needs the application's context, for its translations."""
    with in_language(report.language):
        words = {"sheet": _("Page"), "of": _("of")}
        seal_label = _("Electronic seal")
    html = template("report.html").render(report=report, words=words)
    return Page(_paper(report.is_landscape), [html], report.identifier, report.seal_name, seal_label)


@cache
def _paper(is_landscape: bool) -> Stationery:
    turned = "@page { size: A4 landscape; }" if is_landscape else ""
    return Stationery("landscape report" if is_landscape else "report", style("report.css") + turned)
