"""Work handed in: drafts, files, versions, deadlines."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms import db, storage, uploads
from lms.assessment import queries, services
from lms.assessment.models import Outcome, Review, Submission, SubmissionFile
from lms.assessment.services import FilesRefused, WorkClosed
from lms.audit import AuditEvent
from lms.catalogue.models import Assignment
from lms.clock import today
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.errors import Missing
from lms.uploads import Upload
from tests.assessment.conftest import Place, SignInAs, make_place
from tests.factories import make_enrolment, make_review, make_submission, make_user

PLAN = Upload("plan.pdf", "application/pdf", b"%PDF-1.7 plan")


def assignment_of(place: Place) -> Any:
    return queries.assignment_for(place.user_id, place.enrolment_id, place.assignment_id)


def hand_in(place: Place, body: str = "My plan", *files: Upload, number: int = 1) -> int:
    return services.hand_in(assignment_of(place), body, files, ai_statement="", number=number, by=place.by)


def judge(place: Place, submission_id: int, outcome: Outcome) -> Review:
    submission = db.session().get_one(Submission, submission_id)
    return make_review(submission, make_user(), outcome=outcome)


class TestHandIn:
    def test_keeps_text_files_and_statement_as_they_were(self, place: Place) -> None:
        submission_id = services.hand_in(
            assignment_of(place), " My plan\0 ", [PLAN], ai_statement="A chat, for spelling", number=1, by=place.by
        )

        version = queries.versions_of(place.enrolment_id, place.assignment_id, today())[0]
        assert (version.submission.body, version.submission.ai_statement) == ("My plan", "A chat, for spelling")
        assert [(file.name, file.size) for file in version.files] == [("plan.pdf", 13)]
        key = db.session().execute(select(SubmissionFile.key)).scalar_one()
        assert storage.get(key) == PLAN.content
        assert version.submission.id == submission_id

    def test_is_one_for_two_clicks(self, place: Place) -> None:
        assert hand_in(place, "My plan", PLAN) == hand_in(place, "My plan", PLAN)

    def test_does_not_swallow_other_work_from_another_screen(self, place: Place) -> None:
        hand_in(place, "My plan")

        with pytest.raises(WorkClosed, match="another screen"):
            hand_in(place, "Another plan")

    def test_is_possible_again_once_returned_as_often_as_the_assignment_says(self, place: Place) -> None:
        first = hand_in(place)
        with pytest.raises(WorkClosed, match="waits"):
            hand_in(place, number=2)
        judge(place, first, Outcome.RETURNED)
        second = hand_in(place, "Better", number=2)
        judge(place, second, Outcome.RETURNED)

        with pytest.raises(WorkClosed, match="no longer"):
            hand_in(place, number=3)
        assert db.session().execute(select(func.count()).select_from(Submission)).scalar_one() == 2

    def test_is_over_once_accepted(self, place: Place) -> None:
        judge(place, hand_in(place), Outcome.ACCEPTED)

        with pytest.raises(WorkClosed, match="accepted"):
            hand_in(place, number=2)

    def test_is_late_after_the_day_it_was_due_and_refused_after_the_last(self, place: Place) -> None:
        db.session().execute(update(CohortModule).values(due_on=today() - timedelta(days=1)))
        hand_in(place)
        assert queries.versions_of(place.enrolment_id, place.assignment_id, assignment_of(place).due_on)[0].is_late
        db.session().execute(update(Submission).values(number=0))
        db.session().execute(update(Cohort).values(ends_on=today() - timedelta(days=1)))
        judge(place, db.session().scalars(select(Submission.id)).one(), Outcome.RETURNED)

        with pytest.raises(WorkClosed, match="takes no work"):
            hand_in(place, number=2)

    def test_is_for_active_participants(self, place: Place) -> None:
        db.session().execute(update(Enrolment).values(state=EnrolmentState.COMPLETED))

        with pytest.raises(WorkClosed, match="not active"):
            hand_in(place)
        db.session().execute(update(Enrolment).values(state=EnrolmentState.WITHDRAWN))
        with pytest.raises(Missing):
            hand_in(place)

    @pytest.mark.parametrize(("takes_text", "files", "body", "sent"), [
        (True, 2, "", 0), (True, 2, "  \n", 0), (False, 2, "text that is not asked for", 0),
        (True, 0, "text", 1), (True, 2, "t", 3),
    ])  # fmt: skip
    def test_refuses_nothing_and_too_much(
        self,
        place: Place,
        takes_text: bool,
        files: int,
        body: str,
        sent: int,
    ) -> None:
        db.session().execute(update(Assignment).values(takes_text=takes_text, files=files))

        with pytest.raises(FilesRefused):
            hand_in(place, body, *[PLAN] * sent)


class TestSaveDraft:
    def test_never_puts_an_older_text_over_a_newer(self, place: Place) -> None:
        assert services.save_draft(assignment_of(place), "second", 2)
        assert not services.save_draft(assignment_of(place), "first", 1)

        draft = queries.draft_of(place.enrolment_id, place.assignment_id)
        assert draft is not None
        assert (draft.body, draft.revision) == ("second", 2)

    def test_is_over_once_the_work_is_handed_in(self, place: Place) -> None:
        services.save_draft(assignment_of(place), "draft", 1)
        hand_in(place)

        assert queries.draft_of(place.enrolment_id, place.assignment_id) is None
        with pytest.raises(WorkClosed):
            services.save_draft(assignment_of(place), "too late", 2)


@pytest.fixture
def amina(kept: Place, sign_in: SignInAs) -> FlaskClient:
    return sign_in(kept.user_id)


def address(place: Place) -> str:
    return f"/enrolments/{place.enrolment_id}/assignments/{place.assignment_id}"


def send(client: FlaskClient, place: Place, *files: tuple[bytes, str], **data: Any) -> Any:
    form = {"number": "1", "revision": "0", "body": "My plan", "ai_statement": ""} | data
    form["files"] = [(io.BytesIO(content), name) for content, name in files]
    return client.post(f"{address(place)}/hand-in", data=form, content_type="multipart/form-data")


class TestPage:
    def test_leads_from_the_brief_to_what_came_back(self, kept: Place, amina: FlaskClient) -> None:
        before = amina.get(address(kept)).get_data(as_text=True)
        assert "Do it." in before
        assert "aim at 4" in before
        assert "Hand in version 1" in before

        assert send(amina, kept, (b"%PDF-1.7", "Plan ü.pdf")).status_code == 303

        waiting = amina.get(address(kept)).get_data(as_text=True)
        assert "waits for a review" in waiting
        assert "Plan ü.pdf" in waiting
        assert "Hand in version" not in waiting
        with db.transaction():
            judge(kept, db.session().scalars(select(Submission.id)).one(), Outcome.RETURNED)
            said = {"comments": {"aim": "Name one objective"}, "comment": "Nearly there"}
            db.session().execute(update(Review).values(**said))
        after = amina.get(address(kept)).get_data(as_text=True)
        expected = (
            "Returned, to be improved",
            "14 out of 20",
            "Nearly there",
            "Name one objective",
            "Hand in version 2",
        )
        assert [text for text in (*expected, "My plan</textarea>") if text not in after] == []

    def test_names_every_file_that_is_not_taken_and_keeps_the_text(
        self, kept: Place, amina: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
        response = send(
            amina, kept, (b"", "empty.txt"), (b"MZ", "virus.exe"), (b"not a png", "picture.png"), (b"x" * 1001, "big.txt"),
            body="<b>Kept</b>",
        )  # fmt: skip

        page = response.get_data(as_text=True)
        assert response.status_code == 422
        expected = (
            "“empty.txt” is empty",
            "“virus.exe” is of a kind",
            "The content of “picture.png”",
            "“big.txt” is larger",
        )
        assert [text for text in expected if text not in page] == []
        assert "&lt;b&gt;Kept&lt;/b&gt;</textarea>" in page
        with db.reading() as session:
            assert session.scalars(select(Submission)).all() == []

    @pytest.mark.parametrize(("ai_use", "data", "status"), [
        ("forbidden", {}, 422), ("forbidden", {"no_ai": "y"}, 303), ("required", {"ai_statement": "  "}, 422),
        ("required", {"ai_statement": "A chat, checked"}, 303), ("declared", {}, 303),
    ])  # fmt: skip
    def test_asks_about_ai_as_the_assignment_does(
        self, fresh: Flask, sign_in: SignInAs, ai_use: str, data: dict[str, str], status: int
    ) -> None:
        with db.transaction():
            place = make_place()
            db.session().execute(update(Assignment).values(ai_use=ai_use))
        browser = sign_in(place.user_id)
        assert browser.get(address(place)).status_code == 200

        assert send(browser, place, **data).status_code == status

    def test_shows_both_drafts_when_two_screens_typed(self, kept: Place, amina: FlaskClient) -> None:
        amina.post(f"{address(kept)}/draft", data={"body": "here", "revision": "0"})

        response = amina.post(f"{address(kept)}/draft", data={"body": "there", "revision": "0"})

        page = response.get_data(as_text=True)
        assert "there</textarea>" in page
        assert ">here</p>" in page
        assert amina.post(f"{address(kept)}/draft", data={"body": "there", "revision": "1"}).status_code == 303

    def test_keeps_the_draft_as_it_is_typed(self, kept: Place, amina: FlaskClient) -> None:
        saved = amina.post(
            f"{address(kept)}/draft/saved", json={"items": [{"id": 0, "revision": 1, "value": "typing"}]}
        )
        stale = amina.post(f"{address(kept)}/draft/saved", json={"items": [{"id": 0, "revision": 1, "value": "older"}]})

        assert saved.get_json()["items"] == [{"id": 0, "revision": 1, "kept": True}]
        assert stale.get_json()["items"][0] | {"at": ""} == {
            "id": 0,
            "revision": 1,
            "kept": False,
            "value": "typing",
            "at": "",
        }
        assert "typing</textarea>" in amina.get(address(kept)).get_data(as_text=True)
        assert amina.post(f"{address(kept)}/draft/saved", json={"items": [{"id": 0, "revision": 1}]}).status_code == 400

    def test_is_the_participants_alone(self, kept: Place, amina: FlaskClient, sign_in: SignInAs) -> None:
        send(amina, kept, (b"%PDF-1.7", "plan.pdf"))
        with db.transaction() as session:
            other = make_enrolment(user=make_user()).user_id
            file_id = session.scalars(select(SubmissionFile.id)).one()
        browser = sign_in(other)

        assert browser.get(address(kept)).status_code == 404
        assert send(browser, kept).status_code == 404
        assert browser.post(f"{address(kept)}/draft", data={"body": "x", "revision": "0"}).status_code == 404
        assert browser.get(f"{address(kept)}/state").status_code == 404
        assert browser.get(f"/work/files/{file_id}").status_code == 404

    def test_gives_a_file_back_as_a_download_only(self, kept: Place, amina: FlaskClient) -> None:
        send(amina, kept, (b"<script>alert(1)</script>", "<svg onload=x>.txt"))
        with db.reading() as session:
            file_id = session.scalars(select(SubmissionFile.id)).one()

        response = amina.get(f"/work/files/{file_id}")

        assert response.data == b"<script>alert(1)</script>"
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "<svg onload" not in amina.get(address(kept)).get_data(as_text=True)

    def test_notes_what_was_handed_in_without_its_words(self, kept: Place, amina: FlaskClient) -> None:
        send(amina, kept, (b"%PDF-1.7", "secret name.pdf"), body="secret words")
        with db.reading() as session:
            noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "work.handed_in")).one()

        assert noted.detail == {"number": 1, "files": 1, "is_late": False}

    @pytest.mark.parametrize("versions", [1, 8])
    def test_costs_the_same_however_often_it_came_back(
        self, fresh: Flask, sign_in: SignInAs, statements: Callable[[], Any], versions: int
    ) -> None:
        with db.transaction():
            place = make_place()
            enrolment = db.session().get_one(Enrolment, place.enrolment_id)
            assignment = db.session().get_one(Assignment, place.assignment_id)
            assessor = make_user()
            for number in range(1, versions + 1):
                make_review(make_submission(enrolment, assignment, number=number), assessor, outcome=Outcome.RETURNED)
        browser = sign_in(place.user_id)
        with statements() as sent:
            assert browser.get(address(place)).status_code == 200

        assert len(sent) <= 6, sent.seen
