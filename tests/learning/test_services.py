from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Lesson, Module
from lms.clock import today
from lms.cohorts.lifecycle import LEARNING, EnrolmentState
from lms.cohorts.models import CohortModule, Enrolment
from lms.errors import Missing
from lms.learning import queries, services
from lms.learning.services import NotLearning, NotOpenYet
from lms.permissions import INSTITUTE, Actor
from tests.conftest import Clock, Statements
from tests.factories import actor, make_cohort, make_enrolment, make_lesson, make_module, make_user

Count = Callable[[], AbstractContextManager[Statements]]


def learner(enrolment: Enrolment) -> Actor:
    return Actor(enrolment.user_id, "")


def place_of(enrolment: Enrolment, module: Module) -> CohortModule:
    return db.session().get_one(CohortModule, (enrolment.cohort_id, module.id))


@pytest.fixture
def module(frame: None) -> Module:
    return make_module()


@pytest.fixture
def lessons(module: Module) -> list[Lesson]:
    return [make_lesson(module) for _number in range(3)]


@pytest.fixture
def enrolment(module: Module) -> Enrolment:
    return make_enrolment(make_cohort(modules=[module]))


class TestMarkDone:
    def test_counts_a_lesson_once(self, enrolment: Enrolment, module: Module, lessons: list[Lesson]) -> None:
        for _time in range(2):
            services.mark_done(enrolment.id, lessons[0].id, by=learner(enrolment))

        assert queries.progress_of([enrolment.id]) == {enrolment.id: {module.id: (1, 3)}}

    def test_keeps_the_first_time_it_was_said(
        self, enrolment: Enrolment, module: Module, lessons: list[Lesson], present: Clock
    ) -> None:
        services.mark_done(enrolment.id, lessons[0].id, by=INSTITUTE)
        first = queries.outline(enrolment.id, module.id)[0].done_at
        present.forward(days=1)

        services.mark_done(enrolment.id, lessons[0].id, by=INSTITUTE)

        assert queries.outline(enrolment.id, module.id)[0].done_at == first

    def test_is_nobody_elses_word(self, enrolment: Enrolment, lessons: list[Lesson]) -> None:
        with pytest.raises(Missing):
            services.mark_done(enrolment.id, lessons[0].id, by=actor(make_user()))

    def test_waits_until_the_module_opens(self, enrolment: Enrolment, module: Module, lessons: list[Lesson]) -> None:
        place_of(enrolment, module).opens_on = today() + timedelta(days=1)

        with pytest.raises(NotOpenYet):
            services.mark_done(enrolment.id, lessons[0].id, by=learner(enrolment))

    def test_is_late_but_taken_after_the_due_day(
        self, enrolment: Enrolment, module: Module, lessons: list[Lesson]
    ) -> None:
        place_of(enrolment, module).due_on = today() - timedelta(days=1)

        services.mark_done(enrolment.id, lessons[0].id, by=learner(enrolment))

        assert queries.progress_of([enrolment.id])[enrolment.id][module.id] == (1, 3)

    @pytest.mark.parametrize("state", [state for state in EnrolmentState if state not in LEARNING])
    def test_is_for_active_participants_only(
        self, enrolment: Enrolment, lessons: list[Lesson], state: EnrolmentState
    ) -> None:
        enrolment.state = state

        with pytest.raises(NotLearning):
            services.mark_done(enrolment.id, lessons[0].id, by=learner(enrolment))

    def test_knows_no_lesson_of_another_programme(self, enrolment: Enrolment) -> None:
        stranger = make_lesson(make_module())

        with pytest.raises(Missing):
            services.mark_done(enrolment.id, stranger.id, by=learner(enrolment))


class TestMarkNotDone:
    def test_takes_it_back(self, enrolment: Enrolment, module: Module, lessons: list[Lesson]) -> None:
        services.mark_done(enrolment.id, lessons[0].id, by=learner(enrolment))

        services.mark_not_done(enrolment.id, lessons[0].id, by=learner(enrolment))

        assert queries.progress_of([enrolment.id])[enrolment.id][module.id] == (0, 3)

    def test_leaves_what_was_never_said(self, enrolment: Enrolment, module: Module, lessons: list[Lesson]) -> None:
        services.mark_not_done(enrolment.id, lessons[0].id, by=learner(enrolment))

        assert queries.progress_of([enrolment.id])[enrolment.id][module.id] == (0, 3)


class TestMarkDoneAtTheSameTime:
    def test_is_one_word_from_two_windows(self, fresh: Flask) -> None:
        with db.transaction():
            module = make_module()
            lesson_id = make_lesson(module).id
            enrolment_id = make_enrolment(make_cohort(modules=[module])).id

        def say(_window: int) -> None:
            with fresh.app_context(), db.transaction():
                services.mark_done(enrolment_id, lesson_id, by=INSTITUTE)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(say, range(6)))

        with db.reading():
            assert queries.next_lesson(enrolment_id) is None


class TestNextLesson:
    def test_is_the_first_not_done_in_the_order_of_the_programme(self, frame: None) -> None:
        first, second = make_module(), make_module()
        one, two, three = make_lesson(first), make_lesson(first), make_lesson(second)
        enrolment = make_enrolment(make_cohort(modules=[second, first]))

        found = []
        for _step in range(4):
            row = queries.next_lesson(enrolment.id)
            found.append(row.slug if row else None)
            if row:
                lesson = next(lesson for lesson in (one, two, three) if lesson.slug == row.slug)
                services.mark_done(enrolment.id, lesson.id, by=INSTITUTE)

        assert found == [three.slug, one.slug, two.slug, None]

    def test_skips_modules_that_are_not_open(self, enrolment: Enrolment, module: Module, lessons: list[Lesson]) -> None:
        place = place_of(enrolment, module)
        place.opens_on = today() + timedelta(days=1)
        assert queries.next_lesson(enrolment.id) is None

        place.opens_on = today()
        row = queries.next_lesson(enrolment.id)
        assert row is not None
        assert (row.slug, row.module_id, row.cohort_id) == (lessons[0].slug, module.id, enrolment.cohort_id)

    def test_is_found_for_many_in_one_statement(
        self, module: Module, lessons: list[Lesson], enrolment: Enrolment, statements: Count
    ) -> None:
        cohort = db.session().get_one(Enrolment, enrolment.id).cohort_id
        ids = [enrolment.id]
        for _number in range(5):
            user = make_user()
            db.session().add(other := Enrolment(
                cohort_id=cohort, user_id=user.id, state=EnrolmentState.ACTIVE, enrolled_at=user.created_at
            ))  # fmt: skip
            db.session().flush()
            ids.append(other.id)

        with statements() as sent:
            found = queries.next_lessons(ids)

        assert len(sent) == 1
        assert set(found) == set(ids)


class TestReader:
    def test_shows_nothing_to_those_who_are_gone(self, enrolment: Enrolment) -> None:
        person = db.session().get_one(User, enrolment.user_id).id
        for state in (EnrolmentState.WITHDRAWN, EnrolmentState.EXCLUDED, EnrolmentState.DEFERRED):
            enrolment.state = state
            with pytest.raises(Missing):
                queries.reader(person, enrolment.cohort_id)

    def test_tells_those_suspended_why(self, enrolment: Enrolment) -> None:
        enrolment.state = EnrolmentState.SUSPENDED

        with pytest.raises(queries.ReadingPaused):
            queries.reader(enrolment.user_id, enrolment.cohort_id)

    def test_lets_those_who_completed_read_on(self, enrolment: Enrolment) -> None:
        enrolment.state = EnrolmentState.COMPLETED

        assert queries.reader(enrolment.user_id, enrolment.cohort_id).enrolment_id == enrolment.id
