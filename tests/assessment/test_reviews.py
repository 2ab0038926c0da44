"""Work judged: by those who may, by the rubric, never over somebody else's judgement."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from lms import db
from lms.assessment import queries, services
from lms.assessment.models import Outcome, Review, SubmissionFile
from lms.assessment.services import CannotAccept, OwnWork, ReviewConflict
from lms.catalogue.models import Assignment
from lms.clock import now
from lms.cohorts.models import Cohort, Enrolment, EnrolmentState
from lms.errors import Missing
from lms.permissions import INSTITUTE, Actor, Grant, Role
from tests.assessment.conftest import Place, SignInAs
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_grant,
    make_staff,
    make_submission,
    make_user,
)

GOOD = {"aim": 3, "method": 3, "style": 2}


def assessor_in(place: Place) -> Actor:
    return Actor(place.assessor_id, "Karim Alaoui", frozenset({Grant(Role.ASSESSOR, place.cohort_id)}))


def submit(place: Place, *, number: int = 1) -> int:
    enrolment = db.session().get_one(Enrolment, place.enrolment_id)
    return make_submission(enrolment, db.session().get_one(Assignment, place.assignment_id), number=number).id


def review(
    place: Place, submission_id: int, *, number: int = 1, levels: dict[str, int] | None = None,
    outcome: Outcome = Outcome.ACCEPTED,
) -> Review:  # fmt: skip
    by = assessor_in(place)
    return services.review_work(
        queries.work_to_review(submission_id, by=by), levels=levels or GOOD, comments={"aim": " Clear ", "style": " "},
        comment="Good", outcome=outcome, number=number, by=by,
    )  # fmt: skip


class TestReviewWork:
    def test_reckons_the_mark_from_the_levels(self, place: Place) -> None:
        written = review(place, submit(place))

        assert (written.mark, written.number, written.comments) == (Decimal("13.8"), 1, {"aim": "Clear"})

    def test_cannot_accept_what_is_critically_insufficient(self, place: Place) -> None:
        submission_id, levels = submit(place), {"aim": 4, "method": 1, "style": 4}

        with pytest.raises(CannotAccept):
            review(place, submission_id, levels=levels)
        assert review(place, submission_id, levels=levels, outcome=Outcome.RETURNED).mark == Decimal("11.9")

    def test_meets_the_judgement_of_somebody_faster(self, place: Place) -> None:
        submission_id = submit(place)
        review(place, submission_id)

        with pytest.raises(ReviewConflict):
            review(place, submission_id)
        review(place, submission_id, number=2, outcome=Outcome.RETURNED)
        assert db.session().scalars(select(Review.number).order_by(Review.number)).all() == [1, 2]

    def test_lets_the_database_settle_two_at_the_same_moment(self, place: Place) -> None:
        submission_id = submit(place)
        work = queries.work_to_review(submission_id, by=assessor_in(place))

        def be_faster(session: Session, *_rest: object) -> None:
            """The other's review arrives when this one has looked already."""
            session.connection().execute(insert(Review).values(
                submission_id=submission_id, number=1, assessor_id=place.assessor_id, levels=GOOD, comments={}, comment="",
                mark=Decimal(12), outcome=Outcome.ACCEPTED, reviewed_at=now(),
            ))  # fmt: skip

        event.listen(db.session(), "before_flush", be_faster, once=True)
        with pytest.raises(ReviewConflict):
            services.review_work(
                work, levels=GOOD, comments={}, comment="", outcome=Outcome.ACCEPTED, number=1, by=INSTITUTE
            )

    def test_is_not_for_a_version_that_was_replaced(self, place: Place) -> None:
        first = submit(place)
        review(place, first, outcome=Outcome.RETURNED)
        submit(place, number=2)

        with pytest.raises(ReviewConflict):
            review(place, first, number=2)

    def test_is_never_of_ones_own_work(self, place: Place) -> None:
        submission_id = submit(place)
        work = queries.work_to_review(submission_id, by=assessor_in(place))
        own = Actor(place.user_id, "Amina", frozenset({Grant(Role.ASSESSOR, None)}))

        with pytest.raises(OwnWork):
            services.review_work(work, levels=GOOD, comments={}, comment="", outcome=Outcome.ACCEPTED, number=1, by=own)
        with pytest.raises(Missing):
            queries.work_to_review(submission_id, by=own)
        assert queries.waiting_for_review(own).rows == []


class TestWaitingForReview:
    def test_lists_the_oldest_first_page_by_page(self, place: Place) -> None:
        cohort, assignment = (
            db.session().get_one(Cohort, place.cohort_id),
            db.session().get_one(Assignment, place.assignment_id),
        )
        ids = [make_submission(make_enrolment(cohort, make_user()), assignment).id for _person in range(5)]
        by = assessor_in(place)

        first = queries.waiting_for_review(by, size=3)
        second = queries.waiting_for_review(by, after=first.next, size=3)

        assert [row.id for row in first.rows] + [row.id for row in second.rows] == ids
        assert second.next is None
        assert queries.waiting_count(by) == 5
        assert len(queries.waiting_for_review(by, after="forged").rows) == 5

    def test_holds_only_cohorts_one_may_judge(self, place: Place) -> None:
        submission_id = submit(place)
        elsewhere = Actor(place.assessor_id, "", frozenset({Grant(Role.ASSESSOR, make_cohort().id)}))

        assert queries.waiting_for_review(elsewhere).rows == []
        with pytest.raises(Missing):
            queries.work_to_review(submission_id, by=elsewhere)
        everywhere = Actor(place.assessor_id, "", frozenset({Grant(Role.ASSESSOR)}))
        assert len(queries.waiting_for_review(everywhere).rows) == 1

    def test_leaves_out_those_who_left(self, place: Place) -> None:
        submit(place)
        db.session().execute(update(Enrolment).values(state=EnrolmentState.WITHDRAWN))

        assert queries.waiting_for_review(assessor_in(place)).rows == []

    def test_moves_what_is_judged_to_the_other_list(self, place: Place) -> None:
        submission_id = submit(place)
        review(place, submission_id)
        by = assessor_in(place)

        assert queries.waiting_for_review(by).rows == []
        assert [row.id for row in queries.reviewed_work(by).rows] == [submission_id]


@pytest.fixture
def submission(kept: Place) -> int:
    with db.transaction():
        return submit(kept)


@pytest.fixture
def karim(kept: Place, sign_in: SignInAs) -> FlaskClient:
    return sign_in(kept.assessor_id)


def judgement(**data: str) -> dict[str, str]:
    return {
        "level_0": "3", "level_1": "3", "level_2": "2", "comment_0": "Clear aim", "comment_1": "", "comment_2": "",
        "comment": "Good work", "outcome": "accepted", "number": "1",
    } | data  # fmt: skip


class TestPages:
    def test_lead_from_the_queue_to_the_mark(self, kept: Place, submission: int, karim: FlaskClient) -> None:
        assert "Amina Bennani" in karim.get("/reviews").get_data(as_text=True)
        page = karim.get(f"/reviews/{submission}").get_data(as_text=True)
        assert page.count('type="radio"') == 14
        assert "method at 4" in page

        response = karim.post(f"/reviews/{submission}", data=judgement(), follow_redirects=True)

        page = response.get_data(as_text=True)
        assert "13.8 out of 20" in page
        assert "Good work" in page
        assert "Nothing waits" in karim.get("/reviews").get_data(as_text=True)
        assert "Amina Bennani" in karim.get("/reviews?state=reviewed").get_data(as_text=True)

    def test_names_what_is_missing(self, kept: Place, submission: int, karim: FlaskClient) -> None:
        response = karim.post(f"/reviews/{submission}", data=judgement(level_1="", outcome="", comment_0="Kept"))

        page = response.get_data(as_text=True)
        assert response.status_code == 422
        assert "Choose a level." in page
        assert "Choose a decision." in page
        assert "Kept</textarea>" in page

    @pytest.mark.parametrize("level", ["0", "5", "x", "3.5"])
    def test_refuses_levels_that_are_none(self, kept: Place, submission: int, karim: FlaskClient, level: str) -> None:
        assert karim.post(f"/reviews/{submission}", data=judgement(level_0=level)).status_code == 422

    def test_shows_both_judgements_to_the_second_marker(
        self, kept: Place, submission: int, karim: FlaskClient, sign_in: SignInAs
    ) -> None:
        with db.transaction():
            second = make_staff(Role.ASSESSOR, kept.cohort_id).id
        karim.post(f"/reviews/{submission}", data=judgement(comment="From the first"))

        response = sign_in(second).post(f"/reviews/{submission}", data=judgement(comment="From the second"))

        page = response.get_data(as_text=True)
        assert response.status_code == 409
        assert "Both judgements are below" in page
        assert "From the first" in page
        assert "From the second</textarea>" in page
        assert 'name="number" type="hidden" value="2"' in page
        with db.reading() as session:
            assert session.scalars(select(Review.comment)).all() == ["From the first"]

    def test_refuses_to_accept_beside_the_decision(self, kept: Place, submission: int, karim: FlaskClient) -> None:
        response = karim.post(f"/reviews/{submission}", data=judgement(level_1="1"))

        assert response.status_code == 409 or response.status_code == 422
        assert "this work cannot be accepted" in response.get_data(as_text=True)

    def test_hides_work_and_files_of_other_cohorts(self, kept: Place, submission: int, sign_in: SignInAs) -> None:
        with db.transaction() as session:
            other = make_user()
            make_grant(other, Role.ASSESSOR, make_cohort().id)
            file = SubmissionFile(
                submission_id=submission,
                name="a.pdf",
                content_type="application/pdf",
                size=1,
                sha256="0" * 64,
                key="none",
            )
            session.add(file)
            session.flush()
            other_id, file_id = other.id, file.id
        browser = sign_in(other_id)

        assert browser.get(f"/reviews/{submission}").status_code == 404
        assert browser.post(f"/reviews/{submission}", data=judgement()).status_code == 404
        assert browser.get(f"/reviews/files/{file_id}").status_code == 404
        assert sign_in(kept.user_id).get(f"/reviews/{submission}").status_code == 403
        # A file whose bytes are gone is missing, not an error:
        assert sign_in(kept.assessor_id).get(f"/reviews/files/{file_id}").status_code == 404

    @pytest.mark.parametrize("people", [3, 60])
    def test_cost_the_same_for_three_and_for_sixty(
        self, fresh: Flask, kept: Place, karim: FlaskClient, statements: Callable[[], Any], people: int
    ) -> None:
        with db.transaction() as session:
            cohort, assignment = (
                session.get_one(Cohort, kept.cohort_id),
                session.get_one(Assignment, kept.assignment_id),
            )
            ids = [make_submission(make_enrolment(cohort, make_user()), assignment).id for _person in range(people)]
        with statements() as queue:
            assert karim.get("/reviews").status_code == 200
        with statements() as work:
            assert karim.get(f"/reviews/{ids[0]}").status_code == 200

        assert len(queue) == 2, queue.seen
        assert len(work) <= 6, work.seen
