from datetime import UTC, date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.clock import CASABLANCA
from lms.demo.dates import at_work, in_the_evening, terms, windows
from lms.demo.stories import Intake

days = st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31))


class TestTerms:
    @given(today=days)
    def test_lie_around_any_day(self, today: date) -> None:
        finished, running, coming = terms(today)

        assert [term.intake for term in (finished, running, coming)] == list(Intake)
        assert timedelta(weeks=4) < today - finished.ends_on < timedelta(weeks=7)
        assert timedelta(days=25) <= today - running.starts_on <= timedelta(days=31)
        assert today < running.ends_on
        assert timedelta(days=8) <= coming.starts_on - today <= timedelta(days=14)

    @given(today=days)
    def test_start_in_three_different_months(self, today: date) -> None:
        assert len({(term.starts_on.year, term.starts_on.month) for term in terms(today)}) == 3


class TestWindows:
    @given(today=days, minutes=st.lists(st.integers(min_value=600, max_value=3000), min_size=1, max_size=4))
    def test_follow_one_another_and_leave_room_for_second_sittings(self, today: date, minutes: list[int]) -> None:
        for term in terms(today):
            found = windows(term, minutes)

            assert found[0][0] == term.starts_on
            assert found[-1][1] == term.ends_on - timedelta(days=14)
            assert all(opens_on <= due_on for opens_on, due_on in found)
            for (_opens_on, due_on), (next_opens_on, _due_on) in pairwise(found):
                assert next_opens_on == due_on + timedelta(days=1)


class TestHours:
    def test_are_told_in_utc_as_all_moments_are(self) -> None:
        assert at_work(date(2026, 7, 6), Random(1)).tzinfo is UTC

    @given(day=days, seed=st.integers())
    def test_of_those_who_work_are_on_working_days(self, day: date, seed: int) -> None:
        at = at_work(day, Random(seed)).astimezone(CASABLANCA)

        assert at.weekday() < 5
        assert 9 <= at.hour < 17
        assert timedelta(0) <= at.date() - day <= timedelta(days=2)

    @given(day=days, seed=st.integers())
    def test_of_those_who_learn_are_in_the_evening_of_that_day(self, day: date, seed: int) -> None:
        at = in_the_evening(day, Random(seed)).astimezone(CASABLANCA)

        assert at.date() == day
        assert 18 <= at.hour < 23
