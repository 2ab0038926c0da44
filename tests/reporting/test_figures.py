from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.figures import NOTHING, Case, Rate, backlog, median, percentile_90, total, within_target

DAYS = st.lists(st.integers(0, 200), min_size=1)
CASES = st.lists(st.builds(Case, st.integers(0, 40), st.booleans()))


class TestWithinTarget:
    def test_counts_open_overdue_cases_as_in_g11(self) -> None:
        on_time, late = [Case(5, is_closed=True)] * 8, [Case(12, is_closed=True)] * 2
        overdue = [Case(11, is_closed=False)] * 3

        rate = within_target([*on_time, *late, *overdue], target=10)

        assert rate == Rate(8, 13)
        assert f"{float(rate.value or 0):.1%}" == "61.5%"

    def test_leaves_out_what_is_open_and_still_in_time(self) -> None:
        assert within_target([Case(3, is_closed=False)], target=10) == NOTHING

    @given(CASES, st.integers(0, 40))
    def test_is_never_made_better_by_leaving_an_overdue_case_open(self, cases: list[Case], target: int) -> None:
        rate = within_target(cases, target)
        closed = [case for case in cases if case.is_closed]

        assert rate.numerator == sum(case.days <= target for case in closed)
        assert rate.denominator >= len(closed)


class TestMedian:
    def test_is_the_middle_or_between_the_two_in_the_middle(self) -> None:
        assert median([]) is None
        assert median([9, 1, 4]) == 4
        assert median([1, 4, 9, 10]) == Fraction(13, 2)

    @given(DAYS)
    def test_has_as_many_below_as_above(self, days: list[int]) -> None:
        middle = median(days)
        assert middle is not None
        assert abs(sum(day < middle for day in days) - sum(day > middle for day in days)) <= days.count(int(middle))


class TestPercentile90:
    def test_is_a_delay_that_happened(self) -> None:
        assert percentile_90([]) is None
        assert percentile_90(list(range(1, 11))) == 9
        assert percentile_90([7]) == 7

    @given(DAYS)
    def test_holds_nine_in_ten(self, days: list[int]) -> None:
        delay = percentile_90(days)
        assert delay in days
        assert sum(day <= (delay or 0) for day in days) * 10 >= len(days) * 9


class TestTotal:
    @given(st.lists(st.builds(lambda part, rest: Rate(part, part + rest), st.integers(0, 99), st.integers(0, 99))))
    def test_adds_parts_and_wholes(self, rates: list[Rate]) -> None:
        assert total(rates) == Rate(sum(r.numerator for r in rates), sum(r.denominator for r in rates))

    def test_of_nothing_has_no_rate(self) -> None:
        assert total([]).value is None


class TestBacklog:
    def test_counts_what_waits_and_how_old_it_is(self) -> None:
        found = backlog([Case(3, is_closed=True), Case(9, is_closed=False), Case(2, is_closed=False)])
        assert (found.open, found.oldest, found.closed) == (2, 9, 1)
        assert backlog([]).oldest is None
