from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.permissions import Role
from lms.timetable.lifecycle import Half
from lms.timetable.models import TrainingSession
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_facilitator,
    make_holiday,
    make_room,
    make_session,
    make_staff,
    make_user,
)

SignIn = Callable[[int], FlaskClient]
Count = Callable[..., object]
TUESDAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Timetable:
    """A cohort with two participants and one confirmed session tomorrow, and a coordinator's browser."""

    browser: FlaskClient
    cohort_id: int
    session_id: int
    participant: int
    lead: int
    room: int

    def path(self, rest: str = "") -> str:
        return f"/cohorts/{self.cohort_id}/sessions/{self.session_id}{rest}"

    def row(self) -> TrainingSession:
        with db.reading() as session:
            return session.get_one(TrainingSession, self.session_id)


@pytest.fixture
def planned(fresh: object, sign_in: SignIn) -> Timetable:
    with db.transaction():
        cohort, room = make_cohort(), make_room(name="Salle Atlas")
        participant = make_enrolment(cohort, make_user("Amina", "Bennani")).user_id
        make_enrolment(cohort)
        lead = make_facilitator(cohort)
        session = make_session(cohort, day=TUESDAY, room=room, lead=lead, confirmed=True)
        ids = (cohort.id, session.id, participant, lead.id, room.id)
        staff = make_staff().id
    return Timetable(sign_in(staff), *ids)


class TestCohortTimetable:
    def test_shows_the_week_with_where_and_who(self, planned: Timetable) -> None:
        page = planned.browser.get(f"/cohorts/{planned.cohort_id}/timetable").text

        assert "09:00–12:30" in page
        assert "Salle Atlas" in page
        assert "Karim Alaoui" in page
        assert "confirmed" in page

    def test_says_what_to_do_when_nothing_is_planned(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort_id, staff = make_cohort().id, make_staff().id
        assert "No session is planned yet" in sign_in(staff).get(f"/cohorts/{cohort_id}/timetable").text

    def test_marks_a_day_the_moon_may_take_and_a_holiday(self, planned: Timetable) -> None:
        with db.transaction():
            make_holiday(TUESDAY + timedelta(days=1), is_estimated=True)
            make_holiday(TUESDAY + timedelta(days=2))
        page = planned.browser.get(f"/cohorts/{planned.cohort_id}/timetable").text

        assert page.count("subject to the moon") == 1
        assert "Eid" in page

    @pytest.mark.parametrize("address", ["timetable", "timetable/list"])
    def test_asks_as_much_for_three_sessions_as_for_sixty(
        self, fresh: object, sign_in: SignIn, statements: Count, address: str
    ) -> None:
        with db.transaction():
            cohort, lead, room = make_cohort(starts_in=-200, days=400), make_facilitator(), make_room()
            make_enrolment(cohort)
            for number in range(3):
                make_session(cohort, day=TUESDAY + timedelta(days=number), lead=lead, room=room)
            cohort_id, staff = cohort.id, make_staff().id
        browser = sign_in(staff)
        browser.get(f"/cohorts/{cohort_id}/{address}")
        with statements() as few:  # type: ignore[attr-defined]
            browser.get(f"/cohorts/{cohort_id}/{address}")
        with db.transaction():
            for number in range(-57, 0):
                make_session(db.session().get_one(type(cohort), cohort_id), day=TUESDAY + timedelta(days=number))
            for _number in range(60):
                make_enrolment(db.session().get_one(type(cohort), cohort_id))
        with statements() as many:  # type: ignore[attr-defined]
            assert browser.get(f"/cohorts/{cohort_id}/{address}").status_code == 200

        assert len(many) == len(few) <= 10

    def test_confirms_all_that_can_be(self, planned: Timetable) -> None:
        with db.transaction():
            cohort = db.session().get_one(make_cohort().__class__, planned.cohort_id)
            lead, room = (
                db.session().get_one(type(make_user()), planned.lead),
                db.session().get_one(type(make_room()), planned.room),
            )
            ready = make_session(cohort, day=TUESDAY + timedelta(days=1), lead=lead, room=room).id
            unled = make_session(cohort, day=TUESDAY + timedelta(days=2), room=room).id

        page = planned.browser.post(f"/cohorts/{planned.cohort_id}/timetable/confirm", follow_redirects=True).text

        assert "One session is confirmed." in page
        assert "One session cannot be confirmed yet" in page
        with db.reading() as session:
            assert session.get_one(TrainingSession, ready).state == "confirmed"
            assert session.get_one(TrainingSession, unled).state == "planned"


class TestNewSession:
    def form(self, planned: Timetable, **changes: str) -> dict[str, str]:
        return {
            "module": str(planned.row().module_id), "day": "2026-11-25", "starts": "14:00", "ends": "17:30",
            "room": str(planned.room), "lead": str(planned.lead),
        } | changes  # fmt: skip

    def test_plans_it(self, planned: Timetable) -> None:
        answer = planned.browser.post(f"/cohorts/{planned.cohort_id}/timetable/new", data=self.form(planned))

        assert answer.status_code == 303
        with db.reading() as session:
            made = session.scalars(select(TrainingSession).order_by(TrainingSession.id.desc())).first()
            assert made is not None
            assert (made.half, made.day) == (Half.AFTERNOON, date(2026, 11, 25))

    def test_says_beside_the_field_what_is_wrong(self, planned: Timetable) -> None:
        address = f"/cohorts/{planned.cohort_id}/timetable/new"
        taken = planned.browser.post(address, data=self.form(planned, day="2026-11-24", starts="10:00", ends="11:00"))
        crossed = planned.browser.post(address, data=self.form(planned, starts="17:00", ends="16:00"))
        twice = planned.browser.post(address, data=self.form(planned, assistant=str(planned.lead)))

        assert [answer.status_code for answer in (taken, crossed, twice)] == [422, 422, 422]
        assert 'id="room-error"' in taken.text
        assert "The session ends before it starts." in crossed.text
        assert "named twice" in twice.text


class TestChangeSession:
    def test_shows_the_second_editor_both_versions_and_loses_nothing(self, planned: Timetable) -> None:
        with db.transaction():
            other_room = make_room(name="Salle Rif").id
        opened = planned.row().version
        mine = {
            "version": str(opened),
            "room": str(planned.room),
            "lead": str(planned.lead),
            "remote_link": "https://meet.example/a",
        }
        theirs = {"version": str(opened), "room": str(other_room), "lead": str(planned.lead)}
        assert planned.browser.post(planned.path("/change"), data=theirs).status_code == 303

        answer = planned.browser.post(planned.path("/change"), data=mine)

        assert answer.status_code == 422
        assert "The session as it stands now" in answer.text
        assert "Salle Rif" in answer.text
        assert 'value="https://meet.example/a"' in answer.text
        assert planned.row().room_id == other_room
        again = mine | {"version": str(planned.row().version)}
        assert f'value="{planned.row().version}"' in answer.text
        assert planned.browser.post(planned.path("/change"), data=again).status_code == 303
        assert planned.row().remote_link == "https://meet.example/a"

    def test_is_not_for_facilitators(self, planned: Timetable, sign_in: SignIn) -> None:
        browser = sign_in(planned.lead)
        assert browser.get(planned.path()).status_code == 200
        assert "Cancel it" not in browser.get(planned.path()).text
        assert browser.post(planned.path("/change")).status_code == 403

    def test_knows_no_session_of_another_cohort(self, planned: Timetable) -> None:
        with db.transaction():
            other = make_cohort().id
        assert planned.browser.get(f"/cohorts/{other}/sessions/{planned.session_id}").status_code == 404


def told() -> list[tuple[int, str]]:
    with db.reading() as session:
        rows = session.execute(
            select(OutboxMessage.user_id, OutboxMessage.kind).where(OutboxMessage.kind.startswith("session"))
        )
        return [(row.user_id, row.kind) for row in rows]


class TestMoveSession:
    def test_tells_participants_and_facilitators(self, planned: Timetable) -> None:
        form = {
            "version": str(planned.row().version),
            "day": "2026-11-26",
            "starts": "09:00",
            "ends": "12:30",
            "reason": "strike",
        }
        page = planned.browser.post(planned.path("/move"), data=form, follow_redirects=True).text

        assert "The session is moved" in page
        assert "Thursday, 26 November 2026" in page or "Thursday 26 November 2026" in page
        assert {(planned.participant, Kind.SESSION_MOVED), (planned.lead, Kind.SESSION_MOVED)} < set(told())
        assert len(told()) == 3
        assert "Now on" in planned.browser.get(planned.path()).text


class TestCancelSession:
    def test_asks_why_and_tells_those_concerned(self, planned: Timetable) -> None:
        version = str(planned.row().version)
        assert planned.browser.post(planned.path("/cancel"), data={"version": version}).status_code == 422
        planned.browser.post(planned.path("/cancel"), data={"version": version, "reason": "the trainer is ill"})

        assert planned.row().state == "cancelled"
        assert len(told()) == 3
        assert "the trainer is ill" in planned.browser.get(planned.path()).text

    def test_is_for_coordinators_of_the_cohort_only(self, planned: Timetable, sign_in: SignIn) -> None:
        with db.transaction():
            elsewhere = make_staff(Role.COORDINATOR, make_cohort().id).id
        assert sign_in(elsewhere).post(planned.path("/cancel"), data={"reason": "x"}).status_code == 404
