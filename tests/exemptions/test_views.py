"""The pages of exemption: a participant's own, the queue, an assessor's."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db, uploads
from lms.clock import today
from lms.exemptions import queries, services
from lms.permissions import INSTITUTE, Role
from tests.conftest import Clock, Statements
from tests.exemptions.makers import (
    Candidate,
    make_admissible,
    make_candidate,
    make_draft,
    make_exempted,
    make_judged,
    make_partly_exempted,
    make_submitted,
)
from tests.factories import make_enrolment, make_organisation, make_staff, make_user

SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]


def pdf(name: str = "attestation.pdf", content: bytes = b"%PDF-1.7 x") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


class TestOwn:
    def test_is_asked_written_proved_and_sent_from_the_page_of_the_module(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_candidate()
            module = f"/cohorts/{who.cohort.id}/learn/{who.module.id}"
        client = sign_in(who.user.id)
        assert "You have not asked for any exemption." in client.get("/exemptions").text
        assert f'href="{module}/exemption"' in client.get(module).text
        assert "three years" in client.get(f"{module}/exemption").text
        own = client.post(f"{module}/exemption").location
        words = {"statement": "Eight years.", "experience_years": "8", "claimed": "DEV.1", "version": "1"}
        early = client.post(own, data=words | {"send": "1"})
        assert early.status_code == 422
        assert "Add at least one document" in early.text
        assert "Eight years." in early.text
        assert client.post(own, data=words).status_code == 303
        proof = {"title": "Attestation", "dated_on": (today() - timedelta(days=30)).isoformat(), "file": pdf()}
        assert client.post(f"{own}/documents", data=proof).status_code == 303
        assert client.post(own, data=words | {"send": "1", "version": "2"}).status_code == 303
        page = client.get(own).text
        assert "sent, to be ruled admissible" in page
        assert "Attestation" in page
        assert "sent, to be ruled admissible" in client.get(module).text

    @pytest.mark.parametrize(
        ("file", "problem"),
        [
            (("diploma.pdf", b"MZ program"), "is not what its name says"),
            (("diploma.exe", b"MZ program"), "of a kind that cannot be handed in"),
            (("diploma.pdf", b"%PDF-" + b"0" * 1000), "larger than 10 MB"),
            (("diploma.pdf", b""), "is empty"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong_with_a_file(
        self, fresh: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, file: tuple[str, bytes], problem: str
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_BYTES", 1000)  # a smaller limit, so that the test carries no 10 MB
        with db.transaction():
            who = make_draft()
        proof = {"title": "Diploma", "dated_on": today().isoformat(), "file": pdf(*file)}
        answer = sign_in(who.user.id).post(f"/exemptions/{who.request_id}/documents", data=proof)
        assert answer.status_code == 422
        assert problem in answer.text
        assert 'value="Diploma"' in answer.text

    def test_refuses_200_megabytes_with_a_page_that_says_so(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_draft()
        answer = sign_in(who.user.id).post(
            f"/exemptions/{who.request_id}/documents", headers={"Content-Length": str(200 * 1000 * 1000)},
            content_type="multipart/form-data; boundary=x", environ_overrides={"CONTENT_LENGTH": str(200 * 1000 * 1000)},
        )  # fmt: skip
        assert answer.status_code == 413
        assert "This is too large." in answer.text
        with db.reading():
            assert len(queries.proofs_of(who.request_id)) == 1

    def test_tells_of_a_draft_that_another_window_overtook(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_draft()
        answer = sign_in(who.user.id).post(f"/exemptions/{who.request_id}", data={"statement": "Mine", "version": "1"})
        assert answer.status_code == 422
        assert "changed in another window" in answer.text
        assert "Mine" in answer.text

    def test_is_withdrawn_with_its_history_kept(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_submitted()
        client, address = sign_in(who.user.id), f"/exemptions/{who.request_id}"
        assert "You may ask again later." in client.get(f"{address}/withdraw").text
        page = client.post(f"{address}/withdraw", data={"reason": "No time"}, follow_redirects=True).text
        assert "No time" in page
        assert client.get(f"/cohorts/{who.cohort.id}/learn/{who.module.id}/exemption").status_code == 200

    def test_shows_a_decision_with_reason_and_appeal(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_partly_exempted()
        page = sign_in(who.user.id).get(f"/exemptions/{who.request_id}").text
        for words in ("exempted in part", "Half is proved.", "5 h", "If you disagree", "The practical assessment."):
            assert words in page
        assert "Seen at work." not in page  # the assessors' own words

    def test_is_nobody_elses(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who, other = make_draft(), make_enrolment()
            with_proof = f"/exemptions/{who.request_id}/documents/{queries.proofs_of(who.request_id)[0].id}"
            ids = who.user.id, other.user_id
        assert sign_in(ids[0]).get(with_proof).status_code == 200
        client = sign_in(ids[1])
        assert [client.get(path).status_code for path in (f"/exemptions/{who.request_id}", with_proof)] == [404, 404]
        assert client.post(f"/exemptions/{who.request_id}", data={}).status_code == 404
        assert client.post(f"{with_proof}/remove").status_code == 404


class TestQueue:
    def test_holds_what_was_sent_and_filters_it(self, fresh: Flask, sign_in: SignIn, present: Clock) -> None:
        with db.transaction():
            for make in (make_draft, make_submitted, make_exempted):
                make()
            user = make_staff()
        client = sign_in(user.id)
        assert client.get("/exemptions/requests").text.count('href="/exemptions/requests/') == 2
        assert client.get("/exemptions/requests?state=full").text.count('href="/exemptions/requests/') == 1
        assert "No request matches" in client.get("/exemptions/requests?late=1").text
        assert "No request matches" in client.get("/exemptions/requests?search=nobody").text
        present.forward(days=40)
        late = sign_in(user.id).get("/exemptions/requests?late=1").text
        assert late.count('href="/exemptions/requests/') == 1

    def test_is_empty_at_first_and_closed_to_others(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            users = make_staff().id, make_staff(Role.FACILITATOR).id
        assert "Nobody has asked for an exemption yet." in sign_in(users[0]).get("/exemptions/requests").text
        assert sign_in(users[1]).get("/exemptions/requests").status_code == 403

    def test_keeps_to_the_cohorts_in_hand(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            mine, other = make_submitted(), make_submitted()
            user = make_staff(Role.COORDINATOR, mine.cohort.id)
        client = sign_in(user.id)
        addresses = [f"/exemptions/requests/{who.request_id}" for who in (mine, other)]
        assert [client.get(address).status_code for address in addresses] == [200, 404]
        assert client.post(f"{addresses[1]}/admissibility", data={"ruling": "admissible"}).status_code == 404

    @pytest.mark.parametrize("people", [3, 60])
    def test_is_read_in_as_many_statements_for_three_as_for_sixty(
        self, fresh: Flask, sign_in: SignIn, statements: Count, people: int
    ) -> None:
        with db.transaction():
            candidate = make_candidate()
            for number in range(people):
                user = make_user(f"P{number}")
                enrolment = make_enrolment(candidate.cohort, user)
                db.session().flush()
                make_submitted(Candidate(user, candidate.cohort, enrolment, candidate.module))
            staff = make_staff()
        client = sign_in(staff.id)
        client.get("/exemptions/requests")
        with statements() as sent:
            page = client.get("/exemptions/requests")
        assert page.status_code == 200
        assert len(sent) == 3, sent.seen  # who asks, the page, the cohorts to choose from


class TestRuling:
    def test_goes_from_admissible_to_the_decision(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_submitted()
            staff = make_staff()
            judges = [make_staff(Role.ASSESSOR).id for _number in range(2)]
            colleague = make_staff(Role.ASSESSOR)
            colleague.organisation_id = who.user.organisation_id = make_organisation().id
        client, address = sign_in(staff.id), f"/exemptions/requests/{who.request_id}"
        unexplained = client.post(f"{address}/admissibility", data={"ruling": "not_admissible", "reason": ""})
        assert unexplained.status_code == 422
        assert "Give a reason" in unexplained.text
        assert client.post(f"{address}/admissibility", data={"ruling": "admissible"}).status_code == 303
        assert client.post(f"{address}/assessors", data={"assessor": colleague.id}).status_code == 422
        for judge in judges:
            assert client.post(f"{address}/assessors", data={"assessor": judge}).status_code == 303
            opinion = {
                "outcome": "partial", "hours": "5", "findings": ["authentic", "current"], "comment": "Half.", "no_tie": "y",
            }  # fmt: skip
            page = sign_in(judge).post(f"/exemptions/opinions/{who.request_id}", data=opinion, follow_redirects=True)
            assert "Opinion given" in page.text
        too_much = {
            "outcome": "partial",
            "hours": "12",
            "recognised": "DEV.1",
            "prescriptions": "Rest",
            "reason": "Half",
        }
        refused = client.post(f"{address}/decision", data=too_much)
        assert refused.status_code == 422
        assert "whole module" in refused.text
        done = client.post(f"{address}/decision", data=too_much | {"hours": "4,5"}, follow_redirects=True)
        assert "4 h 30" in done.text
        with db.reading():
            assert queries.request_row(who.request_id).exempted_minutes == 270

    def test_shows_coordinators_the_opinions_and_assessors_only_their_own(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_judged()
            staff = make_staff()
            judge = make_staff(Role.ASSESSOR)
            services.ask_assessor(who.request_id, judge.id, by=INSTITUTE)
        assert "Seen at work." in sign_in(staff.id).get(f"/exemptions/requests/{who.request_id}").text
        client = sign_in(judge.id)
        page = client.get(f"/exemptions/opinions/{who.request_id}").text
        assert "Eight years of programming." in page
        assert "Seen at work." not in page
        assert f"/exemptions/opinions/{who.request_id}" in client.get("/exemptions/opinions").text

    def test_hides_requests_from_assessors_who_were_not_asked(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_admissible()
            judge = make_staff(Role.ASSESSOR)
        client = sign_in(judge.id)
        assert client.get(f"/exemptions/opinions/{who.request_id}").status_code == 404
        assert "Nobody has asked you" in client.get("/exemptions/opinions").text


class TestElsewhere:
    def test_the_module_is_shown_as_exempted(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            who = make_exempted()
            staff = make_staff()
        mine, hers = sign_in(who.user.id), sign_in(staff.id)
        for client, path in (
            (mine, f"/cohorts/{who.cohort.id}/learn"), (mine, f"/cohorts/{who.cohort.id}/learn/{who.module.id}"),
            (mine, "/results"), (mine, "/home"), (hers, f"/cohorts/{who.cohort.id}/results"),
            (hers, f"/cohorts/{who.cohort.id}/results/{who.enrolment.id}"),
        ):  # fmt: skip
            assert "Exempted by prior learning" in client.get(path).text, path
        assert "exempted" in hers.get(f"/cohorts/{who.cohort.id}").text
        assert ",exempted," in hers.post(f"/cohorts/{who.cohort.id}/results/export?as=csv").text
