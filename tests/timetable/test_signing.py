"""People say that they are there, sign, and the sheet is closed: docs/rules.md §5."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.permissions import Role
from lms.timetable import queries, services
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import SessionEvent
from lms.timetable.services import follow_clock
from lms.timetable.sheet import Line, Presence
from tests.conftest import Clock, Statements
from tests.factories import make_grant, make_staff, make_user
from tests.timetable.test_sheet_views import Room, english, lines, make_room

SignInAs = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture
def room(fresh: Flask, present: Clock) -> Room:
    """A morning that has just begun."""
    with db.transaction():
        made = make_room()
        starts_at = queries.training_session(made.session_id).starts_at
    present.present = starts_at
    return made


def owner(room: Room, enrolment_id: int) -> int:
    people = queries.people_on_sheet(queries.training_session(room.session_id))
    return int(next(person.user_id for person in people if person.id == enrolment_id))


def participant(room: Room, number: int, sign_in: SignInAs) -> FlaskClient:
    with db.reading():
        user_id = owner(room, room.people[number])
    return english(sign_in(user_id))


def scanned(room: Room, sign_in: SignInAs) -> str:
    """The path behind the code on the wall."""
    wall = sign_in(room.lead).get(f"/cohorts/{room.cohort_id}/sessions/{room.session_id}/wall").text
    code = re.search(r'class="wall-code">(\w+) (\w+)<', wall)
    assert code
    return f"/check-in/{room.session_id}/{code[1]}{code[2]}"


class TestCheckIn:
    def test_writes_that_the_person_is_there_and_signs_for_it(self, room: Room, sign_in: SignInAs) -> None:
        amina = participant(room, 0, sign_in)
        path = scanned(room, sign_in)
        assert "You sign in your own name" in amina.get(path).text
        assert lines(room) == {}  # looking says nothing

        assert amina.post(path, data={"code": path.rsplit("/")[-1]}).status_code == 303

        assert lines(room) == {room.people[0]: Line(210, Presence.PRESENT)}
        assert "signed" in amina.get("/attendance").text

    def test_writes_who_comes_late_by_the_server_s_clock(self, room: Room, sign_in: SignInAs, present: Clock) -> None:
        present.forward(minutes=25)
        path = scanned(room, sign_in)

        participant(room, 1, sign_in).post(path, data={"code": path.rsplit("/")[-1]})

        assert lines(room) == {room.people[1]: Line(210, Presence.LATE, 25)}

    def test_refuses_a_code_that_was_photographed_and_sent(self, room: Room, sign_in: SignInAs, present: Clock) -> None:
        path = scanned(room, sign_in)
        present.forward(seconds=41)
        friend = participant(room, 1, sign_in)

        for answer in (friend.get(path), friend.post(path, data={"code": path.rsplit("/")[-1]})):
            assert answer.status_code == 409
            assert "no longer the one on the wall" in answer.text
        assert lines(room) == {}

    def test_refuses_somebody_who_is_not_on_the_sheet(self, room: Room, sign_in: SignInAs) -> None:
        with db.transaction():
            stranger = make_user()
            make_grant(stranger, Role.PARTICIPANT, room.cohort_id)
            stranger_id = stranger.id
        path = scanned(room, sign_in)

        answer = english(sign_in(stranger_id)).post(path, data={"code": path.rsplit("/")[-1]})

        assert answer.status_code == 409
        assert "You are not on the sheet of this session." in answer.text
        assert lines(room) == {}

    def test_changes_nothing_that_was_noted_before(self, room: Room, sign_in: SignInAs) -> None:
        lead = sign_in(room.lead)
        lead.post(room.address, data=room.fields(lead.get(room.address).text, p0=("absent", "")))
        path = scanned(room, sign_in)

        participant(room, 0, sign_in).post(path, data={"code": path.rsplit("/")[-1]})

        assert lines(room)[room.people[0]].presence is Presence.ABSENT

    def test_takes_the_code_typed_by_hand_and_says_what_is_wrong_with_another(
        self, room: Room, sign_in: SignInAs
    ) -> None:
        amina = participant(room, 0, sign_in)
        code = scanned(room, sign_in).rsplit("/")[-1]
        assert amina.post("/check-in", data={"code": ""}).status_code == 422
        assert amina.post("/check-in", data={"code": "0000 0000"}).status_code == 409

        assert amina.post("/check-in", data={"code": f"{code[:4].lower()}-{code[4:]}"}).status_code == 303

        assert lines(room).keys() == {room.people[0]}

    def test_stays_when_the_facilitator_saves_the_page_opened_before(
        self, room: Room, sign_in: SignInAs, present: Clock
    ) -> None:
        lead = sign_in(room.lead)
        opened = lead.get(room.address).text
        present.forward(minutes=12)
        path = scanned(room, sign_in)
        participant(room, 1, sign_in).post(path, data={"code": path.rsplit("/")[-1]})

        assert lead.post(room.address, data=room.fields(opened)).status_code == 303

        assert lines(room)[room.people[1]] == Line(210, Presence.LATE, 12)
        assert lines(room)[room.people[0]] == Line(210, Presence.PRESENT)

    def test_the_wall_is_for_those_who_lead(self, room: Room, sign_in: SignInAs) -> None:
        wall = f"/cohorts/{room.cohort_id}/sessions/{room.session_id}/wall"

        assert sign_in(room.other).get(wall).status_code == 404
        assert participant(room, 0, sign_in).get(wall).status_code == 403


def hold(room: Room, present: Clock) -> None:
    present.forward(minutes=210)
    with db.transaction():
        follow_clock()


def state_of(room: Room) -> SessionState:
    with db.reading():
        return SessionState(queries.training_session(room.session_id).state)


def sign_all(room: Room, sign_in: SignInAs) -> FlaskClient:
    """Whoever led comes back after the session and signs."""
    lead = english(sign_in(room.lead))
    seen = re.search(r'action="[^"]*/sheet/sign".*?name="seen" value="(\d+)"', lead.get(room.address).text, re.DOTALL)
    assert seen
    lead.post(f"{room.address}/sign", data={"seen": seen[1]})
    return lead


class TestLock:
    def test_closes_the_sheet_once_both_have_signed(self, room: Room, sign_in: SignInAs, present: Clock) -> None:
        lead = english(sign_in(room.lead))
        lead.post(room.address, data=room.fields(lead.get(room.address).text, p2=("absent", "")))
        hold(room, present)
        for number in (0, 1):
            assert participant(room, number, sign_in).post(f"/attendance/{room.session_id}/sign").status_code == 303
        assert state_of(room) is SessionState.HELD

        lead = sign_all(room, sign_in)

        assert state_of(room) is SessionState.LOCKED
        assert "Everybody who was there and who led has signed" in lead.get(room.address).text
        assert "Save the sheet" not in lead.get(room.address).text

    def test_a_signature_is_of_what_was_signed(self, room: Room, sign_in: SignInAs, present: Clock) -> None:
        lead = english(sign_in(room.lead))
        lead.post(room.address, data=room.fields(lead.get(room.address).text, p1=("absent", ""), p2=("absent", "")))
        participant(room, 0, sign_in).post(f"/attendance/{room.session_id}/sign")
        lead.post(room.address, data=room.fields(lead.get(room.address).text, p0=("late", "30")))
        hold(room, present)

        lead = sign_all(room, sign_in)

        assert state_of(room) is SessionState.HELD
        assert "1 signature is missing" in lead.get(room.address).text

    def test_closes_it_a_day_later_and_says_what_is_missing(
        self, room: Room, sign_in: SignInAs, present: Clock
    ) -> None:
        lead = english(sign_in(room.lead))
        lead.post(room.address, data=room.fields(lead.get(room.address).text))
        hold(room, present)
        present.forward(hours=24)
        with db.transaction():
            services.lock_overdue()

        assert state_of(room) is SessionState.LOCKED
        with db.reading() as session:
            last = session.scalars(select(SessionEvent).order_by(SessionEvent.id.desc())).first()
        assert last is not None
        assert last.change == {"unsigned": 4}

    def test_tells_once_of_a_sheet_that_says_nothing_and_leaves_it_open(self, room: Room, present: Clock) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, room.cohort_id).id
        hold(room, present)
        present.forward(hours=25)
        for _time in range(2):
            with db.reading():
                due = queries.is_any_sheet_overdue()
            with db.transaction():
                services.lock_overdue()

        assert not due
        assert state_of(room) is SessionState.HELD
        with db.reading() as session:
            told = session.scalars(select(OutboxMessage.user_id).where(OutboxMessage.kind == Kind.SHEET_OVERDUE)).all()
        assert sorted(told, key=str) == sorted((room.lead, coordinator), key=str)


class TestOwnAttendance:
    def test_shows_rates_and_what_can_be_signed(self, room: Room, sign_in: SignInAs) -> None:
        lead = sign_in(room.lead)
        lead.post(room.address, data=room.fields(lead.get(room.address).text, p1=("absent", "")))

        there, absent = participant(room, 0, sign_in), participant(room, 1, sign_in)

        assert "Sign: I was there" in there.get("/attendance").text
        assert "Sign: I was there" not in absent.get("/attendance").text
        assert "0 of 210 minutes held" in absent.get("/attendance").text
        assert (
            absent.post(f"/attendance/{room.session_id}/sign", follow_redirects=True).text.count("nothing to sign") == 1
        )

    def test_sends_as_many_statements_for_many_sessions(self, room: Room, sign_in: SignInAs, statements: Count) -> None:
        amina = participant(room, 0, sign_in)

        with statements() as sent:
            assert amina.get("/attendance").status_code == 200

        assert len(sent) <= 6, sent.seen
