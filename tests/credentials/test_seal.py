import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfWriter
from pypdf.annotations import FreeText

from lms.clock import now
from lms.credentials.examination import OurKey, examine
from lms.credentials.pki import KeyFolder, make_seal_certificate
from lms.credentials.post_check import NotAsItShouldBe, check, check_seal
from lms.credentials.seal import open_key, sealed
from lms.credentials.snapshot import Snapshot
from lms.credentials.verdict import Document
from tests.credentials import trust_store
from tests.credentials.conftest import SAID, Paper, inside


def run(*command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=check, timeout=60)


@pytest.fixture(scope="module")
def root(paper: Paper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our root certificate in a file, DER."""
    path = tmp_path_factory.mktemp("root") / "root.crt"
    path.write_bytes(x509.load_pem_x509_certificates(paper.made.chain.encode())[-1].public_bytes(Encoding.DER))
    return path


class TestSealed:
    def test_is_valid_and_trusted_for_readers_who_trust_our_root(
        self, paper: Paper, root: Path, tmp_path: Path
    ) -> None:
        run(sys.executable, trust_store.__file__, tmp_path, root)

        said = run("pdfsig", "-nssdir", tmp_path, paper.path).stdout

        assert said.count("Signature #") == 1
        assert "Signature Type: ETSI.CAdES.detached" in said
        assert "Signing Hash Algorithm: SHA-256" in said
        assert "Total document signed" in said
        assert "Signature is Valid" in said
        assert "Certificate is Trusted" in said

    def test_is_verified_by_openssl_from_the_bytes_alone(self, paper: Paper, root: Path, tmp_path: Path) -> None:
        match = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", paper.pdf)
        assert match is not None
        _start, length, again, _rest = map(int, match.groups())
        (tmp_path / "cms").write_bytes(bytes.fromhex(paper.pdf[length + 1 : again - 1].decode()))
        (tmp_path / "content").write_bytes(paper.pdf[:length] + paper.pdf[again:])
        run("openssl", "x509", "-inform", "DER", "-in", root, "-out", tmp_path / "root.pem")

        verified = run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms", "-content", tmp_path / "content",
            "-CAfile", tmp_path / "root.pem", "-purpose", "any", "-out", os.devnull,
        )  # fmt: skip

        assert "successful" in verified.stderr

    def test_allows_no_change_after_it(self, paper: Paper) -> None:
        seal = inside(paper.pdf, "/Root", "/Perms", "/DocMDP")

        assert seal["/SubFilter"] == "/ETSI.CAdES.detached"
        assert seal["/Reference"][0]["/TransformParams"]["/P"] == 1

    def test_adds_to_the_document_and_changes_none_of_it(self, paper: Paper) -> None:
        assert paper.pdf.startswith(paper.unsealed.rstrip(b"\n"))

    def test_fills_the_field_that_the_page_brought(self, paper: Paper) -> None:
        fields = inside(paper.pdf, "/Root", "/AcroForm", "/Fields")

        assert [field.get_object()["/T"] for field in fields] == ["Sceau"]
        assert fields[0].get_object()["/TU"]

    def test_makes_the_first_and_the_later_ones_alike(self, paper: Paper, keys: KeyFolder) -> None:
        """The first of a key is pyHanko's own; later ones are cast in its mould."""
        fresh = open_key(paper.made.path, keys.passphrase, paper.made.chain)

        for document in (
            sealed(paper.unsealed, fresh),
            sealed(paper.unsealed, fresh),
            sealed(paper.unsealed + b"\n", fresh),
        ):
            check_seal(document, paper.made.chain)


class TestCheck:
    def test_passes_what_is_right(self, paper: Paper) -> None:
        check(paper.pdf, paper.made.chain, (SAID.name, "K7MQ-4T9X-WB2R-J"))

    def test_finds_a_name_that_runs_the_other_way(self, paper: Paper, draw: Callable[[Snapshot], bytes]) -> None:
        document = sealed(draw(replace(SAID, name="هاجر الإدريسي", name_ar="")), paper.key)

        check(document, paper.made.chain, ("هاجر الإدريسي", "K7MQ-4T9X-WB2R-J"))

    def test_stops_a_page_that_says_something_else(self, paper: Paper) -> None:
        with pytest.raises(NotAsItShouldBe, match="does not say"):
            check(paper.pdf, paper.made.chain, ("Salma Amrani",))

    def test_stops_a_document_without_a_seal(self, paper: Paper) -> None:
        with pytest.raises(NotAsItShouldBe, match="0 seals"):
            check_seal(paper.unsealed, paper.made.chain)

    def test_stops_a_seal_of_another_key(self, paper: Paper, keys: KeyFolder) -> None:
        another = make_seal_certificate(keys, "Institut", now())

        with pytest.raises(NotAsItShouldBe):
            check_seal(paper.pdf, another.chain)

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.999])
    def test_stops_one_changed_bit_anywhere(self, paper: Paper, share: float) -> None:
        place = int(share * (len(paper.pdf) - 1))
        changed = bytearray(paper.pdf)
        changed[place] ^= 1

        with pytest.raises((NotAsItShouldBe, ValueError)):
            check_seal(bytes(changed), paper.made.chain)


def with_comment(paper: Paper) -> bytes:
    return paper.pdf + b"% a comment that changes nothing\n"


def with_note_laid_over(paper: Paper) -> bytes:
    """Another name written over the page, as an update after the seal."""
    writer = PdfWriter(io.BytesIO(paper.pdf), incremental=True)
    writer.add_annotation(0, FreeText(text="Salma Amrani", rect=(250, 300, 600, 360), background_color="ffffff"))
    return written(writer)


def with_page_replaced(paper: Paper) -> bytes:
    writer = PdfWriter(io.BytesIO(paper.pdf), incremental=True)
    contents: Any = writer.pages[0]["/Contents"]
    contents[0].get_object().set_data(b"BT /F1 40 Tf (Salma Amrani) Tj ET")
    return written(writer)


def with_file_attached(paper: Paper) -> bytes:
    writer = PdfWriter(io.BytesIO(paper.pdf), incremental=True)
    writer.add_attachment("credential.json", b"{}")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_byte_flipped(paper: Paper) -> bytes:
    place = paper.pdf.index(b"stream") + 40
    return paper.pdf[:place] + bytes([paper.pdf[place] ^ 1]) + paper.pdf[place + 1 :]


def with_title_edited(paper: Paper) -> bytes:
    assert b"<pdfuaid:part>1<" in paper.pdf
    return paper.pdf.replace(b"<pdfuaid:part>1<", b"<pdfuaid:part>2<", 1)


def rewritten(paper: Paper) -> bytes:
    return subprocess.run(["qpdf", paper.path, "-"], capture_output=True, check=True).stdout


def without_seal(paper: Paper) -> bytes:
    return paper.unsealed


def truncated(paper: Paper) -> bytes:
    return paper.pdf[: len(paper.pdf) // 2]


def signed_by_somebody_else(paper: Paper) -> bytes:
    folder = KeyFolder(paper.path.parent / "forger", b"a forger's passphrase")
    made = make_seal_certificate(folder, SAID.issuer, now())  # the very same names
    return sealed(paper.unsealed, open_key(made.path, folder.passphrase, made.chain))


class TestExamine:
    TAMPERED = {  # noqa: RUF012 - the table of the cases
        "nothing": (lambda paper: paper.pdf, Document.ORIGINAL), "comment appended": (with_comment, Document.HARMLESS_BYTES),
        "note laid over": (with_note_laid_over, Document.CONTENT_ADDED),
        "page replaced": (with_page_replaced, Document.CONTENT_ADDED),
        "file attached": (with_file_attached, Document.CONTENT_ADDED), "byte flipped": (with_byte_flipped, Document.ALTERED),
        "metadata edited": (with_title_edited, Document.ALTERED), "rewritten": (rewritten, Document.ALTERED),
        "seal removed": (without_seal, Document.COPY), "sealed by a look-alike": (signed_by_somebody_else, Document.FOREIGN),
        "truncated": (truncated, Document.DAMAGED), "empty": (lambda _paper: b"", Document.DAMAGED),
        "no PDF": (lambda _paper: b"\x89PNG" * 99, Document.DAMAGED),
        "too large": (lambda _paper: b"%PDF-" * 3_000_000, Document.DAMAGED),
    }  # fmt: skip

    @pytest.mark.parametrize(("change", "document"), TAMPERED.values(), ids=TAMPERED)
    def test_tells_what_was_done(self, paper: Paper, change: Callable[[Paper], bytes], document: Document) -> None:
        keys = {paper.made.fingerprint: OurKey(paper.made.chain, is_withdrawn=False)}

        assert examine(change(paper), keys).document is document

    def test_reads_the_code_to_compare_with(self, paper: Paper) -> None:
        keys = {paper.made.fingerprint: OurKey(paper.made.chain, is_withdrawn=False)}

        assert examine(paper.pdf, keys).code == SAID.code
        assert examine(paper.unsealed, keys).code == SAID.code

    def test_says_when_the_key_was_withdrawn(self, paper: Paper) -> None:
        keys = {paper.made.fingerprint: OurKey(paper.made.chain, is_withdrawn=True)}

        assert examine(paper.pdf, keys).document is Document.KEY_WITHDRAWN
