from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.assessment.models import Attempt, Outcome, Review, Submission
from lms.catalogue.models import Assignment, Quiz, Rubric
from lms.clock import now, today
from lms.cohorts.models import CohortModule
from lms.reporting import queries
from lms.results import queries as results
from tests.factories import make_cohort, make_component, make_enrolment, make_lesson, make_module, make_user
from tests.reporting.test_cohort import make_result

SignIn = Callable[[int], FlaskClient]


def make_quiz(module_id: int) -> Quiz:
    quiz = Quiz(
        module_id=module_id, slug="quiz", title_fr="Quiz", title_en="Quiz", instructions_fr="", instructions_en="", minutes=20,
        attempts=2, feedback="never", draw=[],
    )  # fmt: skip
    db.session().add(quiz)
    db.session().flush()
    return quiz


def make_assignment(module_id: int) -> Assignment:
    rubric = Rubric(slug="rubric", content_hash="r" * 64, title_fr="", title_en="", criteria=[])
    db.session().add(rubric)
    db.session().flush()
    assignment = Assignment(
        module_id=module_id, rubric_id=rubric.id, slug="work", title_fr="Travail", title_en="Work", brief_fr="", brief_en="",
        ai_use="allowed", takes_text=True, files=1, resubmissions=1,
    )  # fmt: skip
    db.session().add(assignment)
    db.session().flush()
    return assignment


@pytest.mark.usefixtures("frame")
class TestProgramme:
    def test_gives_the_very_reasons_that_decide_the_certificate(self) -> None:
        modules = [make_module("DEV-1"), make_module("DEV-2"), make_module("DEV-3")]
        enrolment = make_enrolment(make_cohort(modules=modules))
        make_result(enrolment.id, modules[0].id, "13", passed=True)
        make_result(enrolment.id, modules[1].id, "9", passed=False)
        db.session().flush()

        found = queries.programme(enrolment.user_id, enrolment.cohort_id)

        assert found.missing == results.why_not_yet(enrolment.id)
        assert [reason.code.value for reason in found.missing] == ["mark_too_low", "not_assessed"]

    def test_misses_nothing_once_every_module_is_passed(self) -> None:
        module = make_module("DEV-1")
        enrolment = make_enrolment(make_cohort(modules=[module]))
        make_result(enrolment.id, module.id, "13", passed=True)
        db.session().flush()

        assert queries.programme(enrolment.user_id, enrolment.cohort_id).missing == []

    def test_follows_a_quiz_and_a_piece_of_work_on_their_way(self) -> None:
        module = make_module("DEV-1")
        make_component(module, "quiz", kind="quiz", weight=40)
        make_component(module, "work", kind="assignment", weight=60)
        quiz, assignment = make_quiz(module.id), make_assignment(module.id)
        enrolment = make_enrolment(make_cohort(modules=[module]))

        def under_way() -> list[str]:
            db.session().flush()
            (shown,) = queries.programme(enrolment.user_id, enrolment.cohort_id).modules
            return [item.under_way for item in shown.assessments]

        assert under_way() == ["", ""]
        attempt = Attempt(
            enrolment_id=enrolment.id, quiz_id=quiz.id, number=1, seed=1, layout=[], started_at=now(), closes_at=None
        )
        first = Submission(enrolment_id=enrolment.id, assignment_id=assignment.id, number=1, submitted_at=now())
        db.session().add_all([attempt, first])
        assert under_way() == ["open", "waiting"]

        attempt.submitted_at = now()
        db.session().add(Review(
            submission_id=first.id, number=1, assessor_id=make_user().id, levels={}, comments={}, mark=10,
            outcome=Outcome.RETURNED, reviewed_at=now(),
        ))  # fmt: skip
        assert under_way() == ["", "returned"]

        db.session().add(
            Submission(enrolment_id=enrolment.id, assignment_id=assignment.id, number=2, submitted_at=now())
        )
        assert under_way() == ["", "waiting"]


class TestProgrammePage:
    def test_shows_done_now_and_locked_and_why(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction() as session:
            modules = [make_module("DEV-1"), make_module("DEV-2"), make_module("DEV-3")]
            make_lesson(modules[1], "second")
            enrolment = make_enrolment(make_cohort(modules=modules))
            make_result(enrolment.id, modules[0].id, "13.25", passed=True)
            make_result(enrolment.id, modules[1].id, "9", passed=False)
            last = session.get_one(CohortModule, (enrolment.cohort_id, modules[2].id))
            last.opens_on = today() + timedelta(days=2)
            user_id, address = enrolment.user_id, f"/cohorts/{enrolment.cohort_id}/learn"

        page = sign_in(user_id).get(address).text

        for words in ("Passed, 13.25 out of 20", "in 2 days", "0 of 1", "Continue", "Lesson second",
                      "the module mark is 9 and needs 12", "Nothing is assessed yet"):  # fmt: skip
            assert words in page

    def test_locks_everything_before_the_first_day(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            module = make_module()
            make_lesson(module)
            enrolment = make_enrolment(make_cohort(modules=[module], starts_in=5))
            user_id, address = enrolment.user_id, f"/cohorts/{enrolment.cohort_id}/learn"

        page = sign_in(user_id).get(address).text

        assert "About to start" in page
        assert "in 5 days" in page
        assert "Continue" not in page

    def test_is_nobody_elses(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            mine, other = make_enrolment(), make_enrolment()
            user_id, address = mine.user_id, f"/cohorts/{other.cohort_id}/learn"

        assert sign_in(user_id).get(address).status_code == 404
