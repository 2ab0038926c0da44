from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from lms import db, events, wiring
from lms.cohorts import queries as cohorts
from lms.errors import Missing
from lms.permissions import INSTITUTE
from lms.timetable import queries, services
from lms.timetable.events import AttendanceRecorded, SheetRecorded
from lms.timetable.rates import Attendance
from lms.timetable.services import MinutesRefused, ReasonWanted
from tests.conftest import Statements
from tests.factories import actor, make_cohort, make_enrolment, make_module, make_staff

Count = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture
def told() -> Iterator[list[AttendanceRecorded]]:
    """The events that were emitted, in place of what follows from them."""
    heard: list[AttendanceRecorded] = []

    def hear_each(fact: SheetRecorded) -> None:
        heard.extend(AttendanceRecorded(key, fact.module_id, cause) for key, cause in fact.causes.items())

    events.connect({AttendanceRecorded: [heard.append], SheetRecorded: [hear_each]})
    yield heard
    wiring.connect()


@pytest.fixture
def place(frame: None) -> tuple[int, int]:
    """An enrolment and its module."""
    enrolment = make_enrolment(make_cohort(modules=[make_module(minutes=2100)]))
    return enrolment.id, cohorts.cohort_modules(enrolment.cohort_id)[0].module_id


class TestRecordAttendance:
    def test_adds_a_record_and_tells_of_it(self, place: tuple[int, int], told: list[AttendanceRecorded]) -> None:
        by = make_staff()

        services.record_attendance(*place, 2100, 210, 200, by=actor(by))

        assert queries.attendance_of([place[0]]) == {place: Attendance(2100, 210, 200)}
        assert [(event.enrolment_id, event.module_id) for event in told] == [place]
        assert told[0].cause.startswith("attendance_record:")

    def test_keeps_every_record_and_counts_the_last(
        self, place: tuple[int, int], told: list[AttendanceRecorded]
    ) -> None:
        services.record_attendance(*place, 2100, 210, 200, by=INSTITUTE)
        services.record_attendance(*place, 2100, 420, 410, by=INSTITUTE)
        services.record_attendance(*place, 2100, 420, 400, by=INSTITUTE, reason="the sheet was misread")

        assert queries.attendance_of([place[0]])[place].present == 400
        assert [(row.present_minutes, row.reason) for row in queries.records_of(*place)] == [
            (400, "the sheet was misread"), (410, ""), (200, ""),
        ]  # fmt: skip

    def test_says_nothing_twice(self, place: tuple[int, int], told: list[AttendanceRecorded]) -> None:
        for _time in range(2):
            services.record_attendance(*place, 2100, 210, 200, by=INSTITUTE)

        assert len(told) == len(queries.records_of(*place)) == 1

    def test_wants_a_reason_for_a_correction(self, place: tuple[int, int], told: list[AttendanceRecorded]) -> None:
        services.record_attendance(*place, 2100, 210, 200, by=INSTITUTE)

        with pytest.raises(ReasonWanted) as refusal:
            services.record_attendance(*place, 2100, 210, 190, by=INSTITUTE, reason=" ")
        assert refusal.value.field == "reason"
        assert queries.attendance_of([place[0]])[place].present == 200

    @pytest.mark.parametrize("minutes", [(2100, 210, 211), (2100, 2101, 0), (0, 0, 0), (2100, 210, -1)])
    def test_refuses_impossible_minutes(self, place: tuple[int, int], minutes: tuple[int, int, int]) -> None:
        with pytest.raises(MinutesRefused):
            services.record_attendance(*place, *minutes, by=INSTITUTE)

    def test_knows_no_enrolment_that_is_not_there(self, place: tuple[int, int]) -> None:
        with pytest.raises(Missing):
            services.record_attendance(999_999, place[1], 2100, 210, 200, by=INSTITUTE)


class TestRecordSheet:
    def test_leaves_alone_who_did_not_change(self, place: tuple[int, int], told: list[AttendanceRecorded]) -> None:
        enrolment_id, module_id = place
        cohort = cohorts.cohort(cohorts.enrolment(enrolment_id).cohort_id)
        other = make_enrolment(cohort)
        sheet = {enrolment_id: Attendance(2100, 210, 200), other.id: Attendance(2100, 210, 210)}
        services.record_sheet(module_id, sheet, by=INSTITUTE)

        services.record_sheet(module_id, sheet | {other.id: Attendance(2100, 420, 420)}, by=INSTITUTE)

        assert [event.enrolment_id for event in told] == [enrolment_id, other.id, other.id]

    def test_reads_a_long_sheet_in_two_statements(
        self, place: tuple[int, int], told: list[AttendanceRecorded], statements: Count
    ) -> None:
        cohort = cohorts.cohort(cohorts.enrolment(place[0]).cohort_id)
        sheet = {make_enrolment(cohort).id: Attendance(2100, 210, 210) for _number in range(30)}
        services.record_sheet(place[1], sheet, by=INSTITUTE)
        db.session().flush()

        with statements() as sent:
            services.record_sheet(place[1], sheet, by=INSTITUTE)

        assert len(sent) == 2
