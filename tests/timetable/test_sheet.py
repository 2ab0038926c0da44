import itertools
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.timetable.rates import Attendance
from lms.timetable.sheet import (
    JUSTIFIED_WITHIN,
    TAKEN,
    Line,
    Presence,
    attendance_from,
    may_follow,
    may_still_justify,
    most_made_up,
    turns_unreachable,
)
from lms.working_days import add_working_days

HALF_DAY = 210
MODULE = 10 * HALF_DAY
FULL = Line(HALF_DAY, Presence.PRESENT)
ABSENT = Line(HALF_DAY, Presence.ABSENT)
SIX = [*[FULL] * 5, Line(HALF_DAY, Presence.LATE, 25)]


def percent(share: Fraction | None) -> float:
    assert share is not None
    return round(float(share) * 100, 1)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    length = draw(st.integers(1, 480))
    minutes = draw(st.none() | st.integers(0, length))
    line = Line(length, draw(st.sampled_from(Presence)), minutes, draw(st.integers(0, length)))
    assume(line.is_valid)
    return line


class TestGoldenExamples:
    """G1 to G3 of docs/rules.md §5, as the sheets say them."""

    def test_g1_five_in_full_and_one_late_by_25_minutes(self) -> None:
        attendance = attendance_from(MODULE, SIX)

        assert attendance == Attendance(2100, 1260, 1235)
        assert (percent(attendance.to_date), percent(attendance.projected)) == (98.0, 98.8)

    def test_g2_the_flag_goes_up_on_the_evening_of_the_second_absence(self) -> None:
        evenings = [attendance_from(MODULE, [*SIX, *[ABSENT] * missed]) for missed in range(4)]

        assert (percent(evenings[2].to_date), percent(evenings[2].projected)) == (73.5, 78.8)
        flags = [turns_unreachable(*pair) for pair in itertools.pairwise(evenings)]
        assert flags == [False, True, False]

    def test_g2_one_justified_half_day_made_up_brings_it_back(self) -> None:
        made_up = Line(HALF_DAY, Presence.JUSTIFIED, made_up=HALF_DAY)

        attendance = attendance_from(MODULE, [*SIX, ABSENT, made_up])

        assert percent(attendance.projected) == 88.8
        assert not attendance.is_out_of_reach

    def test_g3_eight_minutes_late_counts_in_full(self) -> None:
        assert Line(HALF_DAY, Presence.LATE, 8).counted == 210


class TestLine:
    @given(lines())
    def test_never_counts_more_than_the_session_has(self, line: Line) -> None:
        assert 0 <= line.counted <= line.counted + line.made_up <= line.length

    def test_counts_the_minutes_of_somebody_who_left_early(self) -> None:
        assert Line(HALF_DAY, Presence.PRESENT, 150).counted == 150

    @pytest.mark.parametrize("absence", [Presence.ABSENT, Presence.JUSTIFIED, Presence.UNJUSTIFIED, Presence.EXPECTED])
    def test_counts_nothing_for_an_absence_even_a_justified_one(self, absence: Presence) -> None:
        assert Line(HALF_DAY, absence).counted == 0

    @pytest.mark.parametrize(
        "line",
        [
            Line(HALF_DAY, Presence.LATE, 211),
            Line(HALF_DAY, Presence.LATE),
            Line(HALF_DAY, Presence.PRESENT, -1),
            Line(HALF_DAY, Presence.PRESENT, made_up=10),
            Line(HALF_DAY, Presence.UNJUSTIFIED, made_up=10),
            Line(HALF_DAY, Presence.LATE, 25, made_up=26),
        ],
    )
    def test_refuses_impossible_minutes(self, line: Line) -> None:
        assert not line.is_valid


class TestAttendanceFrom:
    @given(st.lists(lines(), max_size=12), st.integers(1, 3000))
    def test_is_always_possible(self, held: list[Line], scheduled: int) -> None:
        assert attendance_from(scheduled, held).is_valid

    @given(st.lists(lines(), max_size=12), st.integers(1, 3000))
    def test_counts_at_most_a_fifth_of_the_module_as_made_up(self, held: list[Line], scheduled: int) -> None:
        attendance = attendance_from(scheduled, held)

        counted = sum(line.counted for line in held)
        assert attendance.present - counted <= most_made_up(attendance.scheduled)

    def test_a_third_half_day_made_up_no_longer_counts(self) -> None:
        made_up = Line(HALF_DAY, Presence.JUSTIFIED, made_up=HALF_DAY)

        assert attendance_from(MODULE, [made_up] * 3).present == 2 * HALF_DAY


class TestMayFollow:
    def test_a_judged_absence_stays_as_it_was_judged(self) -> None:
        assert not any(may_follow(Presence.JUSTIFIED, new) for new in Presence)

    def test_only_an_absence_is_justified(self) -> None:
        assert [one for one in Presence if may_follow(one, Presence.JUSTIFIED)] == [Presence.ABSENT]

    def test_what_was_taken_may_be_taken_again(self) -> None:
        assert all(may_follow(one, new) for one in TAKEN for new in TAKEN)


def test_a_document_is_in_time_on_the_fifth_working_day() -> None:
    last = add_working_days(date(2026, 11, 2), JUSTIFIED_WITHIN)  # a Monday; Friday 6 November is a holiday

    assert last == date(2026, 11, 10)
    assert may_still_justify(last, last)
    assert not may_still_justify(last, date(2026, 11, 11))
