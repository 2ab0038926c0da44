from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

import pytest

from lms import db
from lms.cohorts import queries as cohorts
from lms.errors import Missing, Stale
from lms.permissions import INSTITUTE, Actor
from lms.timetable import queries
from lms.timetable.lifecycle import Half, SessionState
from lms.timetable.models import TrainingSession
from lms.timetable.rates import Attendance
from lms.timetable.services import (
    KeptBySheets,
    MinutesRefused,
    SheetClosed,
    record_attendance,
    record_sheet,
    take_sheet,
)
from lms.timetable.sheet import Line, Presence
from tests.conftest import Clock, Statements
from tests.factories import actor, make_cohort, make_enrolment, make_facilitator, make_session

TUESDAY = date(2026, 11, 24)
HALF_DAY = 210
Count = Callable[[], AbstractContextManager[Statements]]
FULL, ABSENT = Line(HALF_DAY, Presence.PRESENT), Line(HALF_DAY, Presence.ABSENT)


@dataclass(frozen=True)
class Held:
    """A half-day that was held, with two participants."""

    session: TrainingSession
    amina: int
    omar: int
    by: Actor

    def take(self, marks: dict[int, Line]) -> None:
        take_sheet(self.session.id, marks, seen=queries.last_entry(self.session.id), by=self.by)
        db.session().flush()

    def minutes(self, enrolment_id: int) -> Attendance:
        key = enrolment_id, self.session.module_id
        return queries.attendance_of([enrolment_id])[key]


@pytest.fixture
def held(frame: object) -> Held:
    cohort = make_cohort()
    lead = make_facilitator(cohort)
    training = make_session(cohort, day=TUESDAY, half=Half.MORNING, lead=lead)
    training.state = SessionState.HELD
    amina, omar = make_enrolment(cohort), make_enrolment(cohort)
    db.session().flush()
    return Held(training, amina.id, omar.id, actor(lead))


class TestTakeSheet:
    def test_everybody_s_minutes_in_the_module_follow(self, held: Held) -> None:
        held.take({held.amina: FULL, held.omar: Line(HALF_DAY, Presence.LATE, 25)})

        assert (held.minutes(held.amina).held, held.minutes(held.amina).present) == (210, 210)
        assert (held.minutes(held.omar).held, held.minutes(held.omar).present) == (210, 185)

    def test_a_line_taken_again_replaces_what_it_counted(self, held: Held) -> None:
        held.take({held.amina: FULL, held.omar: ABSENT})
        held.take({held.amina: ABSENT, held.omar: ABSENT})

        assert (held.minutes(held.amina).held, held.minutes(held.amina).present) == (210, 0)
        assert queries.lines_of(held.session) == {held.amina: ABSENT, held.omar: ABSENT}

    def test_minutes_recorded_before_stay_beneath(self, held: Held) -> None:
        record_attendance(held.amina, held.session.module_id, 2100, 420, 400, by=INSTITUTE)
        db.session().flush()

        held.take({held.amina: FULL})

        assert held.minutes(held.amina) == Attendance(2100, 630, 610)

    def test_is_refused_where_the_half_day_was_typed_off_paper(self, held: Held, present: Clock) -> None:
        present.forward(days=2)
        record_attendance(held.amina, held.session.module_id, 2100, 420, 400, by=INSTITUTE)
        db.session().flush()

        with pytest.raises(SheetClosed):
            held.take({held.omar: FULL})

    def test_leaves_no_way_to_type_sums_over_it(self, held: Held) -> None:
        held.take({held.amina: FULL})

        with pytest.raises(KeptBySheets):
            record_sheet(held.session.module_id, {held.amina: Attendance(2100, 420, 420)}, by=held.by)

    @pytest.mark.parametrize("people", [3, 24])
    def test_sends_as_many_statements_for_a_full_room_as_for_three(
        self, held: Held, people: int, statements: Count
    ) -> None:
        room = cohorts.cohort(held.session.cohort_id)
        room.capacity = 40
        marks = {make_enrolment(room).id: FULL for _person in range(people)}
        db.session().flush()

        with statements() as sent:
            held.take(marks)

        assert len(sent) <= 20, sent.seen
        assert queries.lines_of(held.session).keys() == marks.keys()

    def test_refuses_a_sheet_that_somebody_else_saved_since(self, held: Held) -> None:
        seen = queries.last_entry(held.session.id)
        held.take({held.amina: FULL})

        with pytest.raises(Stale):
            take_sheet(held.session.id, {held.amina: ABSENT}, seen=seen, by=held.by)

        assert queries.lines_of(held.session) == {held.amina: FULL}

    @pytest.mark.parametrize("state", [SessionState.CONFIRMED, SessionState.LOCKED, SessionState.CANCELLED])
    def test_refuses_before_the_session_and_once_locked(self, held: Held, state: SessionState) -> None:
        held.session.state = state

        with pytest.raises(SheetClosed):
            held.take({held.amina: FULL})

    @pytest.mark.parametrize(
        "line", [Line(HALF_DAY, Presence.LATE, 211), Line(300, Presence.PRESENT), Line(HALF_DAY, Presence.JUSTIFIED)]
    )
    def test_refuses_what_nobody_can_say(self, held: Held, line: Line) -> None:
        with pytest.raises(MinutesRefused):
            held.take({held.amina: line})

    def test_knows_nobody_of_another_cohort(self, held: Held) -> None:
        stranger = make_enrolment(make_cohort())
        db.session().flush()

        with pytest.raises(Missing):
            held.take({stranger.id: FULL})
