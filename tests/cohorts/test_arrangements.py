from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms import db
from lms.assessment.models import Attempt
from lms.assessment.queries import attempts as reading
from lms.clock import now
from lms.cohorts import arrangements
from lms.cohorts.services import arrangements as services
from lms.cohorts.services.arrangements import NothingGranted
from lms.cohorts.windows import Allowance, Window, effective, minutes_allowed
from lms.permissions import INSTITUTE, Role
from tests.assessment.conftest import begin, make_place
from tests.conftest import Clock
from tests.factories import make_staff

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
allowances = st.builds(Allowance, st.integers(0, 60), st.integers(0, 200), st.integers(0, 600), st.integers(0, 5))


class TestEffective:
    @given(days, days, days, allowances, allowances)
    def test_is_never_earlier_and_grows_in_any_order(
        self, first: date, second: date, third: date, one: Allowance, other: Allowance
    ) -> None:
        base = Window(*sorted((first, second, third)))
        little, much = effective(base, one), effective(base, one + other)

        assert little.opens_on == base.opens_on
        assert base.due_on <= little.due_on <= much.due_on
        assert little.closes_on is not None
        assert much.closes_on is not None
        assert base.closes_on is not None
        assert base.closes_on <= little.closes_on <= much.closes_on
        assert much == effective(base, other + one) == effective(effective(base, other), one)

    @given(st.integers(1, 600), allowances, allowances)
    def test_gives_time_that_never_shrinks(self, minutes: int, one: Allowance, other: Allowance) -> None:
        given, more = minutes_allowed(minutes, one), minutes_allowed(minutes, one + other)

        assert given is not None
        assert more is not None
        assert minutes <= given <= more
        assert more == minutes_allowed(minutes, other + one)

    def test_rounds_up_to_the_minute(self) -> None:
        assert minutes_allowed(25, Allowance(percent=33)) == 34
        assert minutes_allowed(None, Allowance(percent=33)) is None

    def test_takes_nothing_away(self) -> None:
        with pytest.raises(ValueError, match="nothing away"):
            Allowance(days=-1)


@pytest.mark.usefixtures("frame")
class TestArrangements:
    def test_stretch_the_quiz_its_attempts_and_its_dates(self) -> None:
        place = make_place(minutes=30)
        before = reading.quiz_for(place.user_id, place.enrolment_id, place.quiz_id)

        services.set_accommodation(place.user_id, Allowance(days=7, percent=50, attempts=1), "Note.", by=INSTITUTE)
        services.grant_extension(
            place.enrolment_id, place.module_id, Allowance(days=2, minutes=5), reason="ill", by=INSTITUTE
        )

        after = reading.quiz_for(place.user_id, place.enrolment_id, place.quiz_id)
        assert (after.minutes, after.attempts) == (50, before.attempts + 1)
        assert after.due_on == before.due_on + timedelta(days=9)
        assert after.closes_on == before.closes_on + timedelta(days=9)
        assert begin(place).closes_at == now() + timedelta(minutes=50)

    def test_move_an_attempt_under_way_later_and_never_earlier(self, present: Clock) -> None:
        place = make_place(minutes=30)
        attempt = begin(place)
        closed = attempt.closes_at
        present.forward(minutes=20)

        services.set_accommodation(place.user_id, Allowance(percent=100), "", by=INSTITUTE)
        moved = db.session().get_one(Attempt, attempt.id, populate_existing=True).closes_at
        services.set_accommodation(place.user_id, Allowance(), "", by=INSTITUTE)

        assert moved == closed + timedelta(minutes=30)
        assert db.session().get_one(Attempt, attempt.id, populate_existing=True).closes_at == moved
        assert arrangements.accommodation_of(place.user_id) is None

    def test_count_no_more_once_withdrawn(self) -> None:
        place = make_place()
        services.grant_extension(place.enrolment_id, place.module_id, Allowance(days=3), reason="ill", by=INSTITUTE)
        (granted,) = arrangements.extensions_of(place.user_id)

        services.withdraw_extension(place.enrolment_id, granted.id, by=INSTITUTE)

        quiz = reading.quiz_for(place.user_id, place.enrolment_id, place.quiz_id)
        assert quiz.extra_days == 0

    def test_refuse_an_extension_of_nothing(self) -> None:
        place = make_place()
        with pytest.raises(NothingGranted):
            services.grant_extension(place.enrolment_id, place.module_id, Allowance(), reason="why", by=INSTITUTE)


class TestArrangementsPage:
    def test_is_for_the_coordinator_and_the_person(self, fresh: object, sign_in: Callable[[int], FlaskClient]) -> None:
        with db.transaction():
            place = make_place()
            coordinator_id = make_staff(Role.COORDINATOR, place.cohort_id).id
        address = f"/cohorts/{place.cohort_id}/participants/{place.enrolment_id}"
        coordinator, person = sign_in(coordinator_id), sign_in(place.user_id)

        assert f"{address}/arrangements" in coordinator.get(address).text
        assert sign_in(place.assessor_id).get(f"{address}/arrangements").status_code == 403
        assert person.get(f"{address}/arrangements").status_code == 403
        assert "Nothing is arranged for you" in person.get("/me/arrangements").text
        wrong = coordinator.post(f"{address}/arrangements", data={"extra_percent": "900"})
        assert (wrong.status_code, "Between 0 and 200" in wrong.text) == (422, True)
        said = {"extra_percent": "33", "extra_days": "7", "extra_attempts": "0", "note": "Reads slowly."}
        assert coordinator.post(f"{address}/arrangements", data=said).status_code == 303
        assert "Reads slowly." in coordinator.get(f"{address}/arrangements").text
        assert "Reads slowly." in person.get("/me/arrangements").text
        once = {
            "module": place.module_id,
            "extra_days": "2",
            "extra_minutes": "",
            "extra_attempts": "",
            "reason": "Ill.",
        }
        assert coordinator.post(f"{address}/extensions", data=once | {"reason": ""}).status_code == 422
        assert coordinator.post(f"{address}/extensions", data=once).status_code == 303
        page = coordinator.get(f"{address}/arrangements").text
        withdraw = next(part for part in page.split('action="') if "/withdraw" in part[:120]).split('"')[0]
        assert coordinator.post(withdraw).status_code == 303
        assert "Withdrawn" in person.get("/me/arrangements").text
