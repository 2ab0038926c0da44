"""A participant before a quiz, with the way in for tests that act at the service and for those that act through pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.assessment import queries, services
from lms.assessment.queries import attempts as reading
from lms.assessment.services import Change
from lms.catalogue.models import Module
from lms.cohorts.models import EnrolmentState
from lms.i18n import in_language
from lms.permissions import Actor, Role
from tests.factories import (
    RIGHT,
    actor,
    make_assignment,
    make_cohort,
    make_component,
    make_enrolment,
    make_module,
    make_practice_task,
    make_question,
    make_quiz,
    make_staff,
    make_user,
)


@dataclass(frozen=True)
class Place:
    """Ids of one cohort whose module has everything that is assessed; ``by`` is its participant, ``assessor`` its assessor."""

    module_id: int
    cohort_id: int
    enrolment_id: int
    user_id: int
    quiz_id: int
    assignment_id: int
    quiz_component_id: int
    work_component_id: int
    live_component_id: int
    task_id: int
    assessor_id: int

    @property
    def by(self) -> Actor:
        return Actor(self.user_id, "Amina Bennani")

    @property
    def assessor(self) -> Actor:
        return Actor(self.assessor_id, "Karim Alaoui")


def make_place(
    *, minutes: int | None = 30, feedback: str = "after_submission", kinds: tuple[str, ...] = tuple(RIGHT)
) -> Place:
    module = make_module()
    for kind in kinds:
        make_question(module, kind)
    quiz = make_quiz(module, minutes=minutes, feedback=feedback, questions=len(kinds))
    assignment = make_assignment(module)
    weights = {"quiz": 40, "assignment": 30, "live": 30}
    components = [make_component(module, kind=kind, weight=weight) for kind, weight in weights.items()]
    task = make_practice_task(module)
    cohort = make_cohort(modules=[module])
    user = make_user()
    enrolment = make_enrolment(cohort, user)
    db.session().flush()
    assessor = make_staff(Role.ASSESSOR, cohort.id)
    return Place(
        module.id, cohort.id, enrolment.id, user.id, quiz.id, assignment.id, components[0].id, components[1].id,
        components[2].id, task.id, assessor.id,
    )  # fmt: skip


@pytest.fixture
def place(frame: None) -> Iterator[Place]:
    """Inside the frame of the test, whose refusals are read in English."""
    with in_language("en"):
        yield make_place()


@pytest.fixture
def kept(fresh: Flask) -> Place:
    """Committed, for tests that go through pages, jobs or several transactions."""
    with db.transaction():
        return make_place()


def begin(place: Place) -> Any:
    """An attempt, as a row to write with."""
    attempt_id = services.start_attempt(place.enrolment_id, place.quiz_id, by=place.by)
    return reading.attempt_to_write(place.user_id, attempt_id)


def answer_all(attempt: Any, *, revision: int = 1) -> None:
    """Every question right."""
    services.save_answers(
        attempt, [Change(put.question_id, revision, RIGHT[put.kind]) for put in reading.layout_of(attempt)]
    )


def again(place: Place, attempt: Any) -> Any:
    """The attempt as it is now."""
    return queries.attempt_of(place.user_id, attempt.id)


SignInAs = Callable[[int], FlaskClient]

__all__ = ["EnrolmentState", "Module", "Place", "SignInAs", "actor", "again", "answer_all", "begin", "make_place"]
