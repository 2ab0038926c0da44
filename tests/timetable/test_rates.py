from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.timetable.rates import Attendance, counted_minutes, is_correction

HALF_DAY = 210
MODULE = 10 * HALF_DAY  # 35 h


def percent(share: Fraction) -> float:
    return round(float(share) * 100, 1)


@st.composite
def attendances(draw: st.DrawFn) -> Attendance:
    scheduled = draw(st.integers(1, 3000))
    held = draw(st.integers(0, scheduled))
    return Attendance(scheduled, held, draw(st.integers(0, held)))


class TestRates:
    """The golden examples of docs/rules.md §5."""

    def test_g1_six_half_days_one_of_them_late_by_25_minutes(self) -> None:
        present = 5 * HALF_DAY + counted_minutes(HALF_DAY, late_by=25)
        attendance = Attendance(MODULE, 6 * HALF_DAY, present)

        assert present == 1235
        assert attendance.to_date is not None
        assert percent(attendance.to_date) == 98.0
        assert percent(attendance.projected) == 98.8
        assert not attendance.is_out_of_reach

    def test_g2_then_two_absences_and_one_made_up(self) -> None:
        after = Attendance(MODULE, 8 * HALF_DAY, 1235)

        assert after.to_date is not None
        assert percent(after.to_date) == 73.5
        assert percent(after.projected) == 78.8
        assert after.is_out_of_reach
        made_up = Attendance(MODULE, 8 * HALF_DAY, 1235 + HALF_DAY)
        assert percent(made_up.projected) == 88.8
        assert not made_up.is_out_of_reach

    def test_g3_eight_minutes_late_counts_in_full(self) -> None:
        assert counted_minutes(HALF_DAY, late_by=8) == 210

    def test_forgives_ten_minutes_and_not_eleven(self) -> None:
        assert (counted_minutes(210, 10), counted_minutes(210, 11), counted_minutes(30, 40)) == (210, 199, 0)

    def test_is_in_reach_at_exactly_the_threshold(self) -> None:
        assert not Attendance(100, 20, 0).is_out_of_reach
        assert Attendance(1000, 201, 0).is_out_of_reach

    def test_has_no_rate_before_anything_is_held(self) -> None:
        attendance = Attendance(MODULE, 0, 0)

        assert attendance.to_date is None
        assert attendance.projected == 1

    @given(attendances())
    def test_stays_between_nothing_and_all(self, attendance: Attendance) -> None:
        assert attendance.is_valid
        assert 0 <= attendance.projected <= 1
        assert attendance.to_date is None or 0 <= attendance.to_date <= 1

    @given(attendances(), st.integers(0, 300), st.integers(0, 300))
    def test_never_rises_as_sessions_are_held(self, before: Attendance, held: int, missed: int) -> None:
        held = min(held, before.scheduled - before.held)
        after = Attendance(before.scheduled, before.held + held, before.present + held - min(missed, held))

        assert after.projected <= before.projected
        assert not is_correction(before, after)


class TestIsCorrection:
    @pytest.mark.parametrize(
        "after",
        [
            Attendance(2100, 420, 200),  # fewer minutes present
            Attendance(2100, 420, 420),  # more of what was held before
            Attendance(2100, 210, 210),  # fewer held
            Attendance(1800, 420, 400),  # another schedule
            Attendance(2100, 430, 411),  # more present than was added
        ],
    )
    def test_is_any_change_of_the_past(self, after: Attendance) -> None:
        assert is_correction(Attendance(2100, 420, 400), after)

    @pytest.mark.parametrize(
        "after", [Attendance(2100, 630, 610), Attendance(2100, 630, 400), Attendance(2100, 420, 400)]
    )
    def test_is_not_what_sessions_add(self, after: Attendance) -> None:
        assert not is_correction(Attendance(2100, 420, 400), after)
