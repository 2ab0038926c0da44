"""Attempts at the service: one of each, nothing lost, nothing counted that came too late."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms import db, jobs
from lms.assessment import queries, services
from lms.assessment.models import Answer, Attempt, Marking
from lms.assessment.queries import attempts as reading
from lms.assessment.responses import fingerprint
from lms.assessment.services import AttemptClosed, Change, NoAttemptLeft, QuizClosed
from lms.assessment.services.attempts import PageAnswer, save_page
from lms.audit import AuditEvent
from lms.catalogue.models import Quiz
from lms.clock import now, today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.errors import Missing
from lms.wiring import JOBS
from tests.assessment.conftest import Place, again, answer_all, begin, make_place
from tests.conftest import Clock
from tests.factories import RIGHT, make_enrolment, make_user


def start(place: Place) -> int:
    return services.start_attempt(place.enrolment_id, place.quiz_id, by=place.by)


class TestStartAttempt:
    def test_fixes_questions_order_and_deadline(self, place: Place) -> None:
        attempt = begin(place)

        assert {put.kind for put in reading.layout_of(attempt)} == set(RIGHT)
        assert attempt.closes_at == now() + timedelta(minutes=30)
        assert attempt.number == 1

    def test_gives_back_the_one_that_is_open(self, place: Place) -> None:
        assert start(place) == start(place)

    def test_draws_again_for_the_next_attempt_and_stops_at_the_last(self, place: Place) -> None:
        first = begin(place)
        services.submit_attempt(first, by=place.by)
        second = begin(place)
        services.submit_attempt(second, by=place.by)

        assert (second.id != first.id, second.number) == (True, 2)
        with pytest.raises(NoAttemptLeft):
            start(place)

    @pytest.mark.parametrize("state", [state for state in EnrolmentState if state not in LEARNING])
    def test_is_for_active_participants(self, place: Place, state: EnrolmentState) -> None:
        db.session().execute(update(Enrolment).values(state=state))

        with pytest.raises(Missing):
            start(place)

    def test_is_for_the_enrolled_themselves(self, place: Place) -> None:
        other = make_enrolment(user=make_user())
        db.session().flush()

        with pytest.raises(Missing):
            services.start_attempt(other.id, place.quiz_id, by=place.by)
        with pytest.raises(Missing):
            services.start_attempt(place.enrolment_id, place.quiz_id, by=place.assessor)

    def test_waits_for_the_module_to_open(self, place: Place) -> None:
        db.session().execute(update(CohortModule).values(opens_on=today() + timedelta(days=1)))

        with pytest.raises(Missing):
            start(place)

    def test_is_still_possible_when_overdue_but_not_once_closed(self, place: Place) -> None:
        db.session().execute(update(CohortModule).values(due_on=today() - timedelta(days=1)))
        services.submit_attempt(begin(place), by=place.by)
        db.session().execute(update(Cohort).values(ends_on=today() - timedelta(days=1)))

        with pytest.raises(QuizClosed):
            start(place)

    def test_ends_with_the_last_day_of_the_module(self, place: Place) -> None:
        db.session().execute(update(Cohort).values(ends_on=today()))
        db.session().execute(update(CohortModule).values(due_on=today()))
        db.session().execute(update(Quiz).values(minutes=None))

        assert begin(place).closes_at.isoformat() == "2026-11-24T00:00:00+00:00"

    def test_says_when_the_bank_is_too_small(self, place: Place) -> None:
        db.session().execute(update(Quiz).values(draw=[{"tags": ["basics"], "count": 8}]))

        with pytest.raises(QuizClosed):
            start(place)

    def test_makes_one_attempt_of_fifty_at_once(self, fresh: Flask) -> None:
        with db.transaction():
            place = make_place(kinds=("single_choice", "true_false"))
        ids, ready = [], threading.Barrier(50)

        def click() -> None:
            ready.wait()
            with fresh.app_context(), db.transaction():
                ids.append(start(place))

        threads = [threading.Thread(target=click) for _click in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with db.reading() as session:
            assert session.execute(select(func.count()).select_from(Attempt)).scalar_one() == 1
        assert len(ids) == 50
        assert len(set(ids)) == 1


class TestSaveAnswers:
    def test_keeps_the_newest_whatever_the_order_of_arrival(self, place: Place) -> None:
        attempt = begin(place)
        question = next(put.question_id for put in reading.layout_of(attempt) if put.kind == "short_text")

        assert services.save_answers(attempt, [Change(question, 2, "second")])[0].is_kept
        late = services.save_answers(attempt, [Change(question, 1, "first")])[0]

        assert (late.is_kept, late.given.response, late.given.revision) == (False, "second", 2)
        assert queries.responses_of(attempt.id)[question].response == "second"

    def test_takes_the_same_answer_twice_as_one(self, place: Place) -> None:
        attempt = begin(place)
        question = reading.layout_of(attempt)[0]
        change = Change(question.question_id, 1, RIGHT[question.kind])
        services.save_answers(attempt, [change])

        assert services.save_answers(attempt, [change])[0].is_kept

    def test_clears_an_answer(self, place: Place) -> None:
        attempt = begin(place)
        question = reading.layout_of(attempt)[0].question_id
        answer_all(attempt)

        services.save_answers(attempt, [Change(question, 2, None)])

        assert queries.responses_of(attempt.id)[question].response is None

    def test_passes_over_what_was_not_put(self, place: Place) -> None:
        attempt = begin(place)
        put = reading.layout_of(attempt)[0].question_id

        assert (
            services.save_answers(attempt, [Change(999_999, 1, "x"), Change(put, 0, "x"), Change(put, 10**12, "x")])
            == []
        )
        assert queries.responses_of(attempt.id) == {}

    @pytest.mark.parametrize(("seconds", "is_taken"), [(-1, True), (0, True), (14, True), (15, True), (16, False)])
    def test_stops_after_the_grace(self, place: Place, present: Clock, seconds: int, is_taken: bool) -> None:
        attempt = begin(place)
        question = reading.layout_of(attempt)[0]
        present.forward(minutes=30, seconds=seconds)
        change = Change(question.question_id, 1, RIGHT[question.kind])

        if is_taken:
            services.save_answers(attempt, [change])
        else:
            with pytest.raises(AttemptClosed):
                services.save_answers(attempt, [change])
        assert (question.question_id in queries.responses_of(attempt.id)) is is_taken

    def test_refuses_once_it_was_handed_in(self, place: Place) -> None:
        attempt = begin(place)
        services.submit_attempt(attempt, by=place.by)

        with pytest.raises(AttemptClosed):
            answer_all(reading.attempt_to_write(place.user_id, attempt.id))

    def test_is_for_the_owner_while_active(self, place: Place) -> None:
        attempt = begin(place)

        with pytest.raises(Missing):
            reading.attempt_to_write(place.assessor_id, attempt.id)
        db.session().execute(update(Enrolment).values(state=EnrolmentState.SUSPENDED))
        with pytest.raises(Missing):
            reading.attempt_to_write(place.user_id, attempt.id)


class TestSavePage:
    def base(self, attempt: Any, kind: str) -> tuple[int, int, str]:
        question = next(put.question_id for put in reading.layout_of(attempt) if put.kind == kind)
        given = queries.responses_of(attempt.id).get(question)
        return question, given.revision if given else 0, fingerprint(given.response if given else None)

    def test_writes_only_what_was_changed(self, place: Place) -> None:
        attempt = begin(place)
        question, revision, mark = self.base(attempt, "short_text")
        assert save_page(attempt, [PageAnswer(question, "commit", revision, mark)]) == {}
        again_base = self.base(attempt, "short_text")

        save_page(attempt, [PageAnswer(question, "commit", *again_base[1:])])

        assert queries.responses_of(attempt.id)[question].revision == 1

    def test_shows_both_when_two_screens_differ_and_keeps_the_one_saved_first(self, place: Place) -> None:
        attempt = begin(place)
        question, revision, mark = self.base(attempt, "short_text")
        save_page(attempt, [PageAnswer(question, "here", revision, mark)])

        conflicts = save_page(attempt, [PageAnswer(question, "there", revision, mark)])

        assert conflicts[question].response == "here"
        assert queries.responses_of(attempt.id)[question].response == "here"
        now_known = self.base(attempt, "short_text")
        assert save_page(attempt, [PageAnswer(question, "there", *now_known[1:])]) == {}
        assert queries.responses_of(attempt.id)[question].response == "there"

    def test_leaves_alone_what_an_old_page_did_not_touch(self, place: Place) -> None:
        attempt = begin(place)
        question, revision, mark = self.base(attempt, "short_text")
        save_page(attempt, [PageAnswer(question, "here", revision, mark)])

        assert save_page(attempt, [PageAnswer(question, None, revision, mark)]) == {}
        assert queries.responses_of(attempt.id)[question].response == "here"


class TestSubmitAttempt:
    def test_marks_what_was_saved(self, place: Place) -> None:
        attempt = begin(place)
        answer_all(attempt)

        assert services.submit_attempt(attempt, by=place.by)

        marking = reading.marking_of(attempt.id)
        assert marking is not None
        assert marking.mark == 20
        assert set(marking.points.values()) == {"1.00"}
        assert queries.component_marks([place.enrolment_id]) == {
            (place.enrolment_id, place.quiz_component_id): Decimal(20)
        }

    def test_is_done_once_however_often_it_is_asked(self, place: Place) -> None:
        attempt = begin(place)
        services.submit_attempt(attempt, by=place.by)

        assert not services.submit_attempt(attempt, by=place.by)
        assert db.session().execute(select(func.count()).select_from(Marking)).scalar_one() == 1

    def test_is_noted_in_the_audit_without_answers(self, kept: Place) -> None:
        with db.transaction():
            attempt = begin(kept)
            answer_all(attempt)
            services.submit_attempt(attempt, by=kept.by)
        with db.reading() as session:
            noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "attempt.submitted")).one()

        assert (noted.subject, noted.actor_id, noted.detail) == (f"attempt:{attempt.id}", kept.user_id, {"number": 1})

    def test_lets_the_best_attempt_count(self, place: Place) -> None:
        first = begin(place)
        answer_all(first)
        services.submit_attempt(first, by=place.by)
        services.submit_attempt(begin(place), by=place.by)

        assert queries.component_marks([place.enrolment_id])[place.enrolment_id, place.quiz_component_id] == 20

    def test_recomputes_to_what_was_stored(self, place: Place) -> None:
        """S63: marking the whole database again finds no difference."""
        attempt = begin(place)
        for put in reading.layout_of(attempt)[::2]:
            services.save_answers(attempt, [Change(put.question_id, 1, RIGHT[put.kind])])
        services.submit_attempt(attempt, by=place.by)
        stored = reading.marking_of(attempt.id)
        assert stored is not None
        db.session().execute(update(Attempt).values(submitted_at=None))

        services.submit_attempt(attempt, by=place.by)

        again_stored = reading.marking_of(attempt.id)
        assert again_stored is not None
        assert (again_stored.mark, again_stored.points) == (stored.mark, stored.points)
        assert db.session().execute(select(func.count()).select_from(Marking)).scalar_one() == 2


class TestCloseOverdue:
    def test_submits_those_left_open_once_the_grace_is_over(self, kept: Place, present: Clock) -> None:
        with db.transaction():
            attempt = begin(kept)
            answer_all(attempt)
        present.forward(minutes=30, seconds=15)
        self.run("first")
        with db.reading():
            assert again(kept, attempt).submitted_at is None
        present.forward(seconds=1)
        self.run("second")
        self.run("third")

        with db.reading() as session:
            assert again(kept, attempt).submitted_at == now()
            assert session.scalars(select(Marking.mark)).one() == 20
            closing = session.scalars(select(AuditEvent).where(AuditEvent.action == "attempt.submitted")).one()
            assert closing.actor_id is None

    def test_goes_on_when_one_cannot_be_closed(self, fresh: Flask, present: Clock) -> None:
        with db.transaction():
            broken, sound = make_place(), make_place()
            first, second = begin(broken), begin(sound)
            db.session().execute(update(Attempt).where(Attempt.id == first.id).values(layout=[{"nonsense": 1}]))
        present.forward(hours=1)
        self.run("round")

        with db.reading() as session:
            assert again(sound, second).submitted_at is not None
            assert again(broken, first).submitted_at is None
            job = session.scalars(select(jobs.Job)).one()
            assert "attempts not closed" in (job.error or "")

    def run(self, key: str) -> None:
        with db.transaction():
            jobs.enqueue("assessment.close_overdue", key)
        assert jobs.run_next(JOBS)


class TestAnswerRows:
    def test_belong_to_one_attempt_and_question_each(self, place: Place) -> None:
        attempt = begin(place)
        for revision in (1, 2, 3):
            answer_all(attempt, revision=revision)

        assert db.session().execute(select(func.count()).select_from(Answer)).scalar_one() == len(RIGHT)
