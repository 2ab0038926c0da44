"""Quizzes through their pages: with and without scripts, with statements counted, and no solution anywhere before its time."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lms import db, events
from lms.accounts.models import SignIn
from lms.assessment import queries, services
from lms.assessment.queries import attempts as reading
from lms.clock import today
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.permissions import Role
from lms.wiring import HANDLERS
from tests.assessment.conftest import Place, SignInAs, answer_all, begin, make_place
from tests.conftest import Clock
from tests.factories import RIGHT, make_enrolment, make_staff, make_user

Count = Callable[[], Any]


@pytest.fixture
def attempt(kept: Place) -> Any:
    with db.transaction():
        return begin(kept)


@pytest.fixture
def amina(kept: Place, sign_in: SignInAs) -> FlaskClient:
    return sign_in(kept.user_id)


def page_of(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return response.get_data(as_text=True)


def fields(attempt: Any, answers: dict[str, Any], *, revision: int = 0, mark: str | None = None) -> dict[str, Any]:
    """What the form of the page sends when these kinds were answered on it."""
    data: dict[str, Any] = {}
    for put in reading.layout_of(attempt):
        name, value = f"q{put.question_id}", answers.get(put.kind)
        data[f"base{put.question_id}"] = f"{revision}.{mark or 'nothing'}"
        if isinstance(value, dict):
            data |= {f"{name}-{part}": str(choice) for part, choice in value.items()}
        elif value is not None:
            data[name] = value
    return data


def items(attempt: Any, answers: dict[str, Any], *, revision: int = 1) -> dict[str, Any]:
    return {
        "items": [
            {"id": put.question_id, "revision": revision, "value": answers[put.kind]}
            for put in reading.layout_of(attempt)
            if put.kind in answers
        ]
    }


def kept_responses(attempt: Any) -> dict[str, Any]:
    """By kind; ticks in the order of the letters, since they are kept in the order they were offered."""
    with db.reading():
        given = queries.responses_of(attempt.id)
    kept = {put.kind: given[put.question_id].response for put in reading.layout_of(attempt) if put.question_id in given}
    return {kind: sorted(value) if isinstance(value, list) else value for kind, value in kept.items()}


class TestQuiz:
    def test_starts_continues_and_ends(self, kept: Place, amina: FlaskClient) -> None:
        address = f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}"
        assert "Start attempt 1" in page_of(amina, address)

        started = amina.post(f"{address}/start")

        assert started.status_code == 303
        assert "Continue the attempt" in page_of(amina, address)
        amina.post(f"{started.location}/submit")
        after = page_of(amina, address)
        assert "Start attempt 2" in after
        assert "1 made of 2" in after

    def test_is_not_interrupted_by_the_end_of_the_sign_in(
        self, kept: Place, amina: FlaskClient, present: Clock
    ) -> None:
        present.forward(hours=11, minutes=50)
        started = amina.post(f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}/start")

        present.forward(minutes=25)
        assert amina.get(started.location).status_code == 200
        present.forward(minutes=10)
        assert amina.get(started.location, headers={"Accept": "text/html"}).location.startswith("/login?next=")

    def test_is_not_there_for_others(self, kept: Place, sign_in: SignInAs) -> None:
        with db.transaction():
            other, staff = make_enrolment(user=make_user()), make_staff(Role.ADMIN)
            ids = other.user_id, staff.id
        address = f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}"

        assert sign_in(ids[0]).get(address).status_code == 404
        assert sign_in(ids[0]).post(f"{address}/start").status_code == 404
        assert sign_in(ids[1]).get(address).status_code == 403
        assert sign_in(kept.assessor_id).post(f"{address}/start").status_code == 403

    def test_is_not_there_before_its_module_opens(self, kept: Place, amina: FlaskClient) -> None:
        with db.transaction() as session:
            session.execute(update(CohortModule).values(opens_on=today() + timedelta(days=1)))
        address = f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}"

        assert amina.get(address).status_code == 404
        assert amina.post(f"{address}/start").status_code == 404


class TestAttempt:
    def test_shows_every_question_with_what_was_answered(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        with db.transaction():
            answer_all(attempt)

        page = page_of(amina, f"/attempts/{attempt.id}")

        assert page.count("Put: ") == len(RIGHT)
        assert page.count(" checked") == 4  # one choice, two ticks, true
        assert page.count(" selected") == 5  # three places, two pairs
        assert 'value="12,5"' in page
        assert 'value="Git  Commit"' in page

    def test_never_holds_a_solution(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        """S61: the explanation of every question says CANARY; its key for a number is 12.5 and 0.1."""
        addresses = [f"/attempts/{attempt.id}{rest}" for rest in ("", "/state", "/submit", "/result")]
        addresses.append(f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}")
        for address in addresses:
            response = amina.get(address, follow_redirects=True)
            assert response.status_code == 200
            assert "CANARY" not in response.get_data(as_text=True), address
        saved = amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, {"numeric": "1"}))
        assert "CANARY" not in saved.get_data(as_text=True)
        assert "12.5" not in saved.get_data(as_text=True)

    def test_is_the_owners_alone(self, kept: Place, attempt: Any, sign_in: SignInAs) -> None:
        with db.transaction():
            other = make_enrolment(user=make_user()).user_id
        browser = sign_in(other)

        for address in ("", "/state", "/submit", "/result"):
            assert browser.get(f"/attempts/{attempt.id}{address}").status_code == 404
        for address in ("", "/submit"):
            assert browser.post(f"/attempts/{attempt.id}{address}").status_code == 404
        assert browser.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT)).status_code == 404

    @pytest.mark.parametrize("questions", [3, 60])
    def test_costs_five_statements_at_most_and_sixty_kilobytes(
        self, fresh: Flask, sign_in: SignInAs, statements: Count, questions: int
    ) -> None:
        with db.transaction():
            place = make_place(kinds=tuple(RIGHT) * (questions // 7 + 1))
            attempt = begin(place)
            answer_all(attempt)
        browser = sign_in(place.user_id)
        with statements() as sent:
            page = page_of(browser, f"/attempts/{attempt.id}")

        assert len(sent) <= 5, sent.seen
        if questions == 3:
            assert len(page.encode()) < 60_000

    def test_is_shown_in_french(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        page = page_of(amina, f"/attempts/{attempt.id}?lang=fr")

        assert "Le quiz" in page
        assert "? (fr)" in page


class TestSaveAnswers:
    def test_keeps_each_answer_and_says_when(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        response = amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT))

        assert response.status_code == 200
        told = response.get_json()
        assert told["saved"] == "12:00:00"
        assert told["closes_in"] == 1800
        assert all(item["kept"] and item["revision"] == 1 for item in told["items"])
        assert kept_responses(attempt) == RIGHT

    def test_tells_an_older_answer_what_stands(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, {"numeric": "7"}, revision=4))

        told = amina.post(
            f"/attempts/{attempt.id}/answers", json=items(attempt, {"numeric": "6"}, revision=3)
        ).get_json()

        assert [(item["kept"], item["revision"], item["value"]) for item in told["items"]] == [(False, 4, "7")]
        assert kept_responses(attempt) == {"numeric": "7"}

    @pytest.mark.parametrize(("kind", "revision"), [("numeric", 1), ("matching", 1)])
    def test_costs_four_statements_at_most(
        self, kept: Place, attempt: Any, amina: FlaskClient, statements: Count, kind: str, revision: int
    ) -> None:
        with statements() as fresh_answer:
            amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, {kind: RIGHT[kind]}, revision=revision))
        with statements() as stale_answer:
            amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, {kind: None}, revision=revision))

        assert len(fresh_answer) == 3, fresh_answer.seen
        assert len(stale_answer) <= 4, stale_answer.seen

    @pytest.mark.parametrize("body", [
        None, [], {}, {"items": []}, {"items": [1]}, {"items": [{"id": "1", "revision": 1}]}, {"items": [{"id": 1}]},
        {"items": [{"id": True, "revision": 1}]}, {"items": [{"id": 1, "revision": 1}] * 201},
    ])  # fmt: skip
    def test_refuses_what_it_does_not_understand(
        self, kept: Place, attempt: Any, amina: FlaskClient, body: Any
    ) -> None:
        assert amina.post(f"/attempts/{attempt.id}/answers", json=body).status_code == 400

    def test_refuses_what_is_too_large(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        body = {"items": [{"id": 1, "revision": 1, "value": "x" * 250_000}]}

        assert amina.post(f"/attempts/{attempt.id}/answers", json=body).status_code == 413

    def test_survives_hostile_values(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        hostile: tuple[Any, ...] = ({"one": 10**30}, [[[]]], "\x00\x1b", {"sun": {"day": 1}}, -1, True, "é" * 900)
        for value in hostile:
            body = {
                "items": [{"id": put.question_id, "revision": 1, "value": value} for put in reading.layout_of(attempt)]
            }
            assert amina.post(f"/attempts/{attempt.id}/answers", json=body).status_code == 200

    def test_says_409_as_json_once_the_grace_is_over(
        self, kept: Place, attempt: Any, amina: FlaskClient, present: Clock
    ) -> None:
        present.forward(minutes=30, seconds=16)
        response = amina.post(
            f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT), headers={"Accept": "application/json"}
        )

        assert response.status_code == 409
        assert response.content_type == "application/problem+json"
        assert kept_responses(attempt) == {}

    def test_says_401_when_the_sign_in_is_over_and_goes_on_after_the_next(
        self, kept: Place, attempt: Any, amina: FlaskClient, sign_in: SignInAs
    ) -> None:
        with db.transaction() as session:
            session.execute(update(SignIn).values(ended_at=SignIn.created_at))
        json = {"Accept": "application/json"}

        assert (
            amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT), headers=json).status_code == 401
        )
        assert amina.get(f"/attempts/{attempt.id}/state", headers=json).status_code == 401

        browser = sign_in(kept.user_id)
        assert browser.get(f"/attempts/{attempt.id}/state", headers=json).get_json()["is_open"] is True
        assert (
            browser.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT), headers=json).status_code == 200
        )
        assert kept_responses(attempt) == RIGHT

    def test_takes_the_fresh_token_that_the_state_gives(
        self, fresh: Flask, kept: Place, attempt: Any, amina: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "WTF_CSRF_ENABLED", True)
        address = f"/attempts/{attempt.id}/answers"
        assert amina.post(address, json=items(attempt, RIGHT), headers={"X-CSRFToken": "old"}).status_code == 400

        token = amina.get(f"/attempts/{attempt.id}/state").get_json()["token"]

        assert amina.post(address, json=items(attempt, RIGHT), headers={"X-CSRFToken": token}).status_code == 200

    def test_stops_when_the_place_is_suspended(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        with db.transaction() as session:
            session.execute(update(Enrolment).values(state=EnrolmentState.SUSPENDED))

        assert amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT)).status_code == 404


class TestSave:
    """The buttons, for those without scripts."""

    def test_keeps_the_whole_page(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        response = amina.post(f"/attempts/{attempt.id}", data=fields(attempt, RIGHT) | {"then": "stay"})

        assert response.status_code == 303
        assert response.location == f"/attempts/{attempt.id}"
        assert kept_responses(attempt) == RIGHT

    def test_goes_on_to_handing_in(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        response = amina.post(f"/attempts/{attempt.id}", data=fields(attempt, RIGHT) | {"then": "submit"})

        assert response.location == f"/attempts/{attempt.id}/submit"

    def test_shows_both_versions_of_what_two_screens_changed(
        self, kept: Place, attempt: Any, amina: FlaskClient
    ) -> None:
        amina.post(f"/attempts/{attempt.id}", data=fields(attempt, {"short_text": "here"}))

        page = amina.post(f"/attempts/{attempt.id}", data=fields(attempt, {"short_text": "there"})).get_data(
            as_text=True
        )

        assert "You changed some answers on another screen" in page
        assert 'value="there"' in page
        assert "here" in page
        assert kept_responses(attempt)["short_text"] == "here"

    def test_keeps_the_text_on_the_page_when_it_came_too_late(
        self, kept: Place, attempt: Any, amina: FlaskClient, present: Clock
    ) -> None:
        present.forward(minutes=30, seconds=16)

        response = amina.post(f"/attempts/{attempt.id}", data=fields(attempt, {"short_text": "too late"}))

        assert response.status_code == 409
        assert 'value="too late"' in response.get_data(as_text=True)
        assert kept_responses(attempt) == {}

    @pytest.mark.parametrize("base", ["", "x.y", "-1.a", "9999999999999.a", "١.a"])
    def test_passes_over_forged_bases(self, kept: Place, attempt: Any, amina: FlaskClient, base: str) -> None:
        put = reading.layout_of(attempt)[0].question_id

        assert amina.post(f"/attempts/{attempt.id}", data={f"base{put}": base, f"q{put}": "x"}).status_code == 303
        assert kept_responses(attempt) == {}


class TestSubmit:
    def test_shows_first_what_has_no_answer(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        partial = RIGHT | {"single_choice": None, "ordering": {"one": 1}, "numeric": "many"}
        amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, partial))

        page = page_of(amina, f"/attempts/{attempt.id}/submit")

        assert "4 of 7 questions are answered" in page
        for word in ("No answer yet", "Not complete", "Not a number"):
            assert page.count(word) == 1

    def test_is_one_whatever_is_clicked(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        for _click in range(3):
            response = amina.post(f"/attempts/{attempt.id}/submit")
            assert (response.status_code, response.location) == (303, f"/attempts/{attempt.id}/result")
        assert amina.get(f"/attempts/{attempt.id}").location == f"/attempts/{attempt.id}/result"
        assert amina.get(f"/attempts/{attempt.id}/submit").location == f"/attempts/{attempt.id}/result"

    def test_takes_the_answers_that_come_with_it(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        amina.post(f"/attempts/{attempt.id}/submit", data=fields(attempt, RIGHT))

        assert "20 out of 20" in page_of(amina, f"/attempts/{attempt.id}/result")

    def test_counts_only_what_was_in_time(self, kept: Place, attempt: Any, amina: FlaskClient, present: Clock) -> None:
        amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, {"numeric": "12.5"}))
        present.forward(minutes=31)
        assert "The time ended" in page_of(amina, f"/attempts/{attempt.id}/result")

        amina.post(f"/attempts/{attempt.id}/submit", data=fields(attempt, RIGHT))

        page = page_of(amina, f"/attempts/{attempt.id}/result")
        assert "2.9 out of 20" in page
        assert "what had been saved by then counts" in page

    def test_costs_eight_statements_at_most(
        self, kept: Place, attempt: Any, amina: FlaskClient, statements: Count, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Start and submit, without what results makes of it: that is six more (tests/results)."""
        monkeypatch.setattr(events, "_handlers", {})
        amina.post(f"/attempts/{attempt.id}/answers", json=items(attempt, RIGHT))
        with statements() as submitting:
            amina.post(f"/attempts/{attempt.id}/submit")
        with statements() as starting:
            amina.post(f"/enrolments/{kept.enrolment_id}/quizzes/{kept.quiz_id}/start")
        monkeypatch.setattr(events, "_handlers", HANDLERS)

        assert len(submitting) <= 8, submitting.seen
        assert len(starting) <= 8, starting.seen


class TestResult:
    def test_explains_when_the_quiz_says_so(self, kept: Place, attempt: Any, amina: FlaskClient) -> None:
        amina.post(
            f"/attempts/{attempt.id}/submit",
            data=fields(attempt, RIGHT | {"numeric": "3", "ordering": {"one": 2, "two": 3}}),
        )

        page = page_of(amina, f"/attempts/{attempt.id}/result")

        assert page.count("CANARY") == len(RIGHT)
        assert page.count("Right answer") == 2
        assert "Partly right" in page
        assert "15.7 out of 20" in page  # 5.5 of 7

    def test_keeps_quiet_when_it_says_never(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            place = make_place(feedback="never")
            attempt = begin(place)
            answer_all(attempt)
            services.submit_attempt(attempt, by=place.by)

        page = page_of(sign_in(place.user_id), f"/attempts/{attempt.id}/result")

        assert "20 out of 20" in page
        assert "CANARY" not in page
        assert "Put: " not in page

    def test_tells_which_mark_counts(self, kept: Place, amina: FlaskClient) -> None:
        with db.transaction():
            first = begin(kept)
            answer_all(first)
            services.submit_attempt(first, by=kept.by)
            second = begin(kept)
            services.submit_attempt(second, by=kept.by)

        page = page_of(amina, f"/attempts/{second.id}/result")

        assert "<h1>0 out of 20</h1>" in page
        assert "20 out of 20; this is the one that counts" in page

    def test_costs_five_statements_at_most(
        self, kept: Place, attempt: Any, amina: FlaskClient, statements: Count
    ) -> None:
        amina.post(f"/attempts/{attempt.id}/submit")
        with statements() as sent:
            page_of(amina, f"/attempts/{attempt.id}/result")

        assert len(sent) <= 5, sent.seen


class TestPreview:
    def test_marks_and_keeps_nothing(self, kept: Place, sign_in: SignInAs, statements: Count) -> None:
        with db.transaction():
            author = make_staff(Role.AUTHOR).id
        browser = sign_in(author)
        assert "The quiz" in page_of(browser, "/preview/quizzes")
        drawn = browser.get(f"/preview/quizzes/{kept.quiz_id}")
        assert drawn.status_code == 303
        page = page_of(browser, drawn.location)
        assert "synthetic participant" in page
        assert "CANARY" not in page
        with statements() as sent:
            marked = browser.post(drawn.location, data={}).get_data(as_text=True)

        assert "0 out of 20" in marked
        assert marked.count("CANARY") == len(RIGHT)
        assert not [text for text in sent.seen if text.startswith(("INSERT", "UPDATE", "DELETE"))]

    def test_gives_the_same_draw_for_the_same_seed(self, kept: Place, sign_in: SignInAs) -> None:
        browser = sign_in(kept.assessor_id)

        def order(seed: int) -> list[str]:
            return re.findall(
                r'name="(q[^"]+)"|value="(\w)"', page_of(browser, f"/preview/quizzes/{kept.quiz_id}?seed={seed}")
            )

        assert order(5)
        assert order(5) == order(5)
        assert order(5) != order(6)

    def test_is_not_for_those_who_are_to_take_it(self, kept: Place, sign_in: SignInAs) -> None:
        with db.transaction():
            member = make_staff(Role.COMMITTEE)
            member_id = member.id
            make_enrolment(db.session().get_one(Cohort, kept.cohort_id), member)
        browser = sign_in(member_id)

        assert browser.get(f"/preview/quizzes/{kept.quiz_id}?seed=1").status_code == 403
