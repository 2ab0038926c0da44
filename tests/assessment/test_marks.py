"""The marks that count, as results reads them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from lms import db
from lms.assessment import queries
from lms.assessment.models import LiveMark, Outcome, PracticeSignOff
from lms.assessment.queries.work import WorkState
from lms.catalogue.models import Assignment
from lms.clock import now
from lms.cohorts.models import Enrolment
from tests.assessment.conftest import Place
from tests.factories import make_review, make_submission, make_user


def live(place: Place, mark: str, sitting: int = 1) -> None:
    db.session().add(LiveMark(
        enrolment_id=place.enrolment_id, component_id=place.live_component_id, mark=Decimal(mark), marked_at=now(),
        sitting=sitting,
    ))  # fmt: skip
    db.session().flush()


class TestComponentMarks:
    def test_are_none_at_first(self, place: Place) -> None:
        assert queries.component_marks([place.enrolment_id]) == {}
        assert queries.component_marks([]) == {}

    def test_take_the_last_mark_given_on_the_spot(self, place: Place) -> None:
        live(place, "9.5")
        live(place, "8.25", sitting=2)

        assert queries.component_marks([place.enrolment_id]) == {
            (place.enrolment_id, place.live_component_id): Decimal("8.25")
        }

    @pytest.mark.parametrize(("outcomes", "expected"), [
        ([], None),
        ([[Outcome.ACCEPTED]], "10"),
        ([[Outcome.RETURNED]], None),  # may still be handed in again
        ([[Outcome.RETURNED, Outcome.ACCEPTED]], "11"),
        ([[Outcome.ACCEPTED, Outcome.RETURNED]], None),
        ([[Outcome.RETURNED], []], None),  # handed in again, not read yet
        ([[Outcome.RETURNED], [Outcome.ACCEPTED]], "11"),
        ([[Outcome.RETURNED], [Outcome.RETURNED]], "11"),  # it was the last time
    ])  # fmt: skip
    def test_take_the_last_review_of_the_last_submission(
        self, place: Place, outcomes: list[list[Outcome]], expected: str | None
    ) -> None:
        enrolment = db.session().get_one(Enrolment, place.enrolment_id)
        assignment, assessor, marks = (
            db.session().get_one(Assignment, place.assignment_id),
            make_user(),
            iter(range(10, 20)),
        )
        for number, reviews in enumerate(outcomes, 1):
            submission = make_submission(enrolment, assignment, number=number)
            for review_number, outcome in enumerate(reviews, 1):
                make_review(submission, assessor, number=review_number, mark=str(next(marks)), outcome=outcome)

        found = queries.component_marks([place.enrolment_id])

        assert found == ({(place.enrolment_id, place.work_component_id): Decimal(expected)} if expected else {})

    def test_cost_one_statement(self, place: Place, statements: Callable[[], Any]) -> None:
        live(place, "12")
        with statements() as sent:
            queries.component_marks([place.enrolment_id, *range(1000, 1060)])

        assert len(sent) == 1


class TestWorkStatesOf:
    def test_follow_the_work(self, place: Place) -> None:
        enrolment = db.session().get_one(Enrolment, place.enrolment_id)
        assignment, assessor = db.session().get_one(Assignment, place.assignment_id), make_user()
        key, seen = (place.enrolment_id, place.assignment_id), []

        def look() -> None:
            seen.append(queries.work_states_of([place.enrolment_id]).get(key))

        look()
        first = make_submission(enrolment, assignment)
        look()
        make_review(first, assessor, outcome=Outcome.RETURNED)
        look()
        second = make_submission(enrolment, assignment, number=2)
        look()
        make_review(second, assessor, outcome=Outcome.RETURNED)
        look()
        make_review(second, assessor, number=2)
        look()

        assert seen == [
            None, WorkState.WAITING, WorkState.RETURNED, WorkState.WAITING, WorkState.FINISHED, WorkState.ACCEPTED,
        ]  # fmt: skip


class TestSignOffsOf:
    def test_leave_out_what_was_withdrawn(self, place: Place) -> None:
        def signed(*, withdrawn: bool) -> None:
            db.session().add(PracticeSignOff(
                enrolment_id=place.enrolment_id, practice_task_id=place.task_id, signed_at=now(),
                withdrawn_at=now() if withdrawn else None,
            ))  # fmt: skip
            db.session().flush()

        signed(withdrawn=True)
        assert queries.sign_offs_of([place.enrolment_id]) == {}
        signed(withdrawn=False)
        assert queries.sign_offs_of([place.enrolment_id]) == {(place.enrolment_id, place.task_id): now()}


class TestEvidence:
    def test_never_changes(self, place: Place) -> None:
        live(place, "12")
        mark = db.session().scalars(select(LiveMark)).one()
        mark.mark = Decimal(20)

        with pytest.raises(RuntimeError, match="evidence never changes"):
            db.session().flush()
