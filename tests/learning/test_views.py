from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.catalogue.models import Module
from lms.clock import today
from lms.cohorts import services as cohorts
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import CohortModule
from lms.learning import queries
from lms.permissions import INSTITUTE, Role
from tests.conftest import Statements
from tests.factories import (
    make_cohort,
    make_component,
    make_enrolment,
    make_grant,
    make_lesson,
    make_module,
    make_staff,
    make_user,
)

SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]
LESSON_BUDGET = 60 * 1024


@dataclass(frozen=True)
class Course:
    """A participant's browser, and a module of two lessons that is open to them."""

    browser: FlaskClient
    cohort_id: int
    module_id: int
    enrolment_id: int

    @property
    def programme(self) -> str:
        return f"/cohorts/{self.cohort_id}/learn"

    @property
    def module(self) -> str:
        return f"{self.programme}/{self.module_id}"

    def lesson(self, slug: str) -> str:
        return f"{self.module}/lessons/{slug}"

    def progress(self) -> tuple[int, int]:
        with db.reading():
            return queries.progress_of([self.enrolment_id])[self.enrolment_id][self.module_id]


def make_course(sign_in: SignIn, *, people: int = 1) -> Course:
    with db.transaction():
        module = make_module("DEV-1")
        make_lesson(module, "first", html="<p>The <strong>first</strong> text.</p>")
        make_lesson(module, "second")
        make_component(module, "oral")
        cohort = make_cohort(modules=[module], capacity=people)
        enrolments = [make_enrolment(cohort) for _number in range(people)]
        ids = (cohort.id, module.id, enrolments[0].id)
        user_id = enrolments[0].user_id
    return Course(sign_in(user_id), *ids)


@pytest.fixture
def course(fresh: object, sign_in: SignIn) -> Course:
    return make_course(sign_in)


class TestModule:
    def test_shows_what_is_next(self, course: Course) -> None:
        page = course.browser.get(course.module).text

        assert "Lesson first" in page
        assert "Start the first lesson" in page
        assert "0 of 2" in page
        assert "Assessment oral" in page

    def test_says_when_it_opens_and_lets_nobody_read_before(self, course: Course) -> None:
        with db.transaction() as session:
            place = session.get_one(CohortModule, (course.cohort_id, course.module_id))
            place.opens_on = place.due_on = today() + timedelta(days=3)

        page = course.browser.get(course.module).text
        assert "in 3 days" in page
        assert course.lesson("first") not in page
        assert course.browser.get(course.lesson("first")).location == course.module
        assert course.browser.post(course.lesson("first") + "/done").status_code == 409
        assert course.progress() == (0, 2)

    def test_is_not_there_for_other_people(self, course: Course, sign_in: SignIn) -> None:
        with db.transaction():
            stranger = make_user()
            make_grant(stranger, Role.PARTICIPANT)
            lead = make_staff(Role.FACILITATOR, course.cohort_id).id
            stranger_id, other_module = stranger.id, make_module().id

        assert sign_in(stranger_id).get(course.module).status_code == 404
        assert sign_in(lead).get(course.module).status_code == 403
        assert course.browser.get(f"{course.programme}/{other_module}").status_code == 404


class TestLesson:
    def test_shows_the_text_as_it_was_written(self, course: Course) -> None:
        page = course.browser.get(course.lesson("first")).text

        assert "<p>The <strong>first</strong> text.</p>" in page
        assert "Objective en" in page
        assert "20 min to read" in page
        assert f'rel="next" href="{course.lesson("second")}"' in page

    def test_is_read_in_the_other_language_on_demand(self, course: Course) -> None:
        assert "Lire en français" in course.browser.get(course.lesson("first")).text
        french = course.browser.get(course.lesson("first") + "?lang=fr").text

        assert "Objective fr" in french
        assert "Leçon first" in french

    def test_is_not_there_under_another_name(self, course: Course) -> None:
        assert course.browser.get(course.lesson("third")).status_code == 404
        assert course.browser.post(course.lesson("third") + "/done").status_code == 404

    def test_weighs_little(self, course: Course) -> None:
        with db.transaction() as session:
            module = session.get_one(Module, course.module_id)
            make_lesson(module, "long", html="<p>word</p>" * 900)

        assert len(course.browser.get(course.lesson("long")).data) < LESSON_BUDGET


class TestMarkDone:
    def test_goes_on_to_the_next_lesson_and_after_the_last_to_the_module(self, course: Course) -> None:
        first = course.browser.post(course.lesson("first") + "/done")
        assert first.location == course.lesson("second")
        assert course.progress() == (1, 2)

        assert course.browser.post(course.lesson("second") + "/done").location == course.module
        assert "2 of 2" in course.browser.get(course.module).text

    def test_is_taken_back(self, course: Course) -> None:
        course.browser.post(course.lesson("first") + "/done")
        assert "Mark as not done" in course.browser.get(course.lesson("first")).text

        course.browser.post(course.lesson("first") + "/not-done")

        assert course.progress() == (0, 2)

    def test_is_over_for_those_who_completed_but_they_read_on(self, course: Course) -> None:
        with db.transaction():
            cohorts.change_enrolment(course.enrolment_id, EnrolmentState.COMPLETED, reason="", by=INSTITUTE)

        page = course.browser.get(course.lesson("first"))
        assert page.status_code == 200
        assert "Done, next lesson" not in page.text
        assert course.browser.post(course.lesson("first") + "/done").status_code == 409


class TestEnrolmentState:
    def test_hides_everything_from_those_who_are_gone(self, course: Course) -> None:
        with db.transaction():
            cohorts.change_enrolment(course.enrolment_id, EnrolmentState.WITHDRAWN, reason="left", by=INSTITUTE)

        for address in (course.programme, course.module, course.lesson("first")):
            assert course.browser.get(address).status_code in (403, 404)

    def test_tells_those_suspended_that_their_work_is_kept(self, course: Course) -> None:
        with db.transaction():
            cohorts.change_enrolment(course.enrolment_id, EnrolmentState.SUSPENDED, reason="leave", by=INSTITUTE)

        for address in (course.programme, course.module, course.lesson("first")):
            refused = course.browser.get(address)
            assert refused.status_code == 403
            assert "is suspended for now" in refused.text


class TestPreview:
    def test_shows_staff_the_lessons_and_keeps_nothing(self, course: Course, sign_in: SignIn) -> None:
        with db.transaction():
            author = make_staff(Role.AUTHOR).id
        browser = sign_in(author)
        address = f"/preview/modules/{course.module_id}"

        assert "nothing is kept" in browser.get(address).text
        page = browser.get(f"{address}/lessons/first").text
        assert "nothing is kept" in page
        assert "<p>The <strong>first</strong> text.</p>" in page
        assert f'href="{address}/lessons/second"' in page
        assert "/done" not in page

    def test_says_that_a_module_is_in_preparation(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            author, module_id = make_staff(Role.AUTHOR).id, make_module(is_published=False).id

        assert "in preparation" in sign_in(author).get(f"/preview/modules/{module_id}").text
        assert sign_in(author).get("/preview/modules/999999").status_code == 404

    def test_is_closed_to_participants(self, course: Course) -> None:
        assert course.browser.get(f"/preview/modules/{course.module_id}").status_code == 403


class TestStatements:
    @pytest.mark.parametrize("people", [3, 60])
    def test_stay_within_five_whatever_the_class(
        self, fresh: object, sign_in: SignIn, statements: Count, people: int
    ) -> None:
        course = make_course(sign_in, people=people)
        for address in (course.programme, course.module, course.lesson("first")):
            course.browser.get(address)
            with statements() as sent:
                assert course.browser.get(address).status_code == 200
            assert len(sent) <= 5, (address, sent.seen)
