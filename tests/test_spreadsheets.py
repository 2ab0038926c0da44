"""What is written is read back; nothing that somebody typed is ever a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lms.i18n import in_language
from lms.paging import Page
from lms.spreadsheets import LONGEST_CELL, Column, Kind, ListTooLong, Table, as_csv, as_xlsx, whole

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Line:
    text: str = ""
    mark: Decimal | None = None
    day: date | None = None
    moment: datetime | None = None
    minutes: int | None = None
    is_late: bool | None = None
    state: str = "on"


COLUMNS = (
    Column("text", "Words"), Column("mark", "Mark", Kind.NUMBER), Column("day", "Day", Kind.DAY),
    Column("moment", "Moment", Kind.MOMENT), Column("minutes", "Length", Kind.LENGTH),
    Column("is_late", "Late", Kind.YES_NO), Column("state", "State", words={"on": "Under way"}),
)  # fmt: skip
FULL = Line("=SUM(A1)", Decimal("-12.50"), date(2027, 3, 1), datetime(2027, 3, 1, 8, 30, tzinfo=UTC), 95, False)


def table(*lines: Line) -> Table:
    return Table("Lines: all/of*them", COLUMNS, lines)


def csv_lines(content: bytes, separator: str) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def xlsx_lines(content: bytes, sheet: int = 0) -> list[Sequence[Any]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(values_only=True))


class TestCsv:
    def test_is_what_french_excel_opens(self, app: Flask) -> None:
        with app.app_context(), in_language("fr"):
            content = as_csv(table(FULL), PARIS)
        header, line = csv_lines(content, ";")
        assert header == ["text", "mark", "day", "moment", "minutes", "is_late", "state"]
        assert line == ["'=SUM(A1)", "-12,5", "2027-03-01", "2027-03-01 09:30:00", "95", "0", "on"]

    def test_is_what_english_excel_opens(self, app: Flask) -> None:
        with app.app_context(), in_language("en"):
            content = as_csv(table(FULL))
        _header, line = csv_lines(content, ",")
        assert line[1:4] == ["-12.5", "2027-03-01", "2027-03-01 08:30:00"]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
    def test_holds_no_formula(self, app: Flask, start: str) -> None:
        with app.app_context(), in_language("fr"):
            content = as_csv(table(Line(f"{start}cmd|' /C calc'!A0")))
        assert csv_lines(content, ";")[1][0] == f"'{start}cmd|' /C calc'!A0"


class TestXlsx:
    def test_holds_numbers_days_and_lengths_as_such_and_words_for_codes(self, app: Flask) -> None:
        with app.app_context(), in_language("fr"):
            content = as_xlsx(table(FULL), PARIS)
        header, line = xlsx_lines(content)
        assert header == ("Words", "Mark", "Day", "Moment", "Length", "Late", "State")
        text, mark, day, moment, length, is_late, state = line
        assert (text, mark, length) == ("=SUM(A1)", -12.5, timedelta(minutes=95))
        assert (day.isoformat(), moment.isoformat()) == ("2027-03-01T00:00:00", "2027-03-01T09:30:00")
        assert (is_late, state) == ("Non", "Under way")
        assert xlsx_lines(content, 1)[5] == ("Length", "minutes")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "{=", "http://"])
    def test_holds_no_formula_and_no_link(self, app: Flask, start: str) -> None:
        with app.app_context(), in_language("en"):
            sheet = load_workbook(io.BytesIO(as_xlsx(table(Line(f"{start}1+1"))))).worksheets[0]
        cell = sheet.cell(2, 1)
        assert (cell.data_type, cell.hyperlink) == ("s", None)

    def test_keeps_the_header_in_sight_and_can_be_filtered(self, app: Flask) -> None:
        with app.app_context(), in_language("en"):
            sheet = load_workbook(io.BytesIO(as_xlsx(table(Line(), Line())))).worksheets[0]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G3")

    def test_cuts_what_a_cell_cannot_take(self, app: Flask) -> None:
        with app.app_context(), in_language("en"):
            content = as_xlsx(table(Line("x" * 40_000)))
        assert xlsx_lines(content)[1][0] == "x" * LONGEST_CELL + "…"

    def test_of_an_empty_list_has_its_header(self, app: Flask) -> None:
        with app.app_context(), in_language("en"):
            assert len(xlsx_lines(as_xlsx(table()))) == 1


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)
_LINES = st.lists(
    st.builds(
        Line, _TEXTS, st.none() | st.decimals(-99, 99, places=2), st.none() | st.dates(date(1901, 1, 1), date(2200, 1, 1)),
        minutes=st.none() | st.integers(0, 10_000), is_late=st.none() | st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


class TestReadBack:
    @given(lines=_LINES)
    def test_gives_what_was_written(self, app: Flask, lines: list[Line]) -> None:
        with app.app_context(), in_language("en"):
            sheet, text = xlsx_lines(as_xlsx(table(*lines)))[1:], csv_lines(as_csv(table(*lines)), ",")[1:]
        assert len(sheet) == len(text) == len(lines)
        for line, cells, values in zip(lines, sheet, text, strict=True):
            assert (cells[0] or "") == line.text
            assert values[0] in (line.text, f"'{line.text}")
            assert (None if cells[1] is None else round(Decimal(cells[1]), 2)) == line.mark
            assert (Decimal(values[1]) if values[1] else None) == line.mark
            assert (cells[2] and cells[2].date()) == line.day
            assert (date.fromisoformat(values[2]) if values[2] else None) == line.day
            assert (int(values[4]) if values[4] else None) == line.minutes
            assert {"1": True, "0": False, "": None}[values[5]] is line.is_late


class TestWhole:
    def test_refuses_a_list_that_goes_on(self, app: Flask) -> None:
        assert whole(Page((1, 2), None)) == (1, 2)
        with app.app_context(), pytest.raises(ListTooLong):
            whole(Page((1, 2), "more"))
