"""The paper itself, looked at with other people's tools."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from lms.credentials.code import printed
from lms.credentials.snapshot import ModuleSaid, Snapshot
from tests.credentials.conftest import LONG, SAID, Paper, inside, many

Draw = Callable[[Snapshot], bytes]
A4_LANDSCAPE = (842, 595)
INSIDE_THE_FRAME = 50.0  # points from the paper's edge to the inner rule


def tool(*command: str | Path, **options: object) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture
def saved(draw: Draw, tmp_path: Path) -> Callable[[Snapshot], Path]:
    def save(said: Snapshot) -> Path:
        path = tmp_path / "page.pdf"
        path.write_bytes(draw(said))
        return path

    return save


def words_on(path: Path) -> list[tuple[float, float, float, float, str]]:
    boxes = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
        tool("pdftotext", "-bbox", path, "-"),
    )
    return [(float(a), float(b), float(c), float(d), text) for a, b, c, d, text in boxes]


class TestThePage:
    def test_says_everything_in_both_languages(self, paper: Paper) -> None:
        text = tool("pdftotext", "-layout", paper.path, "-")

        for words in (
            "Hajar El Idrissi", printed(SAID.code), "Certificat de compétences", "Competency certificate", "70 h", "DEV-1", "N3",
            "B2", "Fondations du génie logiciel", "Software engineering foundations", "takwin.example/v/", "DEV-F-2026-1",
        ):  # fmt: skip
            assert words in text

    def test_holds_the_name_in_arabic_in_the_order_it_is_read(self, paper: Paper) -> None:
        page = PdfReader(paper.path).pages[0]

        assert "هاجر الإدريسي" in page.extract_text()

    def test_is_one_tagged_page_with_its_title_and_language(self, paper: Paper) -> None:
        facts = tool("pdfinfo", paper.path)

        assert re.search(r"Pages:\s+1\n", facts)
        assert re.search(r"Tagged:\s+yes", facts)
        assert "Page size:       841.89 x 595.276 pts (A4)" in facts
        assert re.search(r"PDF version:\s+1\.7", facts)
        assert "Hajar El Idrissi" in facts
        assert inside(paper.pdf, "/Root", "/Lang") == "fr"

    def test_claims_archive_and_accessible_profiles(self, paper: Paper) -> None:
        metadata = tool("pdfinfo", "-meta", paper.path)

        assert 'pdfaid:part="3"' in metadata
        assert 'pdfaid:conformance="A"' in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata

    def test_marks_the_language_of_each_side(self, paper: Paper) -> None:
        structure = tool("pdfinfo", "-struct-text", paper.path)

        assert "Competency certificate" in structure
        languages = re.findall(
            rb"/Lang \((\w+)\)", tool_bytes("qpdf", "--qdf", "--object-streams=disable", paper.path, "-")
        )
        assert {b"fr", b"en", b"ar"} <= set(languages)

    def test_embeds_a_part_of_each_font_and_no_other(self, paper: Paper) -> None:
        lines = tool("pdffonts", paper.path).splitlines()[2:]

        assert len(lines) >= 4
        for line in lines:
            assert re.search(r"Takwin.*yes yes yes", line), line

    def test_is_sound(self, paper: Paper) -> None:
        tool("qpdf", "--check", paper.path)

    @pytest.mark.parametrize("resolution", [100, 150])
    def test_has_a_code_that_scans_to_its_page(self, paper: Paper, tmp_path: Path, resolution: int) -> None:
        tool("pdftoppm", "-r", str(resolution), "-png", "-singlefile", paper.path, tmp_path / "page")

        scanned = tool("zbarimg", "--quiet", "--raw", tmp_path / "page.png").strip()

        assert scanned == f"https://takwin.example/v/{SAID.code}"


def tool_bytes(*command: str | Path) -> bytes:
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


class TestWhatFits:
    @pytest.mark.parametrize(
        "said",
        [
            SAID, LONG, replace(SAID, competencies=()), replace(SAID, name="W" * 160, name_ar="م" * 90),
            replace(SAID, competencies=many(10)), replace(LONG, competencies=many(30)),
            replace(SAID, name="Jean-Christophe de La Rochefoucauld-Montbel d’Aubigny-sur-Nère"),
            replace(SAID, title_fr="Certificat " * 18, title_en="Certificate " * 16),
        ],
        ids=["usual", "long", "bare", "widest name", "ten competencies", "forty-three lines", "62 letters", "long title"],
    )  # fmt: skip
    def test_stays_on_one_page_inside_the_frame(self, saved: Callable[[Snapshot], Path], said: Snapshot) -> None:
        path = saved(said)

        width, height = A4_LANDSCAPE
        assert "Pages:           1\n" in tool("pdfinfo", path)
        for left, top, right, bottom, text in words_on(path):
            assert left >= INSIDE_THE_FRAME, text
            assert right <= width - INSIDE_THE_FRAME, text
            assert top >= INSIDE_THE_FRAME, text
            assert bottom <= height - INSIDE_THE_FRAME, text

    @pytest.mark.parametrize("said", [SAID, LONG, replace(SAID, competencies=many(10))], ids=["usual", "long", "ten"])
    def test_keeps_the_details_off_the_foot(self, saved: Callable[[Snapshot], Path], said: Snapshot) -> None:
        path = saved(said)

        words = words_on(path)
        foot = min(top for _l, top, _r, _b, text in words if text == "Casablanca,")
        details = [bottom for left, _t, right, bottom, text in words if text.startswith(("DEV.", "PED.", "LNG."))]
        assert max(details) < foot

    def test_prints_letters_of_other_countries(self, saved: Callable[[Snapshot], Path]) -> None:
        path = saved(replace(SAID, name="Željko Łukasiewicz Đōe Ğül"))

        assert "Željko Łukasiewicz" in tool("pdftotext", path, "-")
        assert "DejaVu" not in tool("pdffonts", path)


class TestTemplate:
    """What people typed is text, wherever it stands."""

    HOSTILE = (
        "{{ 7*7 }}", "{% for x in range(9**9) %}{% endfor %}", "<b>bold</b>", "<script>alert(1)</script>", "&amp; &lt;",
        '"><img src=x onerror=1>', "</p></body></html>", "]]>", "${7*7}", "#{7*7}", "@import url(x)",
    )  # fmt: skip

    @pytest.mark.parametrize("text", HOSTILE)
    def test_prints_a_name_as_it_is(self, draw: Draw, text: str) -> None:
        drawn = draw(
            replace(SAID, name=text, modules=(ModuleSaid("X-1", text, text, 60),), cohort=text, issuer=text[:40])
        )

        shown = "".join(PdfReader(io.BytesIO(drawn)).pages[0].extract_text().split())
        assert "49" not in shown.replace("K7MQ-4T9X-WB2R-J", "")
        assert "".join(text.split()) in shown

    def test_never_looks_up_what_a_name_mentions(self, draw: Draw, tmp_path: Path) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("a secret of this machine")
        name = f'<img src="file://{secret}"><link rel=attachment href="file://{secret}">'

        drawn = draw(replace(SAID, name=name))

        assert b"a secret of this machine" not in drawn
        assert "/EmbeddedFiles" not in str(inside(drawn, "/Root"))
