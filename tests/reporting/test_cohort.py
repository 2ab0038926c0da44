from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.clock import now
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort
from lms.learning import services as learning
from lms.permissions import INSTITUTE, Role
from lms.reporting import queries
from lms.reporting.filters import Filter
from lms.results.models import ModuleResult
from lms.timetable.models import AttendanceRecord
from tests.conftest import Statements
from tests.factories import make_cohort, make_component, make_enrolment, make_lesson, make_module, make_staff, make_user

SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]


def make_result(enrolment_id: int, module_id: int, mark: str, *, passed: bool) -> None:
    reasons = [] if passed else [{"code": "mark_too_low", "module": "DEV-1", "title": {}, "have": mark, "need": "12"}]
    db.session().add(ModuleResult(
        enrolment_id=enrolment_id, module_id=module_id, mark=Decimal(mark), passed=passed, components={"oral": mark},
        reasons=reasons, rules="2026-1", cause="test", decided_at=now(),
    ))  # fmt: skip


def make_attendance(enrolment_id: int, module_id: int, held: int, present: int) -> None:
    db.session().add(AttendanceRecord(
        enrolment_id=enrolment_id, module_id=module_id, scheduled_minutes=2100, held_minutes=held, present_minutes=present,
        recorded_at=now(),
    ))  # fmt: skip
    db.session().flush()


def make_class(people: int) -> int:
    """A cohort in which everybody has read, was there and was marked."""
    module = make_module("DEV-1")
    lesson = make_lesson(module)
    make_lesson(module)
    make_component(module, "oral")
    cohort = make_cohort(modules=[module], capacity=people)
    for number in range(people):
        enrolment = make_enrolment(cohort, make_user(f"P{number}", f"Family {number:03}"))
        learning.mark_done(enrolment.id, lesson.id, by=INSTITUTE)
        make_result(enrolment.id, module.id, "13.5" if number else "9", passed=number > 0)
        make_attendance(enrolment.id, module.id, 210, 105)
        make_attendance(enrolment.id, module.id, 420, 315)
    return cohort.id


class TestCohortScreen:
    def test_joins_reading_results_and_attendance(self, frame: None) -> None:
        cohort_id = make_class(2)

        screen = queries.cohort_screen(cohort_id, Filter(), reader=None)

        (module,), (first, second) = screen.modules, [person.row for person in screen.people.rows]
        standing = screen.standing[(second.id, module.module_id)]
        assert (standing.done, module.lessons, standing.mark, standing.passed) == (1, 2, Decimal("13.5"), True)
        assert standing.attendance is not None
        assert (standing.attendance.held, standing.attendance.present) == (420, 315)
        assert screen.standing[(first.id, module.module_id)].passed is False
        assert [row.title_en for row in screen.judged[module.module_id]] == ["Assessment oral"]

    def test_counts_only_the_result_that_stands(self, frame: None) -> None:
        cohort_id = make_class(1)
        old = db.session().query(ModuleResult).one()
        old.superseded_at = now()
        db.session().flush()
        make_result(old.enrolment_id, old.module_id, "14", passed=True)

        (standing,) = queries.cohort_screen(cohort_id, Filter(), reader=None).standing.values()

        assert standing.mark == 14


class TestCohortPage:
    def test_shows_everybody_with_their_state(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, lead = make_class(2), make_staff().id
            cohort = db.session().get_one(Cohort, cohort_id)
            cohort.capacity = 10
            make_enrolment(cohort, make_user("Gone", "Away"), state=EnrolmentState.WITHDRAWN)
        browser = sign_in(lead)

        page = browser.get(f"/cohorts/{cohort_id}").text
        for words in (
            "Family 000 P0",
            "13.5",
            "75%",
            "Away Gone",
            "Withdrawn",
            "2 of 10 places taken",
            "Enrol somebody",
        ):
            assert words in page
        found = browser.get(f"/cohorts/{cohort_id}?search=famíly-001").text
        assert "Family 001 P1" in found
        assert "Family 000 P0" not in found
        assert "Nobody in this cohort matches" in browser.get(f"/cohorts/{cohort_id}?search=zzz").text

    def test_shows_an_assessor_what_they_judge_and_not_what_they_may_not(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id = make_class(1)
            assessor = make_staff(Role.ASSESSOR, cohort_id).id

        page = sign_in(assessor).get(f"/cohorts/{cohort_id}").text
        assert "Assessment oral" in page
        assert "Enrol somebody" not in page
        assert "Change the cohort" not in page

    def test_says_that_nobody_is_enrolled(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, lead = make_cohort().id, make_staff().id

        assert "Nobody is enrolled yet" in sign_in(lead).get(f"/cohorts/{cohort_id}").text
        assert sign_in(lead).get("/cohorts/999999").status_code == 404

    @pytest.mark.parametrize("people", [3, 60])
    def test_sends_eight_statements_whatever_the_class(
        self, fresh: object, sign_in: SignIn, statements: Count, people: int
    ) -> None:
        with db.transaction():
            cohort_id, lead = make_class(people), make_staff().id
        browser = sign_in(lead)
        browser.get(f"/cohorts/{cohort_id}")

        with statements() as sent:
            page = browser.get(f"/cohorts/{cohort_id}")

        assert page.status_code == 200
        assert len(sent) == 8, sent.seen
