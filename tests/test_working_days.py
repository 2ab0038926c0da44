from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.working_days import add_working_days, is_working_day, public_holidays, working_days_between

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))


class TestAddWorkingDays:
    def test_counts_golden_example_g13(self) -> None:
        """Lodged Thursday 28 October 2027, 20 working days: 18 November is a holiday, 31 October and 6 November are not
        on working days."""
        assert add_working_days(date(2027, 10, 28), 20) == date(2027, 11, 26)

    def test_skips_the_week_end_and_the_estimated_holidays(self) -> None:
        assert add_working_days(date(2027, 3, 8), 1) == date(2027, 3, 11)  # Eid al-Fitr, 9 and 10 March
        assert add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)

    def test_takes_the_holidays_it_is_given(self) -> None:
        assert add_working_days(date(2027, 11, 17), 1, {date(2027, 11, 19)}) == date(2027, 11, 18)

    def test_of_none_is_the_day_itself(self) -> None:
        assert add_working_days(date(2026, 11, 28), 0) == date(2026, 11, 28)

    @given(days, st.integers(1, 60))
    def test_ends_on_a_working_day_and_counts_back(self, day: date, count: int) -> None:
        last = add_working_days(day, count)

        assert is_working_day(last)
        assert working_days_between(day, last) == count
        assert add_working_days(day, count + 1) > last

    @given(days, st.integers(0, 60))
    def test_starts_no_earlier_for_a_later_day(self, day: date, count: int) -> None:
        assert add_working_days(day + timedelta(days=1), count) >= add_working_days(day, count)


class TestPublicHolidays:
    def test_are_in_order_and_say_which_depend_on_the_moon(self) -> None:
        found = public_holidays(2027)

        assert [holiday.day for holiday in found] == sorted(holiday.day for holiday in found)
        assert [holiday.name_en for holiday in found if holiday.is_estimated][:2] == ["Eid al-Fitr"] * 2
        assert sum(not holiday.is_estimated for holiday in found) == 11

    def test_of_other_years_are_the_fixed_ones(self) -> None:
        assert len(public_holidays(2031)) == 11
