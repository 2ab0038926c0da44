"""The limits of docs/rules.md §23, for any figures."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.calendar_months import months_after
from lms.exemptions.lifecycle import FOLLOWING, GRANTED, OUTCOMES, RequestState, may_follow
from lms.exemptions.limits import (
    Limit,
    Party,
    Reach,
    Ruling,
    Scope,
    is_current,
    limits,
    may_assess,
    missing_to_send,
    most_minutes,
    reach_of,
)

S = RequestState
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
SCOPES = st.builds(
    Scope, module=st.integers(1, 5000), reach=st.sampled_from(Reach), programme=st.integers(1, 30000),
    exempted_elsewhere=st.integers(0, 20000),
)  # fmt: skip
CODES = st.frozensets(st.sampled_from(["DEV.1", "DEV.2", "PED.1"]))
RULINGS = st.builds(
    Ruling, outcome=st.sampled_from(sorted(OUTCOMES)), minutes=st.integers(0, 6000), recognised=CODES, claimed=CODES,
    prescribes=st.booleans(),
)  # fmt: skip


class TestLimits:
    @given(RULINGS, SCOPES)
    def test_let_nothing_beyond_sixty_percent_of_the_programme(self, ruling: Ruling, scope: Scope) -> None:
        if limits(ruling, scope) or ruling.outcome not in GRANTED:
            return
        minutes = scope.module if ruling.outcome is S.FULL else ruling.minutes
        assert Fraction(scope.exempted_elsewhere + minutes, scope.programme) <= Fraction(60, 100)
        assert 0 < minutes <= scope.module

    @given(RULINGS, SCOPES)
    def test_never_exempt_observed_teaching_nor_all_of_a_module_with_mt3(self, ruling: Ruling, scope: Scope) -> None:
        if limits(ruling, scope):
            return
        assert not (scope.reach is Reach.NOTHING and ruling.outcome in GRANTED)
        assert not (scope.reach is Reach.PART and ruling.outcome is S.FULL)

    @given(RULINGS, SCOPES)
    def test_recognise_only_what_was_claimed(self, ruling: Ruling, scope: Scope) -> None:
        if not limits(ruling, scope):
            assert ruling.recognised <= ruling.claimed

    @given(SCOPES)
    def test_let_everything_be_refused(self, scope: Scope) -> None:
        assert limits(Ruling(S.REFUSED), scope) == []

    @given(SCOPES)
    def test_let_the_most_be_given(self, scope: Scope) -> None:
        most = most_minutes(scope)
        if not most:
            return
        claimed = frozenset({"DEV.1"})
        outcome = S.FULL if most == scope.module else S.PARTIAL
        assert limits(Ruling(outcome, most, claimed, claimed, prescribes=True), scope) == []
        assert limits(Ruling(S.PARTIAL, most + 1, claimed, claimed, prescribes=True), scope) != []

    @pytest.mark.parametrize(
        ("ruling", "found"),
        [
            (Ruling(S.FULL), []),
            (Ruling(S.PARTIAL, 0, prescribes=True), [Limit.NO_HOURS]),
            (Ruling(S.PARTIAL, 600, prescribes=True), [Limit.WHOLE_MODULE]),
            (Ruling(S.PARTIAL, 300), [Limit.NOTHING_PRESCRIBED]),
            (Ruling(S.FULL, claimed=frozenset({"DEV.1"})), [Limit.NOTHING_RECOGNISED]),
            (Ruling(S.REFUSED, 10), [Limit.HOURS_REFUSED]),
        ],
    )
    def test_are_named(self, ruling: Ruling, found: list[Limit]) -> None:
        assert limits(ruling, Scope(600, Reach.WHOLE, 2000, 0)) == found

    def test_count_what_other_modules_were_spared(self) -> None:
        """2,000 minutes: 1,200 at most, of which 601 are gone."""
        assert limits(Ruling(S.FULL), Scope(600, Reach.WHOLE, 2000, 600)) == []
        assert limits(Ruling(S.FULL), Scope(600, Reach.WHOLE, 2000, 601)) == [Limit.TOO_MANY_HOURS]


class TestReach:
    def test_follows_from_the_assessments(self) -> None:
        assert reach_of(["quiz", "practical"]) is Reach.WHOLE
        assert reach_of(["mt2", "mt3"]) is Reach.PART
        assert reach_of(["certifying-observation", "mt3"]) is Reach.NOTHING


class TestIsCurrent:
    @pytest.mark.parametrize(
        ("code", "dated_on", "counts"),
        [
            ("DEV-1", date(2021, 11, 23), True),
            ("DEV-1", date(2021, 11, 22), False),
            ("CLD-1", date(2023, 11, 23), True),
            ("CLD-1", date(2023, 11, 22), False),
            ("SEC-4", date(2022, 1, 1), False),
            ("AIO-2", date(2024, 1, 1), True),
        ],
    )
    def test_counts_years_to_the_day(self, code: str, dated_on: date, *, counts: bool) -> None:
        assert is_current(dated_on, date(2026, 11, 23), code) is counts

    @given(DAYS, DAYS, st.sampled_from(["DEV-1", "CLD-1"]))
    def test_never_counts_a_day_to_come_and_never_gains_with_age(self, dated_on: date, day: date, code: str) -> None:
        if is_current(dated_on, day, code):
            assert dated_on <= day
        elif dated_on <= day:
            assert not is_current(dated_on, day + timedelta(days=1), code)


class TestMissingToSend:
    def test_is_experience_and_one_recent_proof(self) -> None:
        day = date(2026, 11, 23)
        assert missing_to_send(36, [date(2010, 1, 1), date(2025, 1, 1)], day, "DEV-1") == []
        assert missing_to_send(35, [date(2025, 1, 1)], day, "DEV-1") == [Limit.LITTLE_EXPERIENCE]
        assert missing_to_send(36, [date(2010, 1, 1)], day, "DEV-1") == [Limit.NOTHING_CURRENT]


class TestMonthsAfter:
    @given(DAYS, st.integers(-120, 120))
    def test_lands_in_that_month(self, day: date, months: int) -> None:
        after = months_after(day, months)
        assert (after.year - day.year) * 12 + after.month - day.month == months
        assert after.day <= day.day


class TestMayAssess:
    def test_keeps_colleagues_and_oneself_out(self) -> None:
        candidate = Party(1, 7)
        assert may_assess(Party(2, 8), candidate)
        assert may_assess(Party(2, None), Party(1, None))
        assert not may_assess(Party(2, 7), candidate)
        assert not may_assess(Party(1, 7), candidate)


class TestLifecycle:
    @pytest.mark.parametrize("state", list(S))
    def test_ends_where_it_was_decided(self, state: RequestState) -> None:
        ends = GRANTED | {S.NOT_ADMISSIBLE, S.REFUSED, S.WITHDRAWN}
        assert (not FOLLOWING[state]) == (state in ends)
        assert not may_follow(state, S.DRAFT)
