from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.validity import covers, last_day


class TestLastDay:
    @pytest.mark.parametrize(
        ("granted", "months", "ends"),
        [
            (date(2028, 2, 29), 36, date(2031, 2, 28)),
            (date(2028, 2, 29), 48, date(2032, 2, 29)),
            (date(2026, 11, 23), 36, date(2029, 11, 23)),
            (date(2026, 8, 31), 18, date(2028, 2, 29)),
            (date(2026, 12, 31), 1, date(2027, 1, 31)),
            (date(2026, 10, 15), 2, date(2026, 12, 15)),
        ],
    )
    def test_counts_calendar_months(self, granted: date, months: int, ends: date) -> None:
        assert last_day(granted, months) == ends

    def test_has_no_end_when_none_is_set(self) -> None:
        assert last_day(date(2026, 11, 23), None) is None

    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
    def test_falls_in_the_month_that_was_meant(self, granted: date, months: int) -> None:
        ends = last_day(granted, months)

        assert ends is not None
        assert (ends.year - granted.year) * 12 + ends.month - granted.month == months
        assert ends.day <= granted.day


class TestCovers:
    def test_includes_both_ends(self) -> None:
        first, last = date(2026, 1, 1), date(2026, 12, 31)

        assert covers(first, last, first)
        assert covers(first, last, last)
        assert not covers(first, last, date(2027, 1, 1))
        assert not covers(first, last, date(2025, 12, 31))
        assert covers(first, None, date(2090, 1, 1))
