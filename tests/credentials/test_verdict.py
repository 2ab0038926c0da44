from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.credentials import verdict, wording
from lms.credentials.states import CertificateState, ReplacementKind, RevocationReason
from lms.credentials.verdict import Document, Outcome, Record, Status, Successor, Verdict

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISSUED = Record(
    code="K7MQ4T9XWB2RJ", state=CertificateState.ISSUED, name="Hajar El Idrissi", shows_name=True, title_fr="Certificat",
    title_en="Certificate", issuer="Institut", awarded_on=date(2026, 1, 5), valid_from=date(2026, 1, 5),
    valid_until=date(2029, 1, 5),
)  # fmt: skip
CURRENT = Successor(CertificateState.ISSUED, date(2026, 11, 2), None)
REPLACED = replace(ISSUED, state=CertificateState.REPLACED, ended_on=date(2026, 11, 2), successor=CURRENT)

CASES = {
    "valid": (ISSUED, Status.VALID, "Authentic certificate, currently valid."),
    "valid on its last day": (replace(ISSUED, valid_until=DAY), Status.VALID, "Authentic certificate, currently valid."),
    "valid without end": (
        replace(ISSUED, valid_until=None), Status.VALID, "Authentic certificate. It has no expiry date.",
    ),
    "expired": (
        replace(ISSUED, valid_until=date(2026, 11, 22)), Status.EXPIRED,
        "Authentic certificate, but it expired on 22 November 2026.",
    ),
    "not yet valid": (
        replace(ISSUED, valid_from=date(2026, 11, 24)), Status.NOT_YET_VALID,
        "Authentic certificate, valid only from 24 November 2026.",
    ),
    "suspended": (
        replace(ISSUED, state=CertificateState.SUSPENDED), Status.SUSPENDED,
        "Validity suspended while a check is under way. Do not rely on it for now.",
    ),
    "revoked": (
        replace(ISSUED, state=CertificateState.REVOKED, ended_on=date(2026, 11, 2), reason=RevocationReason.MISCONDUCT),
        Status.REVOKED, "Certificate revoked on 2 November 2026. Reason: misconduct established. It is no longer valid.",
    ),
    "corrected": (
        replace(REPLACED, replacement=ReplacementKind.CORRECTION), Status.CORRECTED,
        "Replaced on 2 November 2026 by a corrected version. Ask the holder for the new certificate.",
    ),
    "renewed": (
        replace(REPLACED, replacement=ReplacementKind.RENEWAL), Status.RENEWED,
        "This version has been renewed; a newer certificate is currently valid.",
    ),
    "renewed by one that was revoked since": (
        replace(REPLACED, replacement=ReplacementKind.RENEWAL, successor=replace(CURRENT, state=CertificateState.REVOKED)),
        Status.RENEWED, "This version has been renewed, but the newer certificate is not currently valid.",
    ),
    "name hidden": (
        replace(ISSUED, shows_name=False), Status.VALID,
        "Authentic and valid. The holder chose not to show a name here; compare with the document.",
    ),
    "revoked although its dates are over": (
        replace(ISSUED, state=CertificateState.REVOKED, valid_until=date(2026, 2, 1), ended_on=date(2026, 3, 1)),
        Status.REVOKED, "Certificate revoked on 1 March 2026. Reason: other. It is no longer valid.",
    ),
}  # fmt: skip


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.usefixtures("english")
class TestAnswer:
    @pytest.mark.parametrize(("record", "status", "words"), CASES.values(), ids=CASES)
    def test_says_what_is_the_case(self, record: Record, status: Status, words: str) -> None:
        answer = verdict.answer(record, DAY, NOW)

        assert (answer.verdict, answer.status) == (Verdict.AUTHENTIC, status)
        assert wording.sentence(answer) == words
        assert wording.advice(answer)
        assert answer.is_current == (status is Status.VALID)

    def test_knows_nothing_of_a_code_nobody_has(self) -> None:
        answer = verdict.answer(None, DAY, NOW)

        assert (answer.verdict, answer.status, answer.certificate) == (Verdict.UNKNOWN, None, None)
        assert wording.sentence(answer) == "No certificate matches this code."

    def test_treats_one_that_is_not_sealed_as_unknown(self) -> None:
        draft = verdict.answer(replace(ISSUED, state=CertificateState.DRAFT), DAY, NOW)

        assert draft == verdict.answer(None, DAY, NOW)

    def test_tells_a_typing_error_without_a_record(self) -> None:
        answer = verdict.mistyped(NOW)

        assert answer.verdict is Verdict.MISTYPED
        assert wording.sentence(answer) == "This code has a typing error. Check the characters (0 and O, 1 and I)."
        assert {check.outcome for check in answer.checks} == {Outcome.FAILED, Outcome.NOT_CHECKED}

    def test_hides_the_name_in_every_state(self) -> None:
        for record, _status, _words in CASES.values():
            answer = verdict.answer(replace(record, shows_name=False), DAY, NOW)
            assert answer.certificate is not None
            assert answer.certificate.name is None
            assert "Hajar" not in str(wording.verdict_object(answer))

    @settings(deadline=None)
    @given(
        st.sampled_from(list(CertificateState)), st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    )  # fmt: skip
    def test_never_calls_current_what_is_not(
        self, state: CertificateState, first: date, last: date | None, today: date
    ) -> None:
        answer = verdict.answer(replace(ISSUED, state=state, valid_from=first, valid_until=last), today, NOW)

        in_dates = first <= today and (last is None or today <= last)
        assert answer.is_current == (state is CertificateState.ISSUED and in_dates)


@pytest.mark.usefixtures("english")
class TestAnswerForFile:
    @pytest.mark.parametrize("document", [Document.ORIGINAL, Document.HARMLESS_BYTES])
    def test_trusts_what_we_sealed_as_far_as_the_record_does(self, document: Document) -> None:
        assert verdict.answer_for_file(document, ISSUED, DAY, NOW).is_current
        revoked = replace(ISSUED, state=CertificateState.REVOKED, ended_on=date(2026, 11, 2))
        assert not verdict.answer_for_file(document, revoked, DAY, NOW).is_current

    @pytest.mark.parametrize(
        "document", [item for item in Document if item not in (Document.ORIGINAL, Document.HARMLESS_BYTES)]
    )
    def test_trusts_nothing_else_whatever_the_record_says(self, document: Document) -> None:
        answer = verdict.answer_for_file(document, ISSUED, DAY, NOW)

        assert answer.verdict is Verdict.NOT_AUTHENTIC
        assert not answer.is_current
        assert wording.document_sentence(document)

    def test_does_not_vouch_for_an_original_without_a_record(self) -> None:
        assert verdict.answer_for_file(Document.ORIGINAL, None, DAY, NOW).verdict is Verdict.NOT_AUTHENTIC
