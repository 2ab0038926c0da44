from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db
from lms.competencies.models import Qualification
from lms.permissions import INSTITUTE, Role
from lms.timetable import services
from lms.timetable.models import Holiday, Room, Site
from tests.conftest import Clock
from tests.factories import (
    make_cohort,
    make_facilitator,
    make_holiday,
    make_module,
    make_room,
    make_session,
    make_site,
    make_staff,
    make_user,
)

SignIn = Callable[[int], FlaskClient]
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def browser(fresh: object, sign_in: SignIn) -> FlaskClient:
    with db.transaction():
        staff = make_staff().id
    return sign_in(staff)


class TestSites:
    def test_are_added_with_their_rooms(self, browser: FlaskClient) -> None:
        assert "No site yet" in browser.get("/sites").text
        site = {"name_fr": "Centre de Rabat", "name_en": "Rabat centre", "city": "Rabat", "region": "MA-04"}
        assert browser.post("/sites/new", data=site).status_code == 303
        with db.reading() as session:
            site_id = session.scalars(select(Site.id)).one()
        room = {"name": "Salle Atlas", "capacity": "24", "equipment": "projecteur, 24 postes", "is_open": "y"}
        assert browser.post(f"/sites/{site_id}/rooms/new", data=room).status_code == 303

        page = browser.get("/sites").text
        assert "Rabat centre" in page
        assert "projecteur, 24 postes" in page

    def test_refuse_a_second_room_of_the_name(self, browser: FlaskClient) -> None:
        with db.transaction():
            room = make_room(name="Atlas")
            site_id = room.site_id
        answer = browser.post(f"/sites/{site_id}/rooms/new", data={"name": "Atlas", "capacity": "4"})
        assert answer.status_code == 422
        assert 'id="name-error"' in answer.text

    def test_keep_a_room_open_that_is_needed(self, browser: FlaskClient) -> None:
        with db.transaction():
            room = make_room()
            make_session(room=room)
            room_id = room.id
        answer = browser.post(f"/rooms/{room_id}", data={"name": "R", "capacity": "9", "version": "1"})
        assert answer.status_code == 422
        assert "Move them first" in answer.text
        with db.reading() as session:
            assert session.get_one(Room, room_id).is_open

    def test_tell_clashes_how_far_they_are(self, browser: FlaskClient) -> None:
        with db.transaction():
            one, other = make_site("Agdal"), make_site("Hay Riad")
            ids = one.id, other.id
        assert browser.post(f"/sites/{ids[0]}/travel", data={"other": str(ids[1]), "minutes": "25"}).status_code == 303
        assert "25 min" in browser.get(f"/sites/{ids[1]}").text

    def test_are_the_whole_institutes(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            limited, lead = make_staff(Role.COORDINATOR, make_cohort().id).id, make_staff(Role.FACILITATOR).id
        assert sign_in(limited).get("/sites").status_code == 200
        assert sign_in(limited).get("/sites/new").status_code == 403
        assert sign_in(lead).get("/sites").status_code == 403


class TestCalendar:
    def test_knows_the_holidays_of_the_years_to_come_once(self, fresh: object, browser: FlaskClient) -> None:
        for _time in range(2):
            with db.transaction():
                services.fill_calendar()
        with db.reading() as session:
            assert session.scalar(select(func.count()).where(Holiday.name_fr == "Aïd Al Fitr")) == 1
            fitr = session.scalars(select(Holiday).where(Holiday.name_fr == "Aïd Al Fitr")).one()
            assert (fitr.first_day, fitr.last_day, fitr.status) == (date(2027, 3, 9), date(2027, 3, 10), "estimated")
        assert "Throne Day" in browser.get("/calendar").text

    def test_keeps_what_somebody_removed_away(self, fresh: object) -> None:
        with db.transaction():
            services.fill_calendar()
            gone = db.session().scalars(select(Holiday).where(Holiday.name_fr == "Marche verte")).first()
            assert gone is not None
            services.remove_holiday(gone, by=INSTITUTE)
            services.fill_calendar()
            assert db.session().scalar(select(func.count()).where(Holiday.name_fr == "Marche verte")) == 2

    def test_lists_the_sessions_a_confirmed_holiday_hits_with_a_day_to_move_them_to(self, browser: FlaskClient) -> None:
        with db.transaction():
            holiday = make_holiday(TUESDAY, is_estimated=True).id
            cohort, room = make_cohort(), make_room()
            hit = make_session(cohort, day=TUESDAY + timedelta(days=1), room=room).id
            make_session(room=room, day=TUESDAY + timedelta(days=2))
            make_session(cohort, day=TUESDAY + timedelta(days=3))
        form = {
            "version": "1", "name_fr": "Aïd", "name_en": "Eid", "first_day": "2026-11-25", "last_day": "2026-11-25",
            "kind": "religious", "certainty": "confirmed",
        }  # fmt: skip
        page = browser.post(f"/calendar/holidays/{holiday}", data=form, follow_redirects=True).text

        assert f"/sessions/{hit}/move?day=2026-11-30" in page
        assert "Move to Mon 30 Nov 2026" in page

    def test_refuses_days_the_wrong_way_round(self, browser: FlaskClient) -> None:
        form = {"name_fr": "R", "name_en": "R", "first_day": "2027-02-10", "last_day": "2027-02-08", "kind": "break"}
        answer = browser.post("/calendar/periods/new", data=form)
        assert answer.status_code == 422
        assert 'id="last_day-error"' in answer.text

    def test_takes_the_hours_of_ramadan(self, browser: FlaskClient) -> None:
        form = {
            "name_fr": "Ramadan", "name_en": "Ramadan", "first_day": "2026-02-08", "last_day": "2026-03-08", "kind": "ramadan",
            "opens": "09:00", "closes": "15:00",
        }  # fmt: skip
        page = browser.post("/calendar/periods/new", data=form, follow_redirects=True).text
        assert "09:00–15:00" in page


class TestQualifications:
    def test_are_recorded_and_ended(self, browser: FlaskClient) -> None:
        with db.transaction():
            make_module("DEV-7")
            make_user("Rachid", "Zerouali", email="rachid@example.ma")
        form = {
            "email": "rachid@example.ma",
            "covers": "track:DEV",
            "level": "FC",
            "valid_from": "2026-01-01",
            "source": "HAB-1",
        }
        assert browser.post("/qualifications", data=form).status_code == 303
        assert "Zerouali Rachid" in browser.get("/qualifications").text
        with db.reading() as session:
            made = session.scalars(select(Qualification)).one().id
        assert browser.post(f"/qualifications/{made}/end").status_code == 303
        with db.reading() as session:
            assert session.get_one(Qualification, made).valid_until == date(2026, 11, 22)

    def test_name_nobody_unknown(self, browser: FlaskClient) -> None:
        with db.transaction():
            make_module("DEV-7")
        form = {
            "email": "who@example.ma",
            "covers": "track:DEV",
            "level": "FC",
            "valid_from": "2026-01-01",
            "source": "x",
        }
        answer = browser.post("/qualifications", data=form)
        assert answer.status_code == 422
        assert "Invite them first" in answer.text


class TestWeek:
    def test_shows_rooms_and_facilitators(self, browser: FlaskClient) -> None:
        with db.transaction():
            lead = make_facilitator()
            make_session(day=TUESDAY, room=make_room(name="Salle Atlas"), lead=lead)
        assert "Salle Atlas" in browser.get("/rooms").text
        assert "Alaoui Karim" in browser.get("/rooms?by=facilitator").text
        assert "09:00–12:30" not in browser.get("/rooms?week=2026-12-07").text

    def test_asks_as_much_for_three_sessions_as_for_sixty(
        self, browser: FlaskClient, statements: Callable[..., object]
    ) -> None:
        with db.transaction():
            for _number in range(3):
                make_session(day=TUESDAY, room=make_room(), lead=make_facilitator())
        browser.get("/rooms")
        with statements() as few:  # type: ignore[attr-defined]
            browser.get("/rooms")
        with db.transaction():
            for _number in range(57):
                make_session(day=TUESDAY, room=make_room(), lead=make_facilitator())
        with statements() as many:  # type: ignore[attr-defined]
            browser.get("/rooms")
        assert len(many) == len(few) <= 8


@pytest.mark.usefixtures("frame")
class TestFollowing:
    def test_sessions_begin_and_end_by_the_clock(self, present: Clock) -> None:
        confirmed, planned = make_session(day=TUESDAY, confirmed=True), make_session(day=TUESDAY)
        present.forward(hours=22)
        services.follow_clock()
        assert (confirmed.state, planned.state) == ("in_progress", "planned")
        present.forward(hours=4)
        services.follow_clock()
        assert (confirmed.state, planned.state) == ("held", "planned")

    def test_new_zone_rules_keep_the_wall_time(self) -> None:
        session = make_session(day=TUESDAY)
        session.starts_at -= timedelta(hours=1)
        session.tz_version = "2026.2"
        db.session().flush()

        assert services.follow_zone_rules() == 1
        assert session.starts_at.isoformat() == "2026-11-24T09:00:00+00:00"
        assert services.follow_zone_rules() == 0
