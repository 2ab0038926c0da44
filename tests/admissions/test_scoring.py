from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.admissions.scoring import Scored, balance, experience, settled

points = st.integers(0, 4000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


class TestSettled:
    @pytest.mark.parametrize(
        ("scores", "expected"),
        [
            ([], Scored(None, wants=2)),
            (["30"], Scored(None, wants=1)),
            (["30", "38"], Scored(Decimal("34.00"))),  # a gap of 8, of 40 points: as much as is allowed
            (["30", "38.5"], Scored(None, wants=1)),
            (["20", "38", "36"], Scored(Decimal("37.00"))),
            (["20", "38", "21"], Scored(Decimal("20.50"))),
            (["20", "30", "25"], Scored(Decimal("25.00"))),
        ],
    )
    def test_is_the_mean_of_two_or_of_the_two_closest_of_three(self, scores: list[str], expected: Scored) -> None:
        assert settled([Decimal(score) for score in scores], Decimal(40)) == expected

    @given(points, points, points)
    def test_lies_between_what_was_given(self, first: Decimal, second: Decimal, third: Decimal) -> None:
        given_points = settled([first, second, third], Decimal(40)).points

        assert given_points is not None
        assert min(first, second, third) <= given_points <= max(first, second, third)

    @given(points, points)
    def test_does_not_depend_on_who_was_first(self, first: Decimal, second: Decimal) -> None:
        assert settled([first, second], Decimal(40)) == settled([second, first], Decimal(40))


class TestFromTheFile:
    @pytest.mark.parametrize(("years", "expected"), [(-1, "0"), (0, "0"), (3, "6"), (10, "20"), (30, "20")])
    def test_experience_gives_its_share_of_ten_years(self, years: int, expected: str) -> None:
        assert experience(years, Decimal(20)) == Decimal(expected)

    def test_balance_is_shared_between_its_conditions(self) -> None:
        assert balance(Decimal(10), True, False) == Decimal(5)
        assert balance(Decimal(10), True, True) == Decimal(10)
        assert balance(Decimal(10), False, False) == balance(Decimal(10)) == Decimal(0)
