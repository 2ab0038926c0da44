"""The applicant's pages: a call read, a file begun, resumed, completed with documents, sent, followed and answered."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db, uploads
from lms.admissions import queries, services
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Application, ApplicationDocument, ApplicationLink
from lms.admissions.services import results
from lms.admissions.services import selection as examining
from lms.notifications import letters
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE
from tests.admissions.makers import DOCUMENTS, make_application, make_call, track_of
from tests.conftest import Statements
from tests.factories import make_cohort, make_user

S = ApplicationState
SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]
WHO = {"given_name": "Salma", "family_name": "Idrissi", "email": "salma@example.ma"}
STOPPED = Kind.APPLICATION_STOPPED
PDF = b"%PDF-1.7 a diploma"
REST = {
    "phone": "0600 000 000", "region": "MA-06", "city": "Casablanca", "organisation_name": "OFPPT", "diploma": "Master",
    "years_teaching": "4", "motivation": "I want to teach.", "sex": "female", "organisation_kind": "ofppt",
}  # fmt: skip


def begin(client: FlaskClient, code: str, **values: Any) -> str:
    """Start a file; gives the address of its form."""
    started = client.post(f"/calls/{code}/apply", data=WHO | values)
    assert started.status_code == 303, started.text
    return str(started.location)


def link_to(application: Application) -> str:
    return f"/applications/{services.new_link(application.id)}"


def upload(client: FlaskClient, address: str, content: bytes, name: str, **headers: str) -> Any:
    return client.post(address, data={"file": (io.BytesIO(content), name)}, headers=headers)


class TestCalls:
    def test_say_when_none_is_open(self, client: FlaskClient) -> None:
        assert "No call is open at this moment" in client.get("/calls").text
        assert "Aucun appel n’est ouvert" in client.get("/calls?lang=fr").text

    def test_show_what_is_published_and_nothing_of_drafts(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call(
                documents=DOCUMENTS, text_en="First part\nSecond part", test_floor=Decimal(16), women_percent=40
            )
            draft = make_call(state=CallState.DRAFT)
            codes = call.code, draft.code
        page = client.get(f"/calls/{codes[0]}").text
        for said in (
            "2 places",
            "2 on the waiting list",
            "up to 40 points",
            "40 %",
            "fewer than 16 points",
            "Letter",
            "Second part",
        ):
            assert said in page
        assert client.get(f"/calls/{codes[1]}").status_code == 404
        calls = client.get("/calls").text
        assert (f"/calls/{codes[0]}" in calls, f"/calls/{codes[1]}" in calls) == (True, False)
        assert "/calls" in client.get("/").text

    def test_keep_their_statements_from_3_to_60(self, fresh: Flask, client: FlaskClient, statements: Count) -> None:
        counts = []
        for more in (3, 57):
            with db.transaction():
                cohort = make_cohort(starts_in=60)
                for _call in range(more):
                    code = make_call([cohort]).code
            with statements() as sent:
                assert client.get("/calls?lang=en").status_code == 200
                assert client.get(f"/calls/{code}?lang=en").status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 8


class TestDraft:
    def test_is_begun_without_an_account_and_resumed_by_the_link_of_the_mail(
        self, fresh: Flask, client: FlaskClient
    ) -> None:
        with db.transaction():
            call = make_call(documents=DOCUMENTS)
            code, track = call.code, track_of(call).id
        form = begin(client, code, track_id=track)
        page = client.get(form)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "private link" in page.text
        version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
        assert version
        answers = WHO | {"track_id": track}
        answers |= {"sex": "", "region": "", "organisation_kind": ""}
        saved = client.post(form, data=answers | {"version": version[1], "motivation": "Half a sentence"})
        assert saved.location.endswith("/documents")
        with fresh.test_request_context(), db.transaction():
            message = db.session().scalars(select(OutboxMessage)).one()
            assert (message.kind, message.email) == (Kind.APPLICATION_STARTED, "salma@example.ma")
            letter = letters.compose(message)
            tokens = db.session().scalars(select(ApplicationLink.token_hash)).all()
        link = re.search(r"http://localhost(/applications/\S+)", letter.body)
        assert link
        assert not any(token in link[1] or token in form for token in tokens)
        elsewhere = fresh.test_client()
        assert "draft, not sent" in elsewhere.get(link[1]).text
        assert "Half a sentence" in elsewhere.get(f"{link[1]}/form").text
        stale = elsewhere.post(f"{link[1]}/form", data=answers | {"version": version[1], "motivation": "Another"})
        assert stale.status_code == 422
        assert "Half a sentence" in stale.text
        assert "Another" in stale.text

    def test_of_somebody_signed_in_is_theirs_alone(self, fresh: Flask, sign_in: SignIn, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call()
            user, other = make_user(), make_user()
            code, track, email = call.code, track_of(call).id, user.email
        browser = sign_in(user.id)
        assert email in browser.get(f"/calls/{code}/apply").text
        form = begin(browser, code, track_id=track, email=email)
        assert re.fullmatch(r"/applications/\d+/form", form)
        assert browser.get(form).status_code == 200
        assert [one.get(form).status_code for one in (client, sign_in(other.id))] == [404, 404]
        assert "Your applications" in browser.get("/calls").text

    def test_is_refused_when_the_call_is_over_with_what_was_typed(
        self, fresh: Flask, client: FlaskClient, present: Any
    ) -> None:
        with db.transaction():
            call = make_call()
            code, track = call.code, track_of(call).id
        present.forward(days=30)
        answers = WHO | {"track_id": track}
        assert client.post(f"/calls/{code}/apply", data=answers).status_code == 422

    def test_is_not_begun_a_hundred_times_for_one_address(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call()
            code, track = call.code, track_of(call).id
        for _time in range(6):
            begin(client, code, track_id=track)
        answers = WHO | {"track_id": track, "email": "Salma@example.ma"}
        refused = client.post(f"/calls/{code}/apply", data=answers)
        assert (refused.status_code, "Too many tries" in refused.text, "Idrissi" in refused.text) == (422, True, True)


class TestDocuments:
    @pytest.fixture
    def place(self, fresh: Flask) -> str:
        with db.transaction():
            call = make_call(documents=DOCUMENTS)
            file = make_application(call, S.DRAFT)
            return f"{link_to(file)}/documents/{queries.documents_asked(call.id)[0].id}"

    def test_are_kept_shown_replaced_and_taken_back(self, client: FlaskClient, place: str) -> None:
        pages = place.rpartition("/")[0]
        assert upload(client, place, PDF, "cv.pdf").location == pages
        assert "cv.pdf" in client.get(pages).text
        assert client.get(place).data == PDF
        told = upload(client, place, PDF + b"2", "cv2.pdf", Accept="application/json")
        assert told.get_json()["name"] == "cv2.pdf"
        assert client.get(place).data == PDF + b"2"
        client.post(f"{place}/drop")
        assert client.get(place).status_code == 404
        with db.reading():
            assert len(db.session().scalars(select(ApplicationDocument)).all()) == 2

    @pytest.mark.parametrize(
        ("content", "name", "why"),
        [
            (b"MZ a program", "cv.pdf", "is not what its name says"), (PDF, "cv.exe", "cannot be handed in"),
            (b"print(1)", "cv.py", "cannot be handed in"), (b"", "cv.pdf", "is empty"),
            (b"%PDF-" + b"x" * 1000, "cv.pdf", "larger than 10 MB"),
        ],
    )  # fmt: skip
    def test_that_will_not_do_are_refused_at_their_field(
        self, client: FlaskClient, place: str, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, why: str
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
        upload(client, place, PDF, "good.pdf")
        refused = upload(client, place, content, name)
        assert refused.status_code == 422
        assert re.search(rf'-error" role="alert" data-error>.*{why}', refused.text)
        assert "good.pdf" in refused.text
        assert why in upload(client, place, content, name, Accept="application/json").get_json()["problem"]

    def test_of_200_mb_are_refused_at_their_field_too(
        self, fresh: Flask, client: FlaskClient, place: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "WTF_CSRF_ENABLED", True)
        for accept in ("text/html", "application/json"):
            refused = client.post(
                place, data=b"", content_type="multipart/form-data; boundary=x", headers={"Accept": accept},
                environ_overrides={"CONTENT_LENGTH": str(200 * 1000 * 1000)},
            )  # fmt: skip
            assert refused.status_code == 413
            assert "larger than 10 MB" in refused.text

    def test_are_for_the_owner_only(self, fresh: Flask, client: FlaskClient, place: str) -> None:
        upload(client, place, PDF, "cv.pdf")
        with db.transaction():
            other = link_to(make_application(make_call(), S.DRAFT))
        number = place.rpartition("/")[2]
        assert client.get(f"{other}/documents/{number}").status_code == 404
        assert client.get(f"/applications/guess/documents/{number}").status_code == 404
        assert upload(client, f"{other}/documents/{number}", PDF, "cv.pdf").status_code == 404


class TestSending:
    def test_says_what_is_missing_then_sends_once_and_mails_a_receipt(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call(documents=DOCUMENTS)
            code, track, document = call.code, track_of(call).id, queries.documents_asked(call.id)[0].id
        form = begin(client, code, track_id=track)
        here = form.removesuffix("/form")
        page = client.get(f"{here}/send").text
        assert "Before you can send it" in page
        assert "Send my application" not in page
        assert client.post(f"{here}/send").status_code == 409
        version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(form).text)
        assert version
        answers = WHO | {"track_id": track}
        wrong = client.post(form, data=answers | REST | {"version": version[1], "phone": "call me"})
        assert (wrong.status_code, "Write a telephone number" in wrong.text, "I want to teach" in wrong.text) == (
            422, True, True,
        )  # fmt: skip
        client.post(form, data=answers | REST | {"version": version[1]})
        upload(client, f"{here}/documents/{document}", PDF, "cv.pdf")
        assert "Send my application" in client.get(f"{here}/send").text
        for _twice in range(2):
            assert client.post(f"{here}/send").location == here
        assert "We have your file" in client.get(here).text
        assert client.get(form).location == here
        assert upload(client, f"{here}/documents/{document}", PDF, "new.pdf").location == here
        with db.reading():
            kinds = db.session().scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
            assert kinds == [Kind.APPLICATION_STARTED, Kind.APPLICATION_RECEIVED]


class TestFollowing:
    def test_asks_for_completion_once(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call(documents=DOCUMENTS)
            file = make_application(call)
            document = queries.documents_asked(call.id)[0].id
            examining.ask_to_complete(file.id, [document], reason="The CV is not there.", by=INSTITUTE)
            here = link_to(file)
        page = client.get(here).text
        for said in ("The CV is not there.", "30 November 2026", "Complete the file", "<li>CV</li>"):
            assert said in page
        upload(client, f"{here}/documents/{document}", PDF, "cv.pdf")
        assert client.post(f"{here}/send").status_code == 303
        assert "completed, sent again" in client.get(here).text

    def test_shows_an_offer_and_takes_the_answer(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            call = make_call(
                places=2, waiting_places=0, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}
            )
            files = [make_application(call, S.INTERVIEWED, years_teaching=9 - number) for number in range(3)]
            call.state = CallState.CLOSED
            results.make_ranking(call.id, by=INSTITUTE)
            results.publish_results(call.id, by=INSTITUTE)
            first, second, third = map(link_to, files)
        assert "Answer by 30 November 2026" in client.get(first).text
        assert "you are enrolled" in client.post(f"{first}/accept", follow_redirects=True).text
        assert client.post(f"{first}/accept").status_code == 303
        declined = client.post(f"{second}/decline", data={"reason": "I moved."}, follow_redirects=True).text
        assert "You have declined the place" in declined
        over = client.post(f"{second}/accept")
        assert (over.status_code, "no offer to answer any more" in over.text) == (422, True)
        page = client.get(third).text
        for said in (
            "3 of 3 in this track",
            "Points of the last person admitted",
            "Contest the decision",
            "Teaching experience",
        ):
            assert said in page
        assert client.post(f"{third}/appeal", data={"text": " "}).status_code == 422
        lodged = client.post(f"{third}/appeal", data={"text": "My years."}, follow_redirects=True).text
        assert "My years." in lodged
        assert "Lodge an appeal" not in lodged

    def test_withdraws(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            here = link_to(make_application(make_call()))
        assert "Your application is withdrawn." in client.post(f"{here}/withdraw", follow_redirects=True).text

    def test_sends_as_many_statements_for_a_long_history(
        self, fresh: Flask, client: FlaskClient, statements: Count
    ) -> None:
        counts = []
        for length in (3, 60):
            with db.transaction():
                file = make_application(make_call(documents=DOCUMENTS * (length // 3)))
                here = link_to(file)
            with statements() as sent:
                assert client.get(here).status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 12


class TestMails:
    def test_of_results_take_as_many_statements_for_60_as_for_3(self, fresh: Flask, statements: Count) -> None:
        counts = []
        for people in (3, 60):
            with db.transaction():
                call = make_call(
                    places=2, waiting_places=1, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}
                )
                for _person in range(people):
                    make_application(call, S.INTERVIEWED)
                call.state = CallState.CLOSED
                results.make_ranking(call.id, by=INSTITUTE)
                with statements() as sent:
                    results.publish_results(call.id, by=INSTITUTE)
                counts.append(sum("INTO outbox_messages" in statement for statement in sent.seen))
                kinds = (
                    db.session().scalars(select(OutboxMessage.kind).where(OutboxMessage.kind.like("%result%"))).all()
                )
        assert counts == [1, 1]
        assert len(kinds) == 1 + 58

    def test_of_a_step_for_many_read_as_often_for_60_as_for_3(self, fresh: Flask, statements: Count) -> None:
        counts = []
        for people in (3, 60):
            with db.transaction():
                call = make_call()
                ids = [make_application(call, S.COMPLETE).id for _person in range(people)]
            with db.transaction(), statements() as sent:
                examining.examine_many(ids, S.INELIGIBLE, by=INSTITUTE, reason="No diploma")
                db.session().flush()
            counts.append(
                sum("outbox_messages" in one or "FROM applications" in one for one in sent.seen if one[:6] == "SELECT")
            )
            with db.reading():
                assert (
                    len(db.session().scalars(select(OutboxMessage.id).where(OutboxMessage.kind == STOPPED)).all())
                    >= people
                )
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_are_all_written_in_both_languages(self, fresh: Flask, language: str) -> None:
        with fresh.test_request_context(), db.transaction():
            call = make_call(
                places=1, waiting_places=1, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}
            )
            facts: dict[str, Any] = {"locale": language, "given_name": "Zoé"}
            services.withdraw(make_application(call, **facts).id, by=services.APPLICANT)
            examining.ask_to_complete(make_application(call, **facts).id, [], reason="CV ?", by=INSTITUTE)
            services.submit(make_application(call, S.DRAFT, **facts).id, by=services.APPLICANT)
            refused = make_application(call, S.COMPLETE, **facts)
            examining.examine(refused.id, S.INELIGIBLE, by=INSTITUTE, reason="Trop tôt")
            for years in (9, 8, 7):
                make_application(call, S.INTERVIEWED, years_teaching=years, **facts)
            services.ask_link(refused.email, block="here")
            call.state = CallState.CLOSED
            results.make_ranking(call.id, by=INSTITUTE)
            results.publish_results(call.id, by=INSTITUTE)
            services.lodge_appeal(refused.id, "Non", by=services.APPLICANT)
            db.session().flush()
            subjects = {}
            for message in db.session().scalars(select(OutboxMessage)).all():
                letter = letters.compose(message)
                subjects[message.kind] = letter.subject
                assert "Zoé" in letter.body
                assert "/applications/" in letter.body
            said = {"fr": "Les résultats sont publiés", "en": "The results are published"}
            assert subjects[Kind.APPLICATION_RESULT] == said[language]
            assert len(subjects) >= 8


class TestLostLink:
    def test_gets_the_same_answer_whether_or_not_the_address_is_known(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            known = make_application(make_call()).email
        answers = [
            client.post("/applications/lost", data={"email": email}) for email in (known.upper(), "nobody@example.ma")
        ]
        assert answers[0].text == answers[1].text
        assert [answer.status_code for answer in answers] == [200, 200]
        with db.reading():
            kinds = db.session().scalars(select(OutboxMessage.kind)).all()
        assert kinds.count(Kind.APPLICATION_LINK) == 1

    def test_is_sent_three_times_an_hour_at_most(self, fresh: Flask, client: FlaskClient, present: Any) -> None:
        with db.transaction():
            known = make_application(make_call()).email
        for _time in range(5):
            assert client.post("/applications/lost", data={"email": known}).status_code == 200
            present.forward(seconds=2)
        with db.reading():
            kinds = db.session().scalars(select(OutboxMessage.kind)).all()
        assert kinds.count(Kind.APPLICATION_LINK) == 3
