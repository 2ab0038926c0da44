import io

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from lms.paper.renderer import shared_renderer
from lms.paper.report import Column, PaperTable, Part, Report, compose

MANY = [[str(place), f"Candidate {place}", f"{place / 7:.2f}"] for place in range(1, 131)]


def drawn(app: Flask, language: str, **changed: object) -> PdfReader:
    table = PaperTable(
        [Column("Rank", is_figure=True, width=10), Column("Name"), Column("Points", is_figure=True)], MANY
    )
    said = {
        "facts": [("Track", "Cloud")],
        "parts": [Part("Ranking", ["How each rank came about."], table, ["N. Lahlou"])],
    }
    report = Report("Minutes <1>", language, "Institute", "PV-2027-1", **{**said, **changed})  # type: ignore[arg-type]
    with app.app_context():
        page = compose(report)
    return PdfReader(io.BytesIO(shared_renderer().render(page)))


def catalogue(reader: PdfReader) -> DictionaryObject:
    found = reader.trailer["/Root"].get_object()
    assert isinstance(found, DictionaryObject)
    return found


class TestReport:
    @pytest.mark.parametrize(("language", "said"), [("fr", "Page 2 sur"), ("en", "Page 2 of")])
    def test_takes_as_many_sheets_as_it_needs_and_numbers_them(self, app: Flask, language: str, said: str) -> None:
        reader = drawn(app, language)

        texts = [page.extract_text() for page in reader.pages]
        assert len(texts) > 2
        assert f"{said} {len(texts)}" in texts[1]
        assert all("PV-2027-1" in text and "Points" in text for text in texts[:2])  # the head of the table comes again
        assert "Candidate 130" in "".join(texts)
        assert "Minutes <1>" in texts[0]

    def test_says_its_language_and_is_tagged(self, app: Flask) -> None:
        root = catalogue(drawn(app, "fr"))

        assert str(root["/Lang"]) == "fr"
        assert "/MarkInfo" in root
        assert "/StructTreeRoot" in root

    def test_has_a_field_for_the_seal_only_when_asked(self, app: Flask) -> None:
        assert "/AcroForm" not in catalogue(drawn(app, "fr"))
        assert "/AcroForm" in catalogue(drawn(app, "fr", seal_name="Sceau"))

    def test_lies_down_when_asked(self, app: Flask) -> None:
        box = drawn(app, "en", is_landscape=True).pages[0].mediabox

        assert box.width > box.height
