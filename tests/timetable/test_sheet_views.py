"""The sheet as whoever leads the session fills it in."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.permissions import Role
from lms.timetable import queries
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.sheet import Line, Presence
from tests.conftest import Clock, Statements
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_facilitator,
    make_grant,
    make_session,
    make_staff,
    make_user,
)

SignInAs = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]
MONDAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Room:
    """A half-day under way: ids of its cohort, its people and those who lead it."""

    cohort_id: int
    session_id: int
    people: list[int]
    lead: int
    other: int

    @property
    def address(self) -> str:
        return f"/cohorts/{self.cohort_id}/sessions/{self.session_id}/sheet"

    def fields(self, page: str, **said: tuple[str, str]) -> dict[str, str]:
        """What the browser would send: what stands in the page, but for ``said``, by the number of the person."""
        seen = re.search(r'name="seen"[^>]*value="(\d*)"', page)
        assert seen
        sent = {"seen": seen[1]}
        for number, enrolment_id in re.findall(r'name="people-(\d+)-enrolment_id"[^>]*value="(\d+)"', page):
            checked = re.search(rf'name="people-{number}-said"[^>]*value="(\w+)" checked', page)
            assert checked, number
            word, minutes = said.get(f"p{self.people.index(int(enrolment_id))}", (checked[1], ""))
            sent |= {f"people-{number}-enrolment_id": enrolment_id, f"people-{number}-said": word,
                     f"people-{number}-minutes": minutes}  # fmt: skip
        return sent


def make_room(people: int = 3) -> Room:
    cohort = make_cohort(capacity=60)
    lead, other = make_facilitator(cohort), make_facilitator(cohort)
    session = make_session(cohort, day=MONDAY, half=Half.MORNING, lead=lead)
    session.state = SessionState.IN_PROGRESS
    enrolments = [make_enrolment(cohort, user=make_user("Amina", f"Bennani {number:02}")) for number in range(people)]
    db.session().flush()
    return Room(cohort.id, session.id, [one.id for one in enrolments], lead.id, other.id)


@pytest.fixture
def room(fresh: Flask) -> Room:
    with db.transaction():
        return make_room()


def lines(room: Room) -> dict[int, Line]:
    with db.reading():
        return queries.lines_of(queries.training_session(room.session_id))


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


class TestSheet:
    def test_marks_everybody_present_but_for_those_who_were_not(self, room: Room, sign_in: SignInAs) -> None:
        lead = english(sign_in(room.lead))
        page = lead.get(room.address).text
        assert "Everybody is marked present." in page

        done = lead.post(room.address, data=room.fields(page, p1=("late", "25"), p2=("absent", "")))

        assert done.status_code == 303
        after = lead.get(room.address).text
        assert "present: 1, late: 1, absent: 1." in after
        first, second, third = room.people
        assert lines(room) == {
            first: Line(210, Presence.PRESENT), second: Line(210, Presence.LATE, 25), third: Line(210, Presence.ABSENT),
        }  # fmt: skip

    def test_takes_who_left_early_for_the_minutes_they_were_there(self, room: Room, sign_in: SignInAs) -> None:
        lead = sign_in(room.lead)

        lead.post(room.address, data=room.fields(lead.get(room.address).text, p0=("left", "30")))

        assert lines(room)[room.people[0]] == Line(210, Presence.PRESENT, 180)
        assert 'value="30"' in lead.get(room.address).text

    def test_asks_for_the_minutes_of_who_came_late_and_keeps_the_rest(self, room: Room, sign_in: SignInAs) -> None:
        lead = english(sign_in(room.lead))
        sent = room.fields(lead.get(room.address).text, p0=("late", ""), p2=("absent", ""))

        page = lead.post(room.address, data=sent)

        assert page.status_code == 422
        assert "Write how many minutes were missed." in page.text
        assert re.search(r'said-\d+-absent" value="absent" checked', page.text)
        assert lines(room) == {}

    def test_shows_the_second_of_two_what_the_first_saved(self, room: Room, sign_in: SignInAs) -> None:
        lead = english(sign_in(room.lead))
        page = lead.get(room.address).text
        lead.post(room.address, data=room.fields(page, p0=("absent", "")))

        stale = lead.post(room.address, data=room.fields(page, p1=("absent", "")))

        assert stale.status_code == 422
        assert "Saved meanwhile: absent" in stale.text
        assert "Saved meanwhile: present" in stale.text
        assert lines(room)[room.people[1]] == Line(210, Presence.PRESENT)
        assert (
            lead.post(room.address, data=room.fields(stale.text)).status_code == 303
        )  # whoever has read both may save
        assert lines(room)[room.people[1]] == Line(210, Presence.ABSENT)

    def test_is_for_those_who_lead_the_session_and_make_the_timetable(self, room: Room, sign_in: SignInAs) -> None:
        lead = sign_in(room.lead)
        sent = room.fields(lead.get(room.address).text)
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, room.cohort_id).id
            participant = make_user()
            make_grant(participant, Role.PARTICIPANT, room.cohort_id)
            participant_id = participant.id

        assert sign_in(room.other).post(room.address, data=sent).status_code == 404
        assert "Save the sheet" not in english(sign_in(room.other)).get(room.address).text
        assert sign_in(participant_id).get(room.address).status_code == 403
        assert sign_in(coordinator).post(room.address, data=sent).status_code == 303

    def test_is_not_there_before_the_session_and_is_read_only_once_locked(self, room: Room, sign_in: SignInAs) -> None:
        lead = english(sign_in(room.lead))
        for state, status in ((SessionState.CONFIRMED, 404), (SessionState.LOCKED, 200)):
            with db.transaction():
                queries.training_session(room.session_id).state = state
            page = lead.get(room.address)
            assert page.status_code == status
            assert "Save the sheet" not in page.text

    def test_of_another_cohort_is_not_there(self, room: Room, sign_in: SignInAs) -> None:
        with db.transaction():
            elsewhere = make_room()
        address = f"/cohorts/{room.cohort_id}/sessions/{elsewhere.session_id}/sheet"

        assert sign_in(room.lead).get(address).status_code == 404


class TestHome:
    def test_leads_to_the_sheets_that_are_not_filled_in(self, room: Room, sign_in: SignInAs, present: Clock) -> None:
        lead = english(sign_in(room.lead))
        assert f'href="{room.address}"' in lead.get("/home").text

        lead.post(room.address, data=room.fields(lead.get(room.address).text))

        assert f'href="{room.address}"' not in lead.get("/home").text


class TestSpeed:
    @pytest.mark.parametrize("people", [3, 60])
    def test_a_sheet_sends_as_many_statements_whatever_its_length(
        self, fresh: Flask, people: int, sign_in: SignInAs, statements: Count
    ) -> None:
        with db.transaction():
            room = make_room(people)
        lead = sign_in(room.lead)

        with statements() as sent:
            page = lead.get(room.address)

        assert page.text.count("<fieldset>") == people
        assert len(sent) <= 8, sent.seen
