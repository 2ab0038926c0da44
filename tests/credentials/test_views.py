import gzip
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms import db
from lms.accounts import throttle
from lms.accounts.models import ThrottleWindow
from lms.credentials import code as codes
from lms.credentials import services
from lms.credentials.models import Certificate, ShareLink
from lms.credentials.states import CertificateState, RevocationReason
from lms.jobs import Job
from lms.permissions import INSTITUTE, Role
from lms.web.static_files import FOLDER
from tests.conftest import Clock, Statements
from tests.factories import (
    make_certificate,
    make_cohort,
    make_eligible,
    make_enrolment,
    make_signing_key,
    make_staff,
    make_user,
)

Count = Callable[[], AbstractContextManager[Statements]]
SignIn = Callable[[int], FlaskClient]
JSON = {"Accept": "application/json"}
UNKNOWN = "0000000000000"  # well formed, and nobody's


@pytest.fixture
def certificate(fresh: Flask) -> Certificate:
    with fresh.app_context(), db.transaction():
        return make_certificate(make_eligible(user=make_user("Hajar", "El Idrissi", email="hajar@example.ma")))


def address(certificate: Certificate, **query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/v/{codes.printed(certificate.code)}" + (f"?{asked}" if asked else "")


def words(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)).split())  # type: ignore[attr-defined]


class TestVerify:
    def test_answers_anybody(self, client: FlaskClient, certificate: Certificate) -> None:
        response = client.get(address(certificate, lang="en"))

        assert response.status_code == 200
        page = words(response)
        assert "Authentic certificate, currently valid." in page
        for shown in ("Hajar El Idrissi", "Certificate", "Institut de formation de formateurs", "23 November 2029"):
            assert shown in page

    def test_needs_two_statements_at_most(
        self, client: FlaskClient, certificate: Certificate, statements: Count
    ) -> None:
        client.get(address(certificate))
        for headers in ({}, JSON):
            with statements() as sent:
                client.get(address(certificate), headers=headers)
            assert len(sent) <= 2

    def test_asks_the_database_nothing_when_the_code_is_mistyped(self, client: FlaskClient, statements: Count) -> None:
        with statements() as sent:
            response = client.get("/v/K7MQ-4T9X-WB2R-K?lang=en")

        assert len(sent) == 0
        assert "This code has a typing error." in words(response)

    @pytest.mark.parametrize("typed", ["x" * 3000, "%00", "..", "<script>alert(1)</script>", "é", "' OR 1=1 --"])
    def test_takes_any_text_as_a_typing_error(self, client: FlaskClient, typed: str) -> None:
        for response in (client.get("/v/", query_string={"code": typed}), client.get(f"/v/{typed.replace('/', '')}")):
            assert response.status_code == 200
            assert "<script>alert" not in response.get_data(as_text=True)

    def test_knows_the_code_however_it_is_typed(self, client: FlaskClient, certificate: Certificate) -> None:
        typed = f" {codes.printed(certificate.code).lower().replace('-', ' ')} "

        response = client.get("/v/", query_string={"code": typed, "lang": "fr"})

        assert response.status_code == 303
        assert response.location == f"{address(certificate)}?lang=fr"

    def test_keeps_to_itself_and_to_this_answer(self, client: FlaskClient, certificate: Certificate) -> None:
        for path in (address(certificate), "/v/", f"/v/{UNKNOWN}"):
            headers = client.get(path).headers
            assert headers["X-Robots-Tag"] == "noindex, nofollow"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in headers

    def test_shows_only_what_an_employer_needs(self, client: FlaskClient, certificate: Certificate) -> None:
        for response in (client.get(address(certificate)), client.get(address(certificate), headers=JSON)):
            text = response.get_data(as_text=True)
            assert "hajar@example.ma" not in text
            assert certificate.uuid not in text
            for secret in ("holder_id", "enrolment", "cohort", "module"):
                assert secret not in text.lower().replace("modulepreload", "")

    def test_gives_programs_the_verdict_object(self, client: FlaskClient, certificate: Certificate) -> None:
        response = client.get(address(certificate, lang="en"), headers=JSON)

        answer = json.loads(response.data)
        assert response.mimetype == "application/json"
        assert list(answer) == [
            "verdict", "status", "is_current", "message", "advice", "as_of", "checks", "document", "certificate",
        ]  # fmt: skip
        assert (answer["verdict"], answer["status"], answer["is_current"]) == ("authentic", "valid", True)
        assert answer["message"] == "Authentic certificate, currently valid."
        assert answer["as_of"] == "2026-11-23T12:00:00+00:00"
        assert {check["name"]: check["outcome"] for check in answer["checks"]} == {
            "code": "passed", "record": "passed", "standing": "passed", "dates": "passed", "document": "not_checked",
        }  # fmt: skip
        assert answer["certificate"] == {
            "code": codes.printed(certificate.code), "name": "Hajar El Idrissi",
            "title": {"fr": "Certificat", "en": "Certificate"}, "issuer": "Institut de formation de formateurs",
            "awarded_on": "2026-11-23", "valid_from": "2026-11-23", "valid_until": "2029-11-23", "ended_on": None, "reason": None,
        }  # fmt: skip

    def test_follows_the_life_of_a_certificate(self, fresh: Flask, certificate: Certificate, present: Clock) -> None:
        browser = fresh.test_client()
        told = {}

        def note(when: str, which: Certificate = certificate) -> None:
            told[when] = json.loads(browser.get(address(which), headers=JSON).data)["status"]

        note("issued")
        with fresh.app_context(), db.transaction():
            new = services.correct(certificate.id, name="Hajar Idrissi", name_ar="", note="x", by=INSTITUTE)
        note("old, corrected")
        note("new, not sealed", new)
        with db.transaction() as session:
            session.execute(update(Certificate).where(Certificate.id == new.id).values(state=CertificateState.ISSUED))
        note("new", new)
        present.forward(days=365 * 4)
        note("new, years later", new)
        with fresh.app_context(), db.transaction():
            services.revoke(new.id, reason=RevocationReason.HOLDER_REQUEST, note="x", by=INSTITUTE)
        note("new, revoked", new)

        assert told == {
            "issued": "valid", "old, corrected": "corrected", "new, not sealed": None, "new": "valid",
            "new, years later": "expired", "new, revoked": "revoked",
        }  # fmt: skip

    def test_answers_the_same_for_unknown_and_not_yet_sealed(self, fresh: Flask, client: FlaskClient) -> None:
        with fresh.app_context(), db.transaction():
            draft = make_certificate(state=CertificateState.DRAFT)

        known, unknown = (client.get(f"/v/{codes.printed(code)}", headers=JSON).data for code in (draft.code, UNKNOWN))

        assert known == unknown

    def test_hides_the_name_and_not_the_standing(self, client: FlaskClient, certificate: Certificate) -> None:
        with db.transaction() as session:
            session.execute(update(Certificate).values(shows_name=False))

        page = words(client.get(address(certificate, lang="en")))

        assert "Hajar" not in page
        assert "Authentic and valid. The holder chose not to show a name here; compare with the document." in page

    def test_offers_both_languages(self, client: FlaskClient, certificate: Certificate) -> None:
        page = client.get(address(certificate)).get_data(as_text=True)

        for locale in ("fr", "en"):
            assert f'<link rel="alternate" hreflang="{locale}" href="{address(certificate)}?lang={locale}">' in page
        assert '<html lang="fr"' in client.get(address(certificate, lang="fr")).get_data(as_text=True)

    def test_is_announced_and_weighs_little(self, client: FlaskClient, certificate: Certificate) -> None:
        response = client.get(address(certificate, lang="en"))

        page = response.get_data(as_text=True)
        assert 'role="status"' in page
        assert page.count("<h1>") == 1
        sheets = re.findall(r'<link rel="stylesheet" href="/static/\w+/([\w./-]+)"', page)
        scripts = re.findall(r'<script src="/static/\w+/([\w./-]+)"', page)
        loaded = sum(_compressed(FOLDER / name) for name in [*sheets, *scripts, "vendor/icons.svg", "star.svg"])
        assert loaded + len(gzip.compress(response.data)) <= 45 * 1024


def _compressed(path: Path) -> int:
    brotli = path.with_name(path.name + ".br")
    return brotli.stat().st_size if brotli.exists() else len(gzip.compress(path.read_bytes()))


class TestGuessing:
    def test_is_stopped_and_says_for_how_long(
        self, client: FlaskClient, certificate: Certificate, present: Clock
    ) -> None:
        answers = [client.get(f"/v/{codes.printed(codes.new_code())}").status_code for _try in range(12)]

        assert answers == [200] * 10 + [429] * 2
        refused = client.get(address(certificate, lang="en"))
        assert refused.status_code == 429
        assert "Too many tries. Try again in 10 minutes." in words(refused)
        assert 0 < int(refused.headers["Retry-After"]) <= 600
        present.forward(minutes=11)
        assert client.get(address(certificate)).status_code == 200

    def test_does_not_count_typing_errors_and_hits(self, client: FlaskClient, certificate: Certificate) -> None:
        for _try in range(15):
            assert client.get("/v/K7MQ-4T9X-WB2R-K").status_code == 200
            assert client.get(address(certificate)).status_code == 200

    def test_is_counted_for_each_network_apart(self, fresh: Flask) -> None:
        for _try in range(11):
            fresh.test_client().get(
                f"/v/{codes.printed(codes.new_code())}", environ_base={"REMOTE_ADDR": "198.51.100.7"}
            )

        assert fresh.test_client().get(f"/v/{UNKNOWN}", environ_base={"REMOTE_ADDR": "198.51.100.8"}).status_code == 200

    def test_is_counted_apart_from_the_request(self, client: FlaskClient, statements: Count) -> None:
        with statements() as sent:
            client.get(f"/v/{UNKNOWN}")

        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(ThrottleWindow)) == 1
        writes = [statement for statement in sent.seen if not statement.startswith("SELECT")]
        assert len(writes) == 1
        assert throttle.CHECK_MISSES.amount == 10


class TestAuthority:
    def test_gives_out_root_and_issuing_certificate(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            key = make_signing_key()
        _seal, issuing, root = x509.load_pem_x509_certificates(key.chain.encode())

        assert x509.load_der_x509_certificate(client.get("/pki/root.crt").data) == root
        response = client.get("/pki/ca.crt")
        assert x509.load_der_x509_certificate(response.data) == issuing
        assert response.mimetype == "application/pkix-cert"

    def test_says_there_is_none_before_there_is(self, client: FlaskClient) -> None:
        assert client.get("/pki/root.crt").status_code == 404


class TestMine:
    def test_shows_ones_own_and_nobody_elses(self, certificate: Certificate, sign_in: SignIn) -> None:
        with db.transaction():
            make_certificate()

        page = words(sign_in(certificate.holder_id).get("/certificates?lang=en"))

        assert page.count("Download the PDF") == 1
        assert codes.printed(certificate.code) in page

    def test_says_what_to_do_when_there_is_none(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            user = make_user().id

        assert "No certificate yet." in words(sign_in(user).get("/certificates?lang=en"))

    def test_needs_few_statements(self, certificate: Certificate, sign_in: SignIn, statements: Count) -> None:
        browser = sign_in(certificate.holder_id)
        with statements() as sent:
            browser.get("/certificates")

        assert len(sent) <= 3

    def test_hides_and_shows_the_name(self, certificate: Certificate, sign_in: SignIn, client: FlaskClient) -> None:
        browser = sign_in(certificate.holder_id)

        browser.post(f"/certificates/{certificate.id}/name/hide")
        assert "Hajar" not in words(client.get(address(certificate)))
        browser.post(f"/certificates/{certificate.id}/name/show")
        assert "Hajar" in words(client.get(address(certificate)))

    @pytest.mark.parametrize("act", ["name/hide", "name/show", "share", "share/end"])
    def test_lets_nobody_else_decide(self, certificate: Certificate, sign_in: SignIn, act: str) -> None:
        with db.transaction():
            others = make_user().id, make_staff(Role.ADMIN).id

        for other in others:
            assert sign_in(other).post(f"/certificates/{certificate.id}/{act}").status_code == 404


class TestShare:
    def link(self, browser: FlaskClient, certificate: Certificate) -> str:
        page = browser.post(f"/certificates/{certificate.id}/share").get_data(as_text=True)
        found = re.search(r'value="http://localhost(/share/[\w-]+)"', page)
        assert found is not None
        return found[1]

    def test_shows_the_whole_certificate_to_whoever_has_the_link(
        self, certificate: Certificate, sign_in: SignIn, client: FlaskClient
    ) -> None:
        path = self.link(sign_in(certificate.holder_id), certificate)

        response = client.get(f"{path}?lang=en")

        page = words(response)
        assert "Hajar El Idrissi" in page
        assert "Modules" in page
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"

    def test_shows_the_name_there_even_when_it_is_hidden_on_the_public_page(
        self, certificate: Certificate, sign_in: SignIn, client: FlaskClient
    ) -> None:
        browser = sign_in(certificate.holder_id)
        browser.post(f"/certificates/{certificate.id}/name/hide")

        assert "Hajar El Idrissi" in words(client.get(self.link(browser, certificate)))

    def test_ends_after_ninety_days(
        self, certificate: Certificate, sign_in: SignIn, client: FlaskClient, present: Clock
    ) -> None:
        path = self.link(sign_in(certificate.holder_id), certificate)
        present.forward(days=89)
        assert client.get(path).status_code == 200
        present.forward(days=2)

        assert client.get(path).status_code == 404

    def test_ends_when_it_is_switched_off_or_made_again(
        self, certificate: Certificate, sign_in: SignIn, client: FlaskClient
    ) -> None:
        browser = sign_in(certificate.holder_id)
        first, second = self.link(browser, certificate), self.link(browser, certificate)
        assert client.get(first).status_code == 404
        assert client.get(second).status_code == 200

        browser.post(f"/certificates/{certificate.id}/share/end")

        assert client.get(second).status_code == 404

    def test_keeps_the_hash_of_the_link_only(self, certificate: Certificate, sign_in: SignIn) -> None:
        token = self.link(sign_in(certificate.holder_id), certificate).removeprefix("/share/")

        with db.reading() as session:
            assert token not in str(session.execute(select(ShareLink.token_hash)).all())


@pytest.fixture
def sealed(fresh: Flask, worker: Callable[[], int]) -> Certificate:
    with db.transaction():
        make_signing_key()
        enrolment = make_eligible(user=make_user("Hajar", "El Idrissi")).id
    with fresh.app_context(), db.transaction():
        certificate = services.issue_certificate(enrolment, by=INSTITUTE)
    worker()
    return certificate


class TestFile:
    def test_is_for_the_holder_and_those_who_look_after_results(self, sealed: Certificate, sign_in: SignIn) -> None:
        with db.transaction():
            inside = make_staff(Role.FACILITATOR, sealed.cohort_id).id
            outside = make_staff(Role.COORDINATOR, make_cohort().id).id
            allowed = (sealed.holder_id, inside, make_staff(Role.ADMIN).id, make_staff(Role.AUDITOR).id)
            refused = (outside, make_user().id, make_staff(Role.AUTHOR).id)

        path = f"/certificates/{sealed.id}/file"
        assert [sign_in(user).get(path).status_code for user in allowed] == [200] * 4
        assert [sign_in(user).get(path).status_code for user in refused] == [404] * 3

    def test_comes_as_a_download_with_a_name(self, sealed: Certificate, sign_in: SignIn, statements: Count) -> None:
        browser = sign_in(sealed.holder_id)
        with statements() as sent:
            response = browser.get(f"/certificates/{sealed.id}/file")

        assert len(sent) <= 3
        assert response.mimetype == "application/pdf"
        assert response.data.startswith(b"%PDF-1.7")
        assert response.headers["Content-Disposition"].startswith('attachment; filename="Hajar El Idrissi ')
        assert "sandbox" in response.headers["Content-Security-Policy"]

    def test_is_in_the_shared_page_while_it_stands(self, fresh: Flask, sealed: Certificate, sign_in: SignIn) -> None:
        path = TestShare().link(sign_in(sealed.holder_id), sealed)
        visitor = fresh.test_client()
        assert visitor.get(f"{path}/file").data.startswith(b"%PDF")

        with fresh.app_context(), db.transaction():
            services.revoke(sealed.id, reason=RevocationReason.OUR_ERROR, note="x", by=INSTITUTE)

        assert visitor.get(f"{path}/file").status_code == 404
        assert "Certificate revoked" in words(visitor.get(f"{path}?lang=en"))


class TestCohort:
    def screen(self, sign_in: SignIn, people: int) -> tuple[FlaskClient, int, list[int]]:
        with db.transaction():
            cohort = make_cohort(capacity=200)
            eligible = [make_eligible(cohort, make_user("Amina", f"Alami{n}")).id for n in range(people)]
            make_certificate(make_eligible(cohort, make_user("Ilyas", "Tazi")))
            make_enrolment(cohort, make_user("Salma", "Amrani"))
            staff = make_staff(Role.COORDINATOR, cohort.id)
        return sign_in(staff.id), cohort.id, eligible

    def test_says_who_may_who_has_and_who_not_yet_and_why(self, fresh: Flask, sign_in: SignIn) -> None:
        browser, cohort_id, _people = self.screen(sign_in, 2)

        page = words(browser.get(f"/cohorts/{cohort_id}/certificates?lang=en"))

        assert page.index("Ready to be issued") < page.index("Alami0") < page.index("Have one")
        assert (
            page.index("Have one")
            < page.index("Ilyas Tazi")
            < page.index("Not yet, and why")
            < page.index("Salma Amrani")
        )
        assert "1 thing is missing" in page

    def test_needs_the_same_statements_for_three_and_for_sixty(
        self, fresh: Flask, sign_in: SignIn, statements: Count
    ) -> None:
        counts = []
        for people in (3, 60):
            browser, cohort_id, _people = self.screen(sign_in, people)
            with statements() as sent:
                assert browser.get(f"/cohorts/{cohort_id}/certificates").status_code == 200
            counts.append(len(sent))

        assert counts[0] == counts[1] <= 8

    def test_promises_certificates_to_the_chosen(self, fresh: Flask, sign_in: SignIn) -> None:
        browser, cohort_id, people = self.screen(sign_in, 3)
        form = {"people": people[:2], "request": "0123456789abcdef"}

        first = browser.post(f"/cohorts/{cohort_id}/certificates", data=form)
        second = browser.post(f"/cohorts/{cohort_id}/certificates", data=form)

        assert first.status_code == 303
        assert first.location == second.location
        with db.reading() as session:
            job = session.scalars(select(Job).where(Job.kind == "credentials.issue_cohort")).one()
            assert job.arguments == {"cohort_id": cohort_id, "enrolment_ids": people[:2]}
        assert browser.get(first.location).status_code == 200

    def test_asks_for_somebody_to_be_chosen(self, fresh: Flask, sign_in: SignIn) -> None:
        browser, cohort_id, _people = self.screen(sign_in, 1)

        response = browser.post(f"/cohorts/{cohort_id}/certificates?lang=en", data={"request": "0123456789abcdef"})

        assert response.status_code == 422
        assert "Choose at least one participant." in words(response)

    def test_is_for_those_who_issue_in_this_cohort(self, fresh: Flask, sign_in: SignIn) -> None:
        _browser, cohort_id, people = self.screen(sign_in, 1)
        with db.transaction():
            elsewhere = make_staff(Role.COORDINATOR, make_cohort().id).id
            facilitator = make_staff(Role.FACILITATOR, cohort_id).id

        path = f"/cohorts/{cohort_id}/certificates"
        assert sign_in(elsewhere).get(path).status_code == 404
        assert sign_in(facilitator).get(path).status_code == 403
        assert sign_in(elsewhere).post(path, data={"people": people, "request": "0" * 16}).status_code == 404

    def test_hands_out_the_archive_of_this_cohort_only(
        self, fresh: Flask, sealed: Certificate, sign_in: SignIn, worker: Callable[[], int]
    ) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR).id
            other = make_cohort().id
        browser = sign_in(coordinator)
        started = browser.post(f"/cohorts/{sealed.cohort_id}/certificates/archive", data={"request": "0" * 16})
        worker()
        job_id = int(started.location.rsplit("/", 1)[1])

        response = browser.get(f"/cohorts/{sealed.cohort_id}/certificates/archive/{job_id}")

        assert response.mimetype == "application/zip"
        assert response.data.startswith(b"PK")
        assert browser.get(f"/cohorts/{other}/certificates/archive/{job_id}").status_code == 404


class TestCertificate:
    def test_tells_its_history_with_the_notes_to_those_who_may_revoke(
        self, fresh: Flask, certificate: Certificate, sign_in: SignIn
    ) -> None:
        with fresh.app_context(), db.transaction():
            services.revoke(certificate.id, reason=RevocationReason.OUR_ERROR, note="The wrong Hajar", by=INSTITUTE)
            coordinator = make_staff(Role.COORDINATOR, certificate.cohort_id).id
            facilitator = make_staff(Role.FACILITATOR, certificate.cohort_id).id

        seen = words(sign_in(coordinator).get(f"/certificates/{certificate.id}?lang=en"))
        assert "Revoked: error on our side The wrong Hajar" in seen
        assert "The wrong Hajar" not in words(sign_in(facilitator).get(f"/certificates/{certificate.id}?lang=en"))

    def test_is_for_staff_of_its_cohort(self, certificate: Certificate, sign_in: SignIn) -> None:
        with db.transaction():
            elsewhere = make_staff(Role.COORDINATOR, make_cohort().id).id

        for act in ("", "/correct", "/revoke"):
            assert sign_in(elsewhere).get(f"/certificates/{certificate.id}{act}").status_code == 404
            assert sign_in(certificate.holder_id).get(f"/certificates/{certificate.id}{act}").status_code == 403

    def test_is_corrected_with_a_reason(self, certificate: Certificate, sign_in: SignIn, client: FlaskClient) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, certificate.cohort_id).id
        browser, path = sign_in(coordinator), f"/certificates/{certificate.id}/correct"

        assert browser.post(path, data={"name": "Hajar Idrissi"}).status_code == 422
        latin = browser.post(path, data={"name": "Hajar Idrissi", "name_ar": "Hajar", "note": "x"})
        assert latin.status_code == 422
        done = browser.post(path, data={"name": "Hajar Idrissi", "name_ar": "هاجر", "note": "The name was cut"})

        assert done.status_code == 303
        assert browser.get(done.location).status_code == 200
        assert "Replaced on 23 November 2026" in words(client.get(address(certificate, lang="en")))
        again = browser.post(path, data={"name": "Hajar", "name_ar": "", "note": "x"})
        assert again.status_code == 422

    def test_is_revoked_with_a_reason(self, certificate: Certificate, sign_in: SignIn, client: FlaskClient) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, certificate.cohort_id).id
        browser, path = sign_in(coordinator), f"/certificates/{certificate.id}/revoke"

        assert browser.post(path, data={"note": "x"}).status_code == 422
        assert browser.post(path, data={"reason": "a reason of my own", "note": "x"}).status_code == 422
        assert browser.post(path, data={"reason": "misconduct", "note": "Not theirs"}).status_code == 303

        page = words(client.get(address(certificate, lang="en")))
        assert "Certificate revoked on 23 November 2026. Reason: misconduct established. It is no longer valid." in page
        assert "Not theirs" not in page
        assert browser.post(path, data={"reason": "other", "note": "x"}).status_code == 422

    def test_asks_for_the_password_again_before_it_is_revoked(
        self, certificate: Certificate, sign_in: SignIn, present: Clock
    ) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, certificate.cohort_id).id
        browser = sign_in(coordinator)
        present.forward(minutes=6)

        response = browser.post(f"/certificates/{certificate.id}/revoke", data={"reason": "other", "note": "x"})

        assert response.location == "/confirm"
        with db.reading() as session:
            assert session.get_one(Certificate, certificate.id).state == CertificateState.ISSUED


class TestCheckForm:
    def test_is_open_and_sends_nothing_but_the_code(self, client: FlaskClient, statements: Count) -> None:
        with statements() as sent:
            page = client.get("/v/?lang=en").get_data(as_text=True)

        assert len(sent) == 0
        assert '<form method="get" action="/v/"' in page
        assert "csrf" not in page

    def test_stays_in_place_without_the_slash(self, client: FlaskClient) -> None:
        assert client.get("/v").status_code == 308
