import re
from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from lms import db
from lms.accounts.models import RoleGrant
from lms.clock import now
from lms.permissions import INSTITUTE
from lms.timetable import services
from lms.timetable.lifecycle import Half
from lms.timetable.models import CalendarFeed
from tests.factories import (
    MORNING,
    make_cohort,
    make_enrolment,
    make_facilitator,
    make_room,
    make_session,
    make_site,
    make_staff,
    make_user,
)

SignIn = Callable[[int], FlaskClient]
TUESDAY = date(2026, 11, 24)


def address_on(page: str) -> str | None:
    found = re.search(r"http://localhost(/calendar/\S+\.ics)", page)
    return found[1] if found else None


def renewed(browser: FlaskClient) -> str:
    found = address_on(browser.post("/timetable/address", follow_redirects=True).text)
    assert found is not None
    return found


class TestMine:
    def test_shows_participant_and_facilitator_their_sessions_and_no_others(
        self, fresh: object, sign_in: SignIn
    ) -> None:
        with db.transaction():
            cohort, other = make_cohort(), make_cohort()
            participant, lead = make_enrolment(cohort).user_id, make_facilitator(cohort)
            make_session(cohort, day=TUESDAY, room=make_room(name="Salle Atlas"), lead=lead)
            make_session(other, day=TUESDAY, room=make_room(name="Salle Rif"))
            lead_id, stranger = lead.id, make_staff().id
        for somebody in (participant, lead_id):
            page = sign_in(somebody).get("/timetable").text
            assert "Salle Atlas" in page
            assert "Salle Rif" not in page
        assert "Salle Atlas" in sign_in(lead_id).get("/home").text
        assert "Next session" in sign_in(participant).get("/home").text
        assert "24/11/2026, 09:00" in sign_in(participant).get("/home").text
        assert f'href="/cohorts/{cohort_of(lead_id)}/sessions' in sign_in(lead_id).get("/timetable").text
        assert "/sessions/" not in sign_in(participant).get("/timetable").text
        assert sign_in(stranger).get("/timetable").status_code == 403

    def test_says_so_when_nothing_is_planned(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            participant = make_enrolment().user_id
        assert "No session is planned for you yet" in sign_in(participant).get("/timetable").text

    def test_asks_as_much_for_three_sessions_as_for_sixty(
        self, fresh: object, sign_in: SignIn, statements: Callable[..., object]
    ) -> None:
        with db.transaction():
            people = make_user()
            for _number in range(3):
                cohort = make_cohort()
                make_enrolment(cohort, people)
                make_session(cohort, day=TUESDAY, room=make_room(), lead=make_facilitator())
            user_id = people.id
        browser = sign_in(user_id)
        browser.get("/timetable")
        with statements() as few:  # type: ignore[attr-defined]
            browser.get("/timetable")
        with db.transaction():
            for _number in range(57):
                cohort = make_cohort()
                make_enrolment(cohort, db.session().get_one(type(people), user_id))
                make_session(cohort, day=TUESDAY, room=make_room(), lead=make_facilitator())
        with statements() as many:  # type: ignore[attr-defined]
            browser.get("/timetable")
        assert len(many) == len(few) <= 8


def cohort_of(user_id: int) -> int:
    with db.reading() as session:
        return session.scalars(select(RoleGrant.cohort_id).where(RoleGrant.user_id == user_id)).one() or 0


class TestAddress:
    def test_is_shown_again_renewed_and_never_kept_in_clear(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            participant = make_enrolment().user_id
        browser = sign_in(participant)
        assert address_on(browser.get("/timetable").text) is None
        first = renewed(browser)
        assert address_on(browser.get("/timetable").text) == first
        second = renewed(browser)

        assert first != second
        with db.reading() as session:
            kept = session.scalars(select(CalendarFeed)).one()
            assert kept.token_hash not in second
            assert kept.nonce not in second

    def test_of_somebody_else_is_not_guessed(self, client: FlaskClient) -> None:
        assert client.get("/calendar/nobody.ics").status_code == 404


class TestFeed:
    """What a calendar program reads."""

    def events(self, client: FlaskClient, path: str) -> dict[str, object]:
        answer = client.get(path)
        assert answer.content_type == "text/calendar; charset=utf-8"
        self.calendar = Calendar.from_ical(answer.data)
        return {str(event["uid"]): event for event in self.calendar.walk("VEVENT")}

    def test_follows_a_session_that_moves_and_is_cancelled(
        self, fresh: object, client: FlaskClient, sign_in: SignIn
    ) -> None:
        with db.transaction():
            cohort = make_cohort()
            participant = make_enrolment(cohort).user_id
            room = make_room(make_site("Centre"), name="Atlas")
            session = make_session(cohort, day=TUESDAY, room=room, lead=make_facilitator(cohort), confirmed=True)
            session_id = session.id
        path = renewed(sign_in(participant))

        ((uid, first),) = self.events(client, path).items()
        assert (first["status"], str(first["dtstart"].dt.tzinfo)) == ("CONFIRMED", "Africa/Casablanca")  # type: ignore[index]
        assert first["dtstart"].dt.isoformat() == "2026-11-24T09:00:00+00:00"  # type: ignore[index]
        assert "Atlas, Centre" in first["location"]  # type: ignore[index]
        assert [str(zone["tzid"]) for zone in self.calendar.walk("VTIMEZONE")] == ["Africa/Casablanca"]

        with db.transaction():
            version = db.session().get_one(type(session), session_id).version
            moved = services.move_session(
                session_id, version=version, day=TUESDAY + timedelta(days=1), starts=MORNING[0], ends=MORNING[1],
                half=Half.MORNING, reason="strike", by=INSTITUTE,
            )  # fmt: skip
            moved_id = moved.id
        ((same, second),) = self.events(client, path).items()
        assert same == uid
        assert second["sequence"] > first["sequence"]  # type: ignore[index]
        assert second["dtstart"].dt.day == 25  # type: ignore[index]

        with db.transaction():
            version = db.session().get_one(type(session), moved_id).version
            services.cancel_session(moved_id, version=version, reason="strike", by=INSTITUTE)
        ((same, third),) = self.events(client, path).items()
        assert (same, third["status"]) == (uid, "CANCELLED")  # type: ignore[index]
        assert third["sequence"] > second["sequence"]  # type: ignore[index]

    def test_ends_with_the_address_and_with_the_access(
        self, fresh: object, client: FlaskClient, sign_in: SignIn
    ) -> None:
        with db.transaction():
            user = make_user()
            make_enrolment(user=user)
            user_id = user.id
        browser = sign_in(user_id)
        old, new = renewed(browser), renewed(browser)
        assert [client.get(path).status_code for path in (old, new)] == [404, 200]
        with db.transaction():
            db.session().get_one(type(user), user_id).suspended_at = now()
        assert client.get(new).status_code == 404
