"""Many sessions at once: looked at, then planned in one act."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db
from lms.cohorts import queries
from lms.cohorts.models import Cohort
from lms.permissions import Role
from lms.timetable.models import TrainingSession
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_facilitator,
    make_holiday,
    make_module,
    make_programme_version,
    make_room,
    make_session,
    make_staff,
)

SignIn = Callable[[int], FlaskClient]
MONDAY = date(2026, 11, 23)
HOURS = {"morning_starts": "09:00", "morning_ends": "12:30", "afternoon_starts": "14:00", "afternoon_ends": "17:30"}


@pytest.fixture
def browser(fresh: object, sign_in: SignIn) -> FlaskClient:
    with db.transaction():
        staff = make_staff().id
    return sign_in(staff)


def sessions_of(cohort_id: int) -> list[TrainingSession]:
    with db.reading() as session:
        mine = select(TrainingSession).where(TrainingSession.cohort_id == cohort_id)
        return list(session.scalars(mine.order_by(TrainingSession.starts_at)))


class TestGenerate:
    def wish(self, cohort_id: int, **more: object) -> dict[str, object]:
        with db.reading():
            modules = [str(row.module_id) for row in queries.cohort_modules(cohort_id)]
        return HOURS | {"pattern": ["0-morning", "2-afternoon"], "modules": modules, "first": "2026-11-23"} | more

    def test_shows_clashes_first_and_then_plans_the_rest_in_one_act(self, browser: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort(modules=[make_module(minutes=840)]).id
            room = make_room()
            make_session(day=MONDAY + timedelta(days=7), room=room)
            room_id = room.id
        wish = self.wish(cohort_id, room=str(room_id))
        address = f"/cohorts/{cohort_id}/timetable/generate"

        preview = browser.get(address, query_string=wish).text

        assert "3 sessions would be planned" in preview
        assert "The room is taken at that time." in preview
        assert sessions_of(cohort_id) == []
        assert browser.post(address, data=wish).status_code == 303
        assert [(one.day, one.minutes) for one in sessions_of(cohort_id)] == [
            (date(2026, 11, 23), 210), (date(2026, 11, 25), 210), (date(2026, 12, 2), 210)
        ]  # fmt: skip

    def test_plans_what_is_left_of_the_hours(self, browser: FlaskClient) -> None:
        with db.transaction():
            cohort = make_cohort(modules=[make_module(minutes=500)])
            make_session(cohort, day=MONDAY + timedelta(days=1))
            cohort_id = cohort.id
        browser.post(f"/cohorts/{cohort_id}/timetable/generate", data=self.wish(cohort_id))

        assert sum(one.minutes for one in sessions_of(cohort_id)) == 500
        answer = browser.post(f"/cohorts/{cohort_id}/timetable/generate", data=self.wish(cohort_id))
        assert answer.status_code == 422
        assert "nothing to plan" in answer.text

    def test_says_beside_the_field_what_is_missing(self, browser: FlaskClient) -> None:
        with db.transaction():
            cohort_id = make_cohort().id
        answer = browser.get(f"/cohorts/{cohort_id}/timetable/generate", query_string=HOURS | {"pattern": ["9-never"]})
        assert answer.status_code == 422
        assert 'id="first-error"' in answer.text

    def test_asks_as_much_for_three_sessions_as_for_sixty(
        self, browser: FlaskClient, statements: Callable[..., object]
    ) -> None:
        counts = []
        for minutes in (630, 12600):
            with db.transaction():
                cohort = make_cohort(modules=[make_module(minutes=minutes)], days=400)
                for _number in range(minutes // 210):
                    make_enrolment(cohort)
                cohort_id = cohort.id
            wish = self.wish(cohort_id)
            browser.get(f"/cohorts/{cohort_id}/timetable/generate", query_string=wish)
            with statements() as sent:  # type: ignore[attr-defined]
                page = browser.get(f"/cohorts/{cohort_id}/timetable/generate", query_string=wish).text
            assert f"{minutes // 210} sessions would be planned" in page
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 25


class TestCopy:
    FORM: dict[str, str] = {"code": "NEW-1", "name": "New", "starts_on": "2027-03-01", "capacity": "24"}  # noqa: RUF012

    def model(self) -> int:
        """Two modules, three sessions from Tuesday on, led by its facilitator in one room."""
        version = make_programme_version([make_module(), make_module()])
        cohort = make_cohort(version, starts_in=0, days=30)
        room, lead = make_room(), make_facilitator(cohort)
        for number in range(3):
            make_session(cohort, day=MONDAY + timedelta(days=1 + number), room=room, lead=lead)
        make_enrolment(cohort)
        return cohort.id

    def test_shifts_every_date_with_rooms_and_staff(self, browser: FlaskClient) -> None:
        with db.transaction():
            model = self.model()
            make_holiday(date(2027, 3, 3))
        preview = browser.get(f"/cohorts/{model}/copy", query_string=self.FORM).text
        assert "3 sessions" in preview
        assert "On another weekday" in preview

        answer = browser.post(f"/cohorts/{model}/copy", data=self.FORM)

        assert answer.status_code == 303
        with db.reading() as session:
            made = session.scalars(select(Cohort).where(Cohort.code == "NEW-1")).one()
            assert (made.starts_on, made.ends_on, made.capacity) == (date(2027, 3, 1), date(2027, 3, 31), 24)
        copied = sessions_of(made.id)
        assert [one.day for one in copied] == [date(2027, 3, 2), date(2027, 3, 4), date(2027, 3, 5)]
        assert {one.room_id for one in copied} == {sessions_of(model)[0].room_id}
        assert {one.state for one in copied} == {"planned"}
        assert "Karim Alaoui" in browser.get(f"/cohorts/{made.id}/timetable?week=2027-03-01").text

    def test_leaves_a_room_that_is_taken(self, browser: FlaskClient) -> None:
        with db.transaction():
            model = self.model()
            room = sessions_of_now(model)[0].room_id
            other = make_cohort(starts_in=90, days=60)
            make_session(other, day=date(2027, 3, 2), room=db.session().get_one(type(make_room()), room))
        assert "its room is taken" in browser.get(f"/cohorts/{model}/copy", query_string=self.FORM).text
        browser.post(f"/cohorts/{model}/copy", data=self.FORM)
        with db.reading() as session:
            made = session.scalars(select(Cohort.id).where(Cohort.code == "NEW-1")).one()
        assert [one.room_id is None for one in sessions_of(made)] == [True, False, False]

    def test_makes_nothing_when_the_code_is_taken(self, browser: FlaskClient) -> None:
        with db.transaction():
            model = self.model()
            make_cohort(code="NEW-1")
        answer = browser.post(f"/cohorts/{model}/copy", data=self.FORM)
        assert answer.status_code == 422
        assert 'id="code-error"' in answer.text
        with db.reading() as session:
            assert session.scalar(select(func.count()).select_from(Cohort)) == 2

    def test_is_not_for_coordinators_of_one_cohort(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            model = self.model()
            limited = make_staff(Role.COORDINATOR, model).id
        assert sign_in(limited).get(f"/cohorts/{model}/copy").status_code == 403


def sessions_of_now(cohort_id: int) -> list[TrainingSession]:
    """The same inside of a frame."""
    mine = select(TrainingSession).where(TrainingSession.cohort_id == cohort_id)
    return list(db.session().scalars(mine.order_by(TrainingSession.starts_at)))
