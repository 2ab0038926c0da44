from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.timetable.checkin import (
    Redeemed,
    code_at,
    is_current,
    minutes_late,
    redeem,
    seconds_left,
)

SECRET = b"of this installation"
NINE = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a step begins on the minute


def later(seconds: int) -> datetime:
    return NINE + timedelta(seconds=seconds)


class TestIsCurrent:
    @given(st.integers(0, 10_000), st.integers(1, 10_000))
    def test_holds_while_the_code_is_shown_and_for_the_next_one(self, shown: int, session_id: int) -> None:
        code = code_at(SECRET, session_id, later(shown))
        rest = seconds_left(later(shown))

        assert is_current(SECRET, session_id, code, later(shown))
        assert is_current(SECRET, session_id, code, later(shown + rest + 19))

    @given(st.integers(0, 10_000), st.integers(40, 10_000))
    def test_a_photograph_is_refused_forty_seconds_later(self, shown: int, after: int) -> None:
        code = code_at(SECRET, 7, later(shown))

        assert not is_current(SECRET, 7, code, later(shown + after))

    def test_refuses_the_code_of_another_session(self) -> None:
        assert not is_current(SECRET, 8, code_at(SECRET, 7, NINE), NINE)

    def test_refuses_a_code_that_is_still_to_come(self) -> None:
        assert not is_current(SECRET, 7, code_at(SECRET, 7, later(20)), NINE)

    def test_refuses_the_code_of_another_installation(self) -> None:
        assert not is_current(SECRET, 7, code_at(b"of another one", 7, NINE), NINE)

    def test_reads_what_is_typed_by_hand(self) -> None:
        code = code_at(SECRET, 7, NINE)
        typed = f"{code[:4]} - {code[4:]}".lower().replace("0", "o").replace("1", "l")

        assert is_current(SECRET, 7, typed, NINE)

    @pytest.mark.parametrize("typed", ["", "é", "ABCD", "\N{ARABIC-INDIC DIGIT ONE}" * 8])
    def test_refuses_anything_else(self, typed: str) -> None:
        assert not is_current(SECRET, 7, typed, NINE)


class TestRedeem:
    CODE = code_at(SECRET, 7, NINE)

    def test_marks_who_is_on_the_sheet_once(self) -> None:
        assert redeem(SECRET, 7, self.CODE, NINE, on_sheet=True, is_marked=False) is Redeemed.ACCEPTED
        assert redeem(SECRET, 7, self.CODE, NINE, on_sheet=True, is_marked=True) is Redeemed.ALREADY

    @pytest.mark.parametrize("code", [CODE, "wrong"])
    def test_tells_nobody_else_whether_the_code_is_right(self, code: str) -> None:
        assert redeem(SECRET, 7, code, NINE, on_sheet=False, is_marked=False) is Redeemed.NOT_ON_SHEET

    def test_refuses_a_code_that_is_over(self) -> None:
        assert redeem(SECRET, 7, self.CODE, later(40), on_sheet=True, is_marked=False) is Redeemed.WRONG_OR_OVER


@pytest.mark.parametrize(("seconds", "late"), [(-600, 0), (0, 0), (59, 0), (60, 1), (25 * 60, 25)])
def test_lateness_is_whole_minutes_by_the_clock(seconds: int, late: int) -> None:
    assert minutes_late(NINE, later(seconds)) == late
