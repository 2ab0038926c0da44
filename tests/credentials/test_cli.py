import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms import db, storage
from lms.__main__ import main
from lms.clock import now, today
from lms.credentials import code as codes
from lms.credentials import queries, services, verdict, wording
from lms.credentials.models import Certificate
from lms.credentials.pki import root_fingerprint
from lms.credentials.states import CertificateState, RevocationReason
from lms.credentials.verdict import Document
from lms.jobs import Job
from lms.permissions import INSTITUTE
from tests.factories import make_cohort, make_eligible, make_enrolment, make_signing_key, make_user

Lms = Callable[..., Result]


@pytest.fixture
def lms(fresh: Flask) -> Lms:
    """``lms(…)``: the command, on this test's installation."""

    def run(*arguments: str | Path) -> Result:
        before = os.umask(0o077)
        try:
            return CliRunner().invoke(main, [str(item) for item in arguments], obj=ScriptInfo(create_app=lambda: fresh))
        finally:
            os.umask(before)

    return run


@pytest.fixture
def sealed(fresh: Flask, worker: Callable[[], int]) -> Certificate:
    with db.transaction():
        make_signing_key()
        enrolment = make_eligible(user=make_user("Hajar", "El Idrissi")).id
    with fresh.app_context(), db.transaction():
        certificate = services.issue_certificate(enrolment, by=INSTITUTE)
    worker()
    return certificate


@pytest.fixture
def file(sealed: Certificate, tmp_path: Path) -> Path:
    with db.reading():
        row = queries.file_of(sealed.id)
    assert row is not None
    path = tmp_path / "certificate.pdf"
    path.write_bytes(storage.get(row.key))
    return path


class TestIssue:
    def test_decides_for_those_who_may_and_says_why_not_for_others(self, lms: Lms) -> None:
        with db.transaction():
            cohort = make_cohort(code="DEV-F-2026-1")
            make_eligible(cohort)
            make_enrolment(cohort, make_user("Salma", "Amrani"))

        first, second = lms("certificates", "issue", "DEV-F-2026-1"), lms("certificates", "issue", "DEV-F-2026-1")

        assert first.exit_code == 0
        assert re.findall(r"\d+", first.stdout) == ["1"]
        assert "Salma Amrani: " in first.stderr
        assert re.findall(r"\d+", second.stdout) == ["0"]
        with db.reading() as session:
            assert session.query(Job).filter_by(kind="credentials.seal").count() == 1

    def test_refuses_a_cohort_there_is_not(self, lms: Lms) -> None:
        result = lms("certificates", "issue", "NOWHERE")

        assert result.exit_code == 1
        assert result.stderr.strip()


class TestVerify:
    def test_knows_a_code(self, lms: Lms, sealed: Certificate) -> None:
        result = lms("certificates", "verify", codes.printed(sealed.code), "--json")

        answer = json.loads(result.stdout)
        assert (result.exit_code, answer["status"], answer["certificate"]["name"]) == (0, "valid", "Hajar El Idrissi")

    def test_tells_unknown_from_mistyped(self, lms: Lms, fresh: Flask) -> None:
        unknown, mistyped = (
            lms("certificates", "verify", "0000-0000-0000-0"),
            lms("certificates", "verify", "0000-0000-0000-1"),
        )

        assert (unknown.exit_code, mistyped.exit_code) == (1, 1)
        with fresh.app_context():
            assert wording.sentence(verdict.answer(None, today(), now())) in unknown.stdout
            assert wording.sentence(verdict.mistyped(now())) in mistyped.stdout

    def test_knows_the_very_file(self, lms: Lms, file: Path) -> None:
        result = lms("certificates", "verify", file, "--json")

        answer = json.loads(result.stdout)
        assert result.exit_code == 0
        assert (answer["verdict"], answer["status"], answer["document"]["is"]) == ("authentic", "valid", "original")

    def test_sees_one_flipped_byte(self, lms: Lms, file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[content.index(b"stream") + 30] ^= 1
        file.write_bytes(content)

        result = lms("certificates", "verify", file, "--json")

        answer = json.loads(result.stdout)
        assert result.exit_code == 1
        assert (answer["verdict"], answer["is_current"], answer["document"]["is"]) == (
            "not_authentic",
            False,
            "altered",
        )

    def test_knows_the_original_of_a_certificate_that_was_revoked(
        self, lms: Lms, fresh: Flask, sealed: Certificate, file: Path
    ) -> None:
        with fresh.app_context(), db.transaction():
            services.revoke(sealed.id, reason=RevocationReason.OUR_ERROR, note="x", by=INSTITUTE)

        result = lms("certificates", "verify", file)

        assert result.exit_code == 1
        with fresh.app_context():
            assert wording.document_sentence(Document.ORIGINAL) in result.stdout
            assert wording.reason_word(RevocationReason.OUR_ERROR) in result.stdout

    def test_trusts_the_seal_of_a_key_that_is_retired(self, lms: Lms, sealed: Certificate, file: Path) -> None:
        assert lms("certificates", "keys", "rotate").exit_code == 0
        file.write_bytes(
            file.read_bytes() + b"% and a comment\n"
        )  # so that the bytes are not found and the seal is looked at

        result = lms("certificates", "verify", file, "--json")

        assert (result.exit_code, json.loads(result.stdout)["document"]["is"]) == (0, "harmless_bytes")


class TestRevoke:
    def test_revokes_for_good(self, lms: Lms, sealed: Certificate) -> None:
        arguments = (
            "certificates",
            "revoke",
            codes.printed(sealed.code),
            "--reason",
            "our_error",
            "--note",
            "Wrong person",
        )

        first, second = lms(*arguments), lms(*arguments)

        assert (first.exit_code, second.exit_code) == (0, 1)
        assert second.stderr.strip()
        assert "Traceback" not in second.stderr
        with db.reading() as session:
            assert session.get_one(Certificate, sealed.id).state == CertificateState.REVOKED

    def test_asks_for_one_of_the_public_reasons(self, lms: Lms, sealed: Certificate) -> None:
        result = lms("certificates", "revoke", codes.printed(sealed.code), "--reason", "dislike", "--note", "x")

        assert result.exit_code == 2


class TestKeys:
    def test_lists_them_with_the_one_in_use_first(self, lms: Lms, fresh: Flask) -> None:
        with db.transaction():
            old = make_signing_key().fingerprint
        new = lms("certificates", "keys", "rotate").stdout.strip()

        *lines, root = lms("certificates", "keys", "list").stdout.splitlines()

        with db.reading():
            assert root.endswith(root_fingerprint(queries.signing_keys()[0].chain))
        assert [line.split()[0] for line in lines] == [new, old]
        assert lines[0].split("  ")[-1] != lines[1].split("  ")[-1]


class TestHelp:
    @pytest.mark.parametrize(
        "command", [(), ("issue",), ("verify",), ("revoke",), ("keys",), ("keys", "list"), ("keys", "rotate")]
    )
    def test_explains_with_an_example(self, lms: Lms, command: tuple[str, ...]) -> None:
        result = lms("certificates", *command, "--help")

        assert result.exit_code == 0
        assert "Example:" in result.stdout or "Commands:" in result.stdout
