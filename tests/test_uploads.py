import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.uploads import KINDS, MOST_BYTES, Problem, Upload, checked, safe_name


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


SOUND = {
    "a.png": b"\x89PNG\r\n\x1a\n....", "a.jpg": b"\xff\xd8\xff\xe0....", "a.JPEG": b"\xff\xd8\xff\xe0....",
    "a.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.pdf": b"%PDF-1.7\n",
    "a.docx": zipped("[Content_Types].xml", "word/document.xml"),
    "a.xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"), "a.pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "a.odt": zipped("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text")), "a.zip": zipped("a.txt"),
    "a.txt": "Élève\r\n".encode(), "old.txt": "Élève".encode("cp1252"), "a.md": b"# Title", "a.py": b"print(1)\n",
    "a.csv": b"\xef\xbb\xbfnom;note\n", "a.ipynb": b'{\n "cells": [], "nbformat": 4}',
}  # fmt: skip


class TestChecked:
    @pytest.mark.parametrize("name", SOUND)
    def test_takes_what_is_on_the_list(self, name: str) -> None:
        found = checked(name, SOUND[name])

        assert isinstance(found, Upload)
        assert found.content_type == KINDS[name.rpartition(".")[2].lower()].content_type

    @pytest.mark.parametrize(("name", "content", "problem"), [
        ("a.png", b"", Problem.EMPTY), ("a.txt", b"x" * (MOST_BYTES + 1), Problem.TOO_LARGE),
        ("a.exe", b"MZ\x90", Problem.KIND), ("report.pdf.exe", b"%PDF-1.7", Problem.KIND), ("noending", b"x", Problem.KIND),
        ("a.html", b"<script>", Problem.KIND), ("a.svg", b"<svg/>", Problem.KIND), ("a.docm", SOUND["a.docx"], Problem.KIND),
        ("a.png", b"\xff\xd8\xff", Problem.CONTENT), ("a.pdf", b"<html>%PDF-", Problem.CONTENT),
        ("a.txt", b"MZ\x90\x00\x03", Problem.CONTENT), ("a.py", SOUND["a.zip"], Problem.CONTENT),
        ("a.txt", b"%PDF-1.7\n", Problem.CONTENT), ("a.docx", SOUND["a.zip"], Problem.CONTENT),
        ("a.docx", SOUND["a.xlsx"], Problem.CONTENT), ("a.odt", SOUND["a.docx"], Problem.CONTENT),
        ("a.webp", b"RIFF....AVI ", Problem.CONTENT), ("a.ipynb", b"{}", Problem.CONTENT),
        ("a.ipynb", b'"cells"', Problem.CONTENT),
        (".pdf", b"x", Problem.KIND), ("a.pdf ", b"x", Problem.CONTENT),
    ])  # fmt: skip
    def test_refuses_the_rest(self, name: str, content: bytes, problem: Problem) -> None:
        assert checked(name, content) is problem

    def test_takes_exactly_the_largest(self) -> None:
        assert isinstance(checked("a.txt", b"x" * MOST_BYTES), Upload)

    @given(st.text(), st.binary(max_size=200))
    def test_never_fails_nor_keeps_a_path(self, name: str, content: bytes) -> None:
        found = checked(name, content)

        if isinstance(found, Upload):
            assert not set('/\\\0\r\n"') & set(found.name)


class TestSafeName:
    @pytest.mark.parametrize(("name", "shown"), [
        ("../../etc/passwd.txt", "passwd.txt"), ("C:\\Users\\me\\plan.docx", "plan.docx"),
        ("plan\u202efdp.exe.pdf", "planfdp.exe.pdf"),
        ("a\r\nb.txt", "a b.txt"), ("خطة الدرس.pdf", "خطة الدرس.pdf"), ("Séance n° 1.pdf", "Séance n° 1.pdf"), ("", "file"),
        ("...", "file"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf"), ('<b>"a".txt', "ba.txt"), ("/", "file"),
        ("a." + "b" * 300, "a." + "b" * 118),
    ])  # fmt: skip
    def test_shows_the_name_and_nothing_else(self, name: str, shown: str) -> None:
        assert safe_name(name) == shown

    @given(st.text())
    def test_is_short_and_settled(self, name: str) -> None:
        assert 0 < len(safe_name(name)) <= 160
        assert safe_name(safe_name(name)) == safe_name(name)
