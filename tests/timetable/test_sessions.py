from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from lms import db
from lms.cohorts.models import Cohort
from lms.competencies.qualifying import Level
from lms.errors import Missing, Stale
from lms.permissions import INSTITUTE, Role
from lms.timetable import queries, services
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.models import SessionEvent, TrainingSession
from lms.timetable.services import ClashRefused, DayRefused, NotStaff, SessionPlan, StaffRefused
from lms.timetable.services.changing import ChangeRefused, NoPlace
from lms.timetable.staffing import Part
from tests.factories import (
    AFTERNOON,
    MORNING,
    make_cohort,
    make_enrolment,
    make_facilitator,
    make_holiday,
    make_module,
    make_qualification,
    make_room,
    make_session,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.usefixtures("frame")

TUESDAY = date(2026, 11, 24)


def move(session: TrainingSession, day: date, *, reason: str = "the room is flooded") -> TrainingSession:
    return services.move_session(
        session.id, version=session.version, day=day, starts=MORNING[0], ends=MORNING[1], half=Half.MORNING, reason=reason,
        by=INSTITUTE,
    )  # fmt: skip


def history(session: TrainingSession) -> list[str]:
    rows = select(SessionEvent.state).where(SessionEvent.session_id == session.id).order_by(SessionEvent.id)
    return [str(state) for state in db.session().scalars(rows)]


class TestPlanSession:
    def test_keeps_the_wall_time_and_the_instant_it_means(self) -> None:
        session = make_session(day=TUESDAY)

        assert (session.day, session.starts, session.zone) == (TUESDAY, time(9), "Africa/Casablanca")
        assert session.starts_at.isoformat() == "2026-11-24T09:00:00+00:00"
        assert session.minutes == 210
        assert history(session) == ["planned"]

    def test_refuses_a_room_that_is_taken_and_saves_nothing_of_what_was_asked_with_it(self) -> None:
        room, cohort = make_room(), make_cohort()
        make_session(day=TUESDAY, room=room)
        module_id = make_session(cohort, day=TUESDAY + timedelta(days=2)).module_id
        free = SessionPlan(cohort.id, module_id, TUESDAY + timedelta(days=1), *MORNING, Half.MORNING, room.id)
        taken = SessionPlan(cohort.id, module_id, TUESDAY, time(12), time(14), Half.AFTERNOON, room.id)

        with pytest.raises(ClashRefused):
            services.plan_sessions([free, taken], by=INSTITUTE)

        assert (
            len(db.session().scalars(select(TrainingSession).where(TrainingSession.cohort_id == cohort.id)).all()) == 1
        )

    def test_refuses_a_facilitator_who_leads_elsewhere(self) -> None:
        lead = make_facilitator()
        make_session(day=TUESDAY, lead=lead)

        with pytest.raises(ClashRefused):
            make_session(day=TUESDAY, lead=lead)

    def test_refuses_a_room_too_small_for_the_cohort(self) -> None:
        cohort = make_cohort()
        for _number in range(3):
            make_enrolment(cohort)

        with pytest.raises(ClashRefused, match="lacks one place"):
            make_session(cohort, room=make_room(capacity=2))

    def test_lets_two_cohorts_of_one_participant_meet_at_once(self) -> None:
        person, one, other = make_user(), make_cohort(), make_cohort()
        make_enrolment(one, person)
        make_enrolment(other, person)
        make_session(one, day=TUESDAY)

        assert make_session(other, day=TUESDAY).id

    @pytest.mark.parametrize("days", [-11, 51])
    def test_refuses_a_day_outside_of_the_cohort(self, days: int) -> None:
        with pytest.raises(DayRefused):
            make_session(make_cohort(starts_in=-10, days=60), day=date(2026, 11, 23) + timedelta(days=days))

    def test_refuses_a_holiday_and_takes_a_day_the_moon_may_take(self) -> None:
        make_holiday(TUESDAY)
        make_holiday(TUESDAY + timedelta(days=1), is_estimated=True)

        with pytest.raises(DayRefused):
            make_session(day=TUESDAY)
        assert make_session(day=TUESDAY + timedelta(days=1)).id

    def test_refuses_who_does_not_facilitate_in_the_cohort(self) -> None:
        with pytest.raises(NotStaff):
            make_session(lead=make_staff(Role.ASSESSOR))
        with pytest.raises(NotStaff):
            make_session(lead=make_facilitator(make_cohort()))

    def test_knows_no_module_that_the_cohort_does_not_follow(self) -> None:
        with pytest.raises(Missing):
            make_session(module_id=make_module().id)


class TestConfirmSession:
    def test_needs_a_place_and_somebody_accredited(self) -> None:
        cohort = make_cohort()
        nowhere = make_session(cohort, day=TUESDAY, lead=make_facilitator(cohort))
        led_by_nobody = make_session(make_cohort(), day=TUESDAY, room=make_room())
        unqualified = make_session(day=TUESDAY, room=make_room(), lead=make_facilitator(level=None))
        associate = make_session(day=TUESDAY, room=make_room(), lead=make_facilitator(level=Level.FA))

        with pytest.raises(NoPlace):
            services.confirm_session(nowhere.id, version=1, by=INSTITUTE)
        for session in (led_by_nobody, unqualified, associate):
            with pytest.raises(StaffRefused):
                services.confirm_session(session.id, version=1, by=INSTITUTE)

    def test_counts_the_qualification_on_the_day_of_the_session(self) -> None:
        lead = make_facilitator(level=None)
        make_qualification(lead, valid_until=TUESDAY)
        last = make_session(day=TUESDAY, room=make_room(), lead=lead)
        after = make_session(day=TUESDAY + timedelta(days=1), room=make_room(), lead=lead)

        services.confirm_session(last.id, version=1, by=INSTITUTE)
        with pytest.raises(StaffRefused):
            services.confirm_session(after.id, version=1, by=INSTITUTE)

        assert (last.state, after.state) == (SessionState.CONFIRMED, SessionState.PLANNED)

    def test_refuses_once_more_people_came_than_the_room_holds(self) -> None:
        cohort = make_cohort()
        session = make_session(cohort, room=make_room(capacity=1), lead=make_facilitator(cohort))
        make_enrolment(cohort)
        make_enrolment(cohort)

        with pytest.raises(ClashRefused):
            services.confirm_session(session.id, version=1, by=INSTITUTE)

    def test_refuses_what_somebody_else_changed(self) -> None:
        session = make_session()
        with pytest.raises(Stale):
            services.confirm_session(session.id, version=session.version - 1, by=INSTITUTE)


class TestMoveSession:
    def test_leaves_the_old_one_as_rescheduled_and_stays_the_same_event_to_a_calendar(self) -> None:
        session = make_session(day=TUESDAY, confirmed=True)
        moved = move(session, TUESDAY + timedelta(days=1))

        assert (session.state, moved.state, moved.moved_from_id) == ("rescheduled", "confirmed", session.id)
        assert (moved.uid, moved.sequence > session.sequence) == (session.uid, True)
        assert [row.user_id for row in queries.staff_of_sessions([moved.id])[moved.id]]
        assert history(session) == ["planned", "confirmed", "rescheduled"]

    def test_asks_for_confirmation_again_when_nobody_is_accredited_that_day(self) -> None:
        cohort = make_cohort()
        lead = make_facilitator(cohort, level=None)
        make_qualification(lead, valid_until=TUESDAY)
        session = make_session(cohort, day=TUESDAY, lead=lead, confirmed=True)

        assert move(session, TUESDAY + timedelta(days=1)).state == SessionState.PLANNED

    def test_may_overlap_with_the_time_it_leaves(self) -> None:
        session = make_session(day=TUESDAY, confirmed=True)
        moved = services.move_session(
            session.id, version=session.version, day=TUESDAY, starts=time(10), ends=time(13), half=Half.MORNING,
            reason="a late train", by=INSTITUTE,
        )  # fmt: skip

        assert moved.starts == time(10)

    def test_needs_a_reason_and_an_open_session(self) -> None:
        session = make_session(day=TUESDAY)
        with pytest.raises(ChangeRefused):
            move(session, TUESDAY + timedelta(days=1), reason=" ")
        services.cancel_session(session.id, version=1, reason="nobody can come", by=INSTITUTE)
        db.session().flush()
        with pytest.raises(ChangeRefused):
            move(session, TUESDAY + timedelta(days=1))


class TestChangeSession:
    def test_keeps_a_confirmed_session_confirmable(self) -> None:
        session = make_session(day=TUESDAY, confirmed=True)
        with pytest.raises(StaffRefused):
            services.change_session(
                session.id, version=session.version, room_id=session.room_id, remote_link="", staff={}, by=INSTITUTE
            )

    def test_replaces_room_and_people(self) -> None:
        cohort: Cohort = make_cohort()
        session = make_session(cohort, day=TUESDAY, room=make_room(), lead=make_facilitator(cohort))
        room, other = make_room(), make_facilitator(cohort)

        services.change_session(
            session.id, version=1, room_id=room.id, remote_link="", staff={other.id: Part.ASSISTANT}, by=INSTITUTE
        )

        assert session.room_id == room.id
        assert [(row.user_id, row.part) for row in queries.staff_of_sessions([session.id])[session.id]] == [
            (other.id, "assistant")
        ]


class TestCancelSession:
    def test_frees_the_room_and_the_people(self) -> None:
        session = make_session(day=TUESDAY, confirmed=True)
        room = queries.rooms_by_id([session.room_id or 0])
        services.cancel_session(session.id, version=session.version, reason="strike", by=INSTITUTE)
        db.session().flush()

        again = SessionPlan(session.cohort_id, session.module_id, TUESDAY, *MORNING, Half.MORNING, next(iter(room)))
        assert services.plan_session(again, by=INSTITUTE).id

    def test_needs_a_reason(self) -> None:
        session = make_session()
        with pytest.raises(ChangeRefused):
            services.cancel_session(session.id, version=1, reason="", by=INSTITUTE)


class TestHoldSession:
    def test_goes_from_confirmed_over_in_progress_to_locked_and_no_other_way(self) -> None:
        session = make_session(day=TUESDAY, confirmed=True)
        with pytest.raises(ChangeRefused):
            services.hold_session(session.id, by=INSTITUTE)
        for advance in (services.start_session, services.hold_session, services.lock_session):
            advance(session.id, by=INSTITUTE)

        assert session.state == SessionState.LOCKED
        assert AFTERNOON[0] > session.ends
