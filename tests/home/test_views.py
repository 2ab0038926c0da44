from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db, jobs
from lms.assessment.models import Attempt, Outcome
from lms.catalogue.models import Quiz
from lms.clock import now
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.learning.models import LessonProgress
from lms.permissions import Role
from tests.conftest import Clock, Statements
from tests.factories import (
    make_assignment,
    make_certificate,
    make_cohort,
    make_component,
    make_eligible,
    make_enrolment,
    make_grant,
    make_lesson,
    make_module,
    make_passed_result,
    make_quiz,
    make_review,
    make_staff,
    make_submission,
    make_user,
)

SignInAs = Callable[[int], FlaskClient]
Counting = Callable[[], AbstractContextManager[Statements]]


class TestWelcome:
    def test_opens_without_a_single_statement_and_may_be_kept(self, client: FlaskClient, statements: Counting) -> None:
        with statements() as sent:
            response = client.get("/")

        assert len(sent) == 0
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert 'href="/catalogue"' in response.text
        assert 'href="/v/"' in response.text
        assert 'href="/login"' in response.text

    def test_is_nobodys_to_keep_once_signed_in(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            user = make_user()

        assert sign_in(user.id).get("/").headers["Cache-Control"] == "no-store"


class TestHelp:
    def test_opens_for_everybody_without_a_statement(self, client: FlaskClient, statements: Counting) -> None:
        with statements() as sent:
            response = client.get("/help")

        assert response.status_code == 200
        assert len(sent) == 0
        assert "80 %" in response.text.replace("\xa0", " ").replace("\u202f", " ")


class TestLanguage:
    def test_is_taken_from_the_address_and_remembered(self, client: FlaskClient) -> None:
        response = client.get("/login?next=/home&lang=en")

        assert '<html lang="en"' in response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert '<html lang="en"' in client.get("/login").text

    def test_leads_back_to_the_same_page(self, client: FlaskClient) -> None:
        html = client.get("/login?next=/home&lang=en").text

        assert '<a class="language" lang="fr" hreflang="fr" href="/login?next=%2Fhome&amp;lang=fr"' in html

    @pytest.mark.parametrize("lang", ["de", "", "../x"])
    def test_ignores_a_language_there_is_not(self, client: FlaskClient, lang: str) -> None:
        response = client.get("/", query_string={"lang": lang})

        assert response.status_code == 200
        assert "lang=" not in response.headers.get("Set-Cookie", "")

    def test_never_leads_to_another_site(self, client: FlaskClient) -> None:
        html = client.get("//evil.example/?_scheme=javascript&_external=1&lang=en").text

        assert 'href="//' not in html
        assert 'href="javascript' not in html


@pytest.fixture
def hajar(fresh: Flask) -> int:
    """A participant with one lesson of two read, a quiz to take and work to hand in."""
    with db.transaction():
        user = make_user("Hajar", "El Idrissi")
        module = make_module("DEV-1")
        lessons = [make_lesson(module, "first"), make_lesson(module, "second")]
        make_component(module, kind="quiz", weight=40)
        make_component(module, kind="assignment", weight=60)
        make_quiz(module)
        make_assignment(module)
        enrolment = make_enrolment(make_cohort(modules=[module]), user)
        db.session().flush()
        db.session().add(LessonProgress(enrolment_id=enrolment.id, lesson_id=lessons[0].id, done_at=now()))
        return user.id


def enrolment_of(user_id: int) -> int:
    with db.reading() as session:
        return session.execute(select(Enrolment.id).where(Enrolment.user_id == user_id)).scalar_one()


class TestHomeOfAParticipant:
    def test_says_what_to_do_next_and_where_to_go_on(self, hajar: int, sign_in: SignInAs) -> None:
        html = sign_in(hajar).get("/home").text

        assert "Read the last lesson of Module DEV-1" in html
        assert "Take the quiz “The quiz”" in html
        assert "Hand in “The assignment”" in html
        assert "/lessons/second" in html
        assert "Continue" in html
        assert "1 of 2 lessons" in html

    def test_asks_first_for_the_attempt_that_is_open(self, hajar: int, sign_in: SignInAs) -> None:
        enrolment_id = enrolment_of(hajar)
        with db.transaction() as session:
            quiz_id = session.execute(select(Quiz.id)).scalar_one()
            attempt = Attempt(
                enrolment_id=enrolment_id,
                quiz_id=quiz_id,
                seed=1,
                layout=[],
                started_at=now(),
                closes_at=now() + timedelta(minutes=30),
            )
            session.add(attempt)
            session.flush()
            attempt_id = attempt.id

        html = sign_in(hajar).get("/home").text

        assert f'class="btn btn-primary btn-lg" href="/attempts/{attempt_id}"' in html
        assert html.count("btn-primary") == 1

    def test_brings_back_work_that_was_returned(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            module = make_module()
            make_component(module, kind="assignment")
            assignment, enrolment = make_assignment(module), make_enrolment(make_cohort(modules=[module]))
            db.session().flush()
            make_review(make_submission(enrolment, assignment), make_staff(Role.ASSESSOR), outcome=Outcome.RETURNED)

        html = sign_in(enrolment.user_id).get("/home").text

        assert "Improve “The assignment” and hand it in again" in html

    def test_says_when_the_next_module_opens(self, fresh: Flask, sign_in: SignInAs, present: Clock) -> None:
        with db.transaction():
            module = make_module("CLD-1")
            make_lesson(module)
            enrolment = make_enrolment(make_cohort(modules=[module], starts_in=2))

        html = sign_in(enrolment.user_id).get("/home").text

        assert "Nothing is waiting for you. Module CLD-1 opens Wed 25 Nov, in 2 days." in html
        assert "btn-primary" not in html

    def test_shows_results_and_certificates(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            enrolment = make_eligible()
            certificate = make_certificate(enrolment)
            title = certificate.snapshot["title_en"]

        html = sign_in(enrolment.user_id).get("/home").text

        assert "14 out of 20" in html
        assert "1 of 1 modules passed" in html
        assert title in html

    def test_says_that_a_place_is_suspended(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            enrolment = make_enrolment(make_cohort(code="X-1"), state=EnrolmentState.SUSPENDED)

        html = sign_in(enrolment.user_id).get("/home").text

        assert "Your place in Cohort X-1 is suspended for now." in html

    def test_shows_nothing_of_a_cohort_that_was_left(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            enrolment = make_enrolment(make_cohort(code="X-1"), state=EnrolmentState.WITHDRAWN)

        html = sign_in(enrolment.user_id).get("/home").text

        assert "Cohort X-1" not in html
        assert "You follow no cohort at the moment." in html

    @pytest.mark.parametrize("others", [2, 59])
    def test_takes_six_statements_in_a_cohort_of_any_size(
        self, hajar: int, sign_in: SignInAs, statements: Counting, others: int
    ) -> None:
        with db.transaction() as session:
            cohort = session.execute(select(Cohort)).scalar_one()
            for _other in range(others):
                make_enrolment(cohort)
        browser = sign_in(hajar)

        with statements() as sent:
            assert browser.get("/home").status_code == 200

        assert len(sent) <= 6


class TestHomeOfStaff:
    def test_shows_an_assessor_the_oldest_work(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            module = make_module()
            cohort = make_cohort(modules=[module])
            enrolment, assignment = make_enrolment(cohort, make_user("Omar", "Ouazzani")), make_assignment(module)
            db.session().flush()
            submission = make_submission(enrolment, assignment)
            assessor = make_staff(Role.ASSESSOR, cohort.id)

        html = sign_in(assessor.id).get("/home").text

        assert "Omar Ouazzani" in html
        assert f'href="/reviews/{submission.id}">Review the oldest' in html

    def test_tells_a_coordinator_what_a_cohort_lacks(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            make_cohort(code="X-1", starts_in=5)
            led = make_cohort(code="X-2")
            make_grant(make_user(), Role.FACILITATOR, led.id)
            make_grant(make_user(), Role.ASSESSOR, led.id)
            make_enrolment(led)
            coordinator = make_staff(Role.COORDINATOR)

        html = sign_in(coordinator.id).get("/home").text

        assert html.index("Cohort X-1") < html.index("Cohort X-2")
        assert html.count("No facilitator") == html.count("No assessor") == html.count("Nobody is enrolled") == 1
        assert "Starts Sat 28 Nov, in 5 days" in html

    def test_counts_those_who_passed_everything_and_hold_no_certificate(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            cohort = make_cohort(starts_in=-70, days=60)
            make_eligible(cohort)
            make_certificate(make_eligible(cohort))
            enrolment = make_enrolment(cohort)
            db.session().flush()
            module_id = db.session().execute(select(CohortModule.module_id)).scalar_one()
            make_passed_result(enrolment, module_id, passed=False)
            coordinator = make_staff(Role.COORDINATOR)

        html = sign_in(coordinator.id).get("/home").text

        assert "1 person has passed everything and holds no certificate" in html
        assert f"/cohorts/{cohort.id}/certificates" in html

    def test_keeps_other_cohorts_from_who_leads_one(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            mine, other = make_cohort(code="X-1"), make_cohort(code="X-2")
            facilitator = make_staff(Role.FACILITATOR, mine.id)

        html = sign_in(facilitator.id).get("/home").text

        assert "Cohort X-1" in html
        assert other.name not in html

    def test_forgets_cohorts_that_ended_long_ago(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            make_cohort(code="X-1", starts_in=-200, days=60)
            coordinator = make_staff(Role.COORDINATOR)

        html = sign_in(coordinator.id).get("/home").text

        assert "Cohort X-1" not in html
        assert "No cohort runs, is about to start or has just ended." in html

    def test_tells_an_admin_what_stopped(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction() as session:
            job = session.get_one(jobs.Job, jobs.enqueue("credentials.seal", "seal:1"))
            job.state = jobs.JobState.PARKED
            admin = make_staff(Role.ADMIN)

        html = sign_in(admin.id).get("/home").text

        assert "1 job stopped after several tries" in html
        assert "Needs your attention" in html

    def test_is_quiet_when_nothing_stopped(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            admin = make_staff(Role.ADMIN)

        assert "Needs your attention" not in sign_in(admin.id).get("/home").text

    def test_leads_an_auditor_to_the_trail(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            auditor = make_staff(Role.AUDITOR)

        html = sign_in(auditor.id).get("/home").text

        assert "The trail was never walked from end to end yet" in html
        assert 'href="/audit">Who did what, and when' in html

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN, Role.ASSESSOR, Role.FACILITATOR, Role.AUDITOR])
    @pytest.mark.parametrize("people", [3, 60])
    def test_takes_six_statements_whatever_the_role(
        self, fresh: Flask, sign_in: SignInAs, statements: Counting, role: Role, people: int
    ) -> None:
        with db.transaction():
            cohort = make_cohort(starts_in=-55, days=60)
            for _person in range(people):
                make_eligible(cohort)
            staff = make_staff(role)
        browser = sign_in(staff.id)

        with statements() as sent:
            assert browser.get("/home").status_code == 200

        assert len(sent) <= 6


class TestHomeOfNobodyYet:
    def test_says_what_will_happen(self, fresh: Flask, sign_in: SignInAs) -> None:
        with db.transaction():
            user = make_user()

        html = sign_in(user.id).get("/home").text

        assert "Your access is open, but you are in no cohort yet." in html


class TestHead:
    def test_marks_where_one_is(self, hajar: int, sign_in: SignInAs) -> None:
        assert '<a href="/home" aria-current="page">' in sign_in(hajar).get("/home").text

    def test_has_one_heading_a_page(self, hajar: int, sign_in: SignInAs) -> None:
        browser = sign_in(hajar)
        for path in (
            "/",
            "/help",
            "/home",
            "/profile",
            "/profile/password",
            "/profile/factor",
            "/roles",
            "/confirm",
            "/nothing",
        ):
            assert browser.get(path).text.count("<h1") == 1, path


class TestDatabaseAway:
    def test_says_so_calmly_to_somebody_signed_in(self, hajar: int, sign_in: SignInAs) -> None:
        browser = sign_in(hajar)
        away = db.Database("sqlite:////nowhere/at/all.sqlite")
        present = db.database()
        db.connect(away)
        try:
            response = browser.get("/home", headers={"Accept-Language": "en"})
        finally:
            db.connect(present)
            away.dispose()

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "10"
        assert "Nothing was lost; try again shortly." in response.text
