from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.windows import CohortPhase, Window, WindowState, phase_of, spread, takes_work, window_of

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def day(number: int) -> date:
    return date(2026, 11, number)


class TestWindowOf:
    @pytest.mark.parametrize(
        ("today", "state"),
        [
            (day(9), WindowState.UPCOMING),
            (day(10), WindowState.OPEN),
            (day(20), WindowState.OPEN),
            (day(21), WindowState.OVERDUE),
            (day(30), WindowState.OVERDUE),
            (date(2026, 12, 1), WindowState.CLOSED),
        ],
    )
    def test_counts_first_due_and_last_day_in(self, today: date, state: WindowState) -> None:
        assert window_of(Window(day(10), day(20), day(30)), today) is state

    def test_never_closes_without_a_last_day(self) -> None:
        assert window_of(Window(day(10), day(20)), date(2099, 1, 1)) is WindowState.OVERDUE

    @given(days, days, days, days)
    def test_goes_only_forward(self, opens: date, due: date, closes: date, today: date) -> None:
        window = Window(min(opens, due), max(opens, due), max(closes, opens, due))
        order = list(WindowState)

        assert order.index(window_of(window, today)) <= order.index(window_of(window, today + timedelta(days=1)))

    def test_takes_work_late_but_not_early_nor_after_the_end(self) -> None:
        window = Window(day(10), day(20), day(30))

        assert [takes_work(window, day(d)) for d in (9, 10, 21, 30)] == [False, True, True, True]
        assert not takes_work(window, date(2026, 12, 1))


class TestSpread:
    def test_gives_each_module_its_share_of_the_days(self) -> None:
        windows = spread(day(1), day(10), [60, 180, 60])

        assert [(w.opens_on.day, w.due_on.day) for w in windows] == [(1, 2), (3, 8), (9, 10)]

    @given(days, st.integers(0, 400), st.lists(st.integers(1, 6000), min_size=1, max_size=20))
    def test_covers_the_cohort_in_order_without_leaving_it(self, first: date, length: int, minutes: list[int]) -> None:
        last = first + timedelta(days=length)

        windows = spread(first, last, minutes)

        assert windows[0].opens_on == first
        assert windows[-1].due_on == last
        assert all(first <= w.opens_on <= w.due_on <= last for w in windows)
        assert all(a.opens_on <= b.opens_on and a.due_on <= b.due_on for a, b in pairwise(windows))


class TestPhaseOf:
    def test_counts_both_days_in(self) -> None:
        phases = [phase_of(day(10), day(20), day(d)) for d in (9, 10, 20, 21)]

        assert phases == [
            CohortPhase.ABOUT_TO_START, CohortPhase.RUNNING, CohortPhase.RUNNING, CohortPhase.FINISHED,
        ]  # fmt: skip
