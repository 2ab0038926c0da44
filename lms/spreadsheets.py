"""Lists as spreadsheets. One ``Table`` is written twice: as CSV for programs, as XLSX for people.

CSV: the stable names of the columns, codes where a page shows words, ``;`` and a decimal comma in French (``,`` and a point in
English), UTF-8 with a mark, days and moments as ISO 8601, lengths in whole minutes. XLSX: titles and words in the reader's
language, real numbers, days and lengths; a second sheet gives each column's stable name. Neither holds a formula: what a
person typed stays text. docs/rules.md §24.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lms.clock import CASABLANCA, now
from lms.errors import Refused
from lms.i18n import _, language, lazy
from lms.paging import Page

MOST_ROWS = 20_000
"""Lines of one file. It is written within the request: that many take four seconds at most (measured)."""
LONGEST_CELL = 32_000  # a spreadsheet drops what is longer than 32,767 characters without a word
MARK = b"\xef\xbb\xbf"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_YES_NO = {True: lazy("Yes"), False: lazy("No")}

Cell = str | int | Decimal | bool | date | datetime | StrEnum | None


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"  # whole or decimal
    DAY = "day"
    MOMENT = "moment"  # an aware instant, written as the reader's wall time
    LENGTH = "length"  # whole minutes; shown as hours and minutes
    YES_NO = "yes_no"


WIDTHS = {Kind.TEXT: 24, Kind.NUMBER: 10, Kind.DAY: 12, Kind.MOMENT: 17, Kind.LENGTH: 10, Kind.YES_NO: 8}
_FORMATS = {Kind.DAY: "dd/mm/yyyy", Kind.MOMENT: "dd/mm/yyyy hh:mm", Kind.LENGTH: "[h]:mm"}


class ListTooLong(Refused):
    """The list holds more lines than one file takes."""


@dataclass(frozen=True)
class Column:
    """``name`` never changes and is the same in both languages; ``title`` is for the reader. ``of`` takes the cell out of a row,
    by default the attribute called like the column. ``words`` say in XLSX what a code means."""

    name: str
    title: object
    kind: Kind = Kind.TEXT
    of: Callable[[Any], Cell] | None = None
    words: Mapping[Any, object] | None = None
    width: int = 0

    def cell(self, row: Any) -> Cell:
        value: Cell = getattr(row, self.name) if self.of is None else self.of(row)
        return value


@dataclass(frozen=True)
class Table:
    """All rows of one list, as its filters leave them."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]


def whole(page: Page[Any]) -> Sequence[Any]:
    """The rows of a page that was asked for ``MOST_ROWS``; refuses when there are more."""
    if page.next is not None:
        raise ListTooLong(
            _(
                "This list has more than %(most)s lines. Narrow it by its filters, then download it in parts.",
                most=MOST_ROWS,
            )
        )
    return page.rows


def harmless(text: str) -> str:
    """The text with a ``'`` before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], separator: str = ";") -> bytes:
    """CSV that French Excel opens right (UTF-8 with a mark, ``;``) and in which no text is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return MARK + out.getvalue().encode()


def _plain(cell: object) -> object:
    """Numbers stay as they are, below zero too; everything else is text."""
    if cell is None:
        return ""
    return cell if isinstance(cell, int | Decimal | _Written) else harmless(str(cell))


class _Written(str):
    """A number or a day in the reader's notation: never a formula."""

    __slots__ = ()


def as_csv(table: Table, zone: ZoneInfo = CASABLANCA) -> bytes:
    """In the reader's language."""
    french = language() == "fr"
    header = [column.name for column in table.columns]
    rows = ([_csv_cell(column.cell(row), zone, french=french) for column in table.columns] for row in table.rows)
    return csv_text(header, rows, ";" if french else ",")


def _csv_cell(cell: Cell, zone: ZoneInfo, *, french: bool) -> object:
    match cell:
        case bool():
            return int(cell)
        case Decimal():
            number = format(cell.normalize(), "f")
            return _Written(number.replace(".", ",") if french else number)
        case datetime():
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return cell.isoformat()
    return cell


def as_xlsx(table: Table, zone: ZoneInfo = CASABLANCA) -> bytes:
    """In the reader's language. Rows go to a temporary file one by one, so that memory does not grow with the list."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": table.title, "created": now().replace(tzinfo=None)})
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}
    sheet = book.add_worksheet(_NO_SHEET_NAME.sub(" ", table.title)[:31].strip() or None)
    _dress(sheet, table)
    _write_line(sheet, 0, [str(column.title) for column in table.columns], heading)
    words = [_words_of(column) for column in table.columns]
    for line, row in enumerate(table.rows, start=1):
        for place, column in enumerate(table.columns):
            _write(sheet, line, place, _said(column.cell(row), words[place]), column.kind, formats, zone)
    _add_names(book, table, heading)
    book.close()
    return out.getvalue()


def _dress(sheet: Worksheet, table: Table) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width or max(WIDTHS[column.kind], min(len(str(column.title)) + 3, 30)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), max(len(table.columns) - 1, 0))
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _add_names(book: xlsxwriter.Workbook, table: Table, heading: Format) -> None:
    """The second sheet: which title stands for which stable name."""
    sheet = book.add_worksheet(_("Columns"))
    sheet.set_column(0, 1, 32)
    _write_line(sheet, 0, [_("Title"), _("Name in CSV")], heading)
    for line, column in enumerate(table.columns, start=1):
        _write_line(sheet, line, [str(column.title), column.name])


def _write_line(sheet: Worksheet, line: int, texts: Sequence[str], style: Format | None = None) -> None:
    for place, text in enumerate(texts):
        sheet.write_string(line, place, text, style)


def _words_of(column: Column) -> Mapping[Any, object]:
    return _YES_NO if column.kind is Kind.YES_NO else column.words or {}


def _said(cell: Cell, words: Mapping[Any, object]) -> Cell:
    """The words for a code, when there are any."""
    return str(words[cell]) if words and cell in words else cell


def _write(
    sheet: Worksheet, line: int, place: int, cell: Cell, kind: Kind, formats: Mapping[Kind, Format], zone: ZoneInfo
) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(line, place, cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…")
        case int() if kind is Kind.LENGTH:
            sheet.write_datetime(line, place, timedelta(minutes=cell), formats[kind])
        case int() | Decimal():
            sheet.write_number(line, place, cell)
        case datetime():
            wall = cell.astimezone(zone).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(line, place, wall, formats[Kind.MOMENT])
        case date():
            sheet.write_datetime(line, place, cell, formats[Kind.DAY])
