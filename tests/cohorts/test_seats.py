from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import db, events
from lms.clock import now
from lms.cohorts import queries, services
from lms.cohorts.events import SeatFreed
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort
from lms.cohorts.services import seats
from lms.cohorts.services.cohorts import TooFewPlaces
from lms.cohorts.services.enrolments import ChangeRefused, LeftBefore
from lms.cohorts.services.seats import CohortFull
from lms.permissions import INSTITUTE
from lms.wiring import HANDLERS
from tests.conftest import Clock
from tests.factories import make_cohort, make_enrolment, make_user

WEEK = timedelta(days=7)


@pytest.fixture
def freed() -> Iterator[list[int]]:
    """The cohorts of which a seat was freed, as a package above would hear of it."""
    heard: list[int] = []
    events.connect({**HANDLERS, SeatFreed: (lambda fact: heard.append(fact.cohort_id),)})
    yield heard
    events.connect(HANDLERS)


def enrol(cohort: Cohort, holder: str | None = None) -> int:
    return services.enrol(cohort.id, make_user().id, by=INSTITUTE, holder=holder).id


@pytest.mark.usefixtures("frame")
class TestHoldSeat:
    def test_keeps_the_last_place_for_its_holder(self) -> None:
        cohort = make_cohort(capacity=1)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)

        with pytest.raises(CohortFull):
            enrol(cohort)
        with pytest.raises(CohortFull):
            seats.hold_seat(cohort.id, "offer:2", until=None, by=INSTITUTE)
        enrol(cohort, "offer:1")

        assert (queries.seats_taken(cohort.id), queries.seats_held(cohort.id), seats.free_seats(cohort.id)) == (1, 0, 0)

    def test_is_one_place_however_often_it_is_asked(self, present: Clock) -> None:
        cohort = make_cohort(capacity=2)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)
        seats.hold_seat(cohort.id, "offer:1", until=now() + 2 * WEEK, by=INSTITUTE)

        present.forward(days=8)

        assert (queries.seats_held(cohort.id), queries.free_seats(cohort.id)) == (1, 1)

    def test_ends_by_itself(self, present: Clock, freed: list[int]) -> None:
        cohort = make_cohort(capacity=1)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)
        assert not queries.is_any_hold_over()

        present.forward(days=7)

        assert queries.free_seats(cohort.id) == 1
        assert queries.is_any_hold_over()
        assert (seats.expire_holds(), seats.expire_holds()) == (1, 0)
        assert freed == [cohort.id]

    def test_gives_nothing_to_a_holder_who_comes_late(self, present: Clock) -> None:
        cohort = make_cohort(capacity=1)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)
        present.forward(days=7)
        enrol(cohort)

        with pytest.raises(CohortFull):
            enrol(cohort, "offer:1")

    def test_may_be_renewed_after_its_time(self, present: Clock) -> None:
        cohort = make_cohort(capacity=1)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)
        present.forward(days=8)

        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)

        assert queries.seats_held(cohort.id) == 1

    def test_counts_against_a_smaller_capacity(self) -> None:
        cohort = make_cohort(capacity=3)
        make_enrolment(cohort)
        seats.hold_seat(cohort.id, "offer:1", until=None, by=INSTITUTE)

        with pytest.raises(TooFewPlaces) as refusal:
            change_capacity(cohort, 1)
        assert "offered to applicants" in str(refusal.value)
        change_capacity(cohort, 2)


def change_capacity(cohort: Cohort, capacity: int) -> None:
    services.change_cohort(
        cohort, version=cohort.version, code=cohort.code, name=cohort.name, starts_on=cohort.starts_on, ends_on=cohort.ends_on,
        capacity=capacity, issues_certificates=True, by=INSTITUTE,
    )  # fmt: skip


@pytest.mark.usefixtures("frame")
class TestSeatFreed:
    def test_is_told_once_of_each_way_out(self, freed: list[int]) -> None:
        cohort = make_cohort(capacity=3)
        enrolment = make_enrolment(cohort)
        seats.hold_seat(cohort.id, "offer:1", until=now() + WEEK, by=INSTITUTE)

        services.change_enrolment(enrolment.id, EnrolmentState.SUSPENDED, reason="ill", by=INSTITUTE)
        assert freed == []
        services.change_enrolment(enrolment.id, EnrolmentState.WITHDRAWN, reason="moved", by=INSTITUTE)
        assert freed == [cohort.id]
        seats.release_seat("offer:1", by=INSTITUTE)
        seats.release_seat("offer:1", by=INSTITUTE)
        assert freed == [cohort.id] * 2
        change_capacity(cohort, 5)
        change_capacity(cohort, 4)
        assert freed == [cohort.id] * 3

    def test_is_told_when_somebody_offered_a_place_has_one_already(self, freed: list[int]) -> None:
        cohort, user = make_cohort(), make_user()
        services.enrol(cohort.id, user.id, by=INSTITUTE)
        seats.hold_seat(cohort.id, "offer:1", until=None, by=INSTITUTE)

        services.enrol(cohort.id, user.id, by=INSTITUTE, holder="offer:1")

        assert (queries.seats_taken(cohort.id), queries.seats_held(cohort.id), freed) == (1, 0, [cohort.id])


ACTS = st.lists(
    st.tuples(st.sampled_from(["enrol", "hold", "accept", "release", "leave", "return"]), st.integers(0, 5)),
    max_size=30,
)


class TestEverySequence:
    @given(st.integers(1, 4), ACTS)
    @settings(max_examples=25, deadline=None)
    def test_keeps_people_and_promises_within_the_capacity(
        self, app: Flask, capacity: int, acts: list[tuple[str, int]]
    ) -> None:
        with app.app_context(), db.transaction():
            cohort = make_cohort(capacity=capacity)
            users = [make_user() for _number in range(6)]
            for act, number in acts:
                with suppress(CohortFull, LeftBefore, ChangeRefused):
                    _do(act, number, cohort, users[number].id)
                taken, held = queries.seats_taken(cohort.id), queries.seats_held(cohort.id)
                assert taken + held <= capacity
                assert queries.free_seats(cohort.id) == capacity - taken - held
            db.session().rollback()


def _do(act: str, number: int, cohort: Cohort, user_id: int) -> None:
    holder = f"offer:{number}"
    if act == "hold":
        seats.hold_seat(cohort.id, holder, until=now() + WEEK, by=INSTITUTE)
    elif act == "release":
        seats.release_seat(holder, by=INSTITUTE)
    elif act in ("enrol", "accept"):
        services.enrol(cohort.id, user_id, by=INSTITUTE, holder=holder if act == "accept" else None)
    elif act in ("leave", "return"):
        states = {row.user_id: row.id for row in queries.participants(cohort.id).rows}
        if user_id in states:
            state = EnrolmentState.WITHDRAWN if act == "leave" else EnrolmentState.ACTIVE
            services.change_enrolment(states[user_id], state, reason="why", by=INSTITUTE)


class TestTheSameMoment:
    def test_gives_24_seats_to_24_of_200(self, fresh: Flask) -> None:
        """Half of them hold an offer's seat first, as far as there are any; the others come straight."""
        with db.transaction():
            cohort_id = make_cohort(capacity=24).id
            users = [make_user().id for _number in range(200)]
            for user_id in users[:12]:
                seats.hold_seat(cohort_id, f"offer:{user_id}", until=now() + WEEK, by=INSTITUTE)

        def try_for(user_id: int) -> bool:
            with fresh.app_context():
                try:
                    with db.transaction():
                        services.enrol(cohort_id, user_id, by=INSTITUTE, holder=f"offer:{user_id}")
                except CohortFull:
                    return False
                return True

        with ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(try_for, reversed(users)))

        assert sum(outcomes) == 24
        assert sum(outcomes[-12:]) == 12
        with db.reading():
            assert (queries.seats_taken(cohort_id), queries.free_seats(cohort_id)) == (24, 0)

    def test_releases_a_seat_once(self, fresh: Flask) -> None:
        with db.transaction():
            cohort_id = make_cohort(capacity=1).id
            seats.hold_seat(cohort_id, "offer:1", until=None, by=INSTITUTE)

        def end(number: int) -> None:
            with fresh.app_context(), db.transaction():
                if number % 2:
                    seats.release_seat("offer:1", by=INSTITUTE)
                else:
                    services.enrol(cohort_id, make_user().id, by=INSTITUTE, holder="offer:1")

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(end, range(2)))

        with db.reading():
            assert (queries.seats_taken(cohort_id), queries.seats_held(cohort_id)) == (1, 0)
