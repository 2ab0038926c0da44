from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as some

from lms.timetable.calendar_days import DayOff, InstituteCalendar, Period, PeriodKind
from lms.timetable.generator import HalfDay, ToTeach, generate, next_free_day
from lms.timetable.lifecycle import Half

MONDAY = date(2027, 3, 1)
LAST = date(2027, 6, 30)
MORNINGS = [HalfDay(weekday, Half.MORNING, time(9), time(12, 30)) for weekday in (0, 1)]
FRIDAY_AFTERNOON = HalfDay(4, Half.AFTERNOON, time(14), time(17, 30))
OPEN = InstituteCalendar()


def module(minutes: int, *, opens_on: date = MONDAY, due_on: date = LAST, key: int = 1) -> ToTeach:
    return ToTeach(key, minutes, opens_on, due_on)


def off(day: date, *, is_estimated: bool = False) -> InstituteCalendar:
    return InstituteCalendar([DayOff(1, day, day, "Aïd", "Eid", is_estimated)])


class TestGenerate:
    def test_gives_half_days_until_the_hours_are_taught_and_cuts_the_last(self) -> None:
        slots = generate(MORNINGS, [module(500)], OPEN, LAST).slots

        assert [(slot.day, slot.minutes) for slot in slots] == [
            (date(2027, 3, 1), 210), (date(2027, 3, 2), 210), (date(2027, 3, 8), 80)
        ]  # fmt: skip
        assert slots[-1].ends == time(10, 20)

    def test_steps_over_holidays_estimated_ones_too_and_breaks(self) -> None:
        for calendar in (off(MONDAY), off(MONDAY, is_estimated=True),
                         InstituteCalendar(periods=[Period(PeriodKind.BREAK, MONDAY, MONDAY)])):  # fmt: skip
            assert [slot.day for slot in generate(MORNINGS, [module(210)], calendar, LAST).slots] == [date(2027, 3, 2)]

    def test_keeps_to_the_hours_of_ramadan_and_of_fridays(self) -> None:
        ramadan = Period(PeriodKind.RAMADAN, MONDAY, MONDAY + timedelta(days=6), time(9, 30), time(12))
        friday = Period(PeriodKind.FRIDAY, MONDAY, LAST, time(15))
        calendar = InstituteCalendar(periods=[ramadan, friday])
        slots = generate([MORNINGS[0], FRIDAY_AFTERNOON], [module(900)], calendar, LAST).slots

        assert [(slot.day, slot.starts, slot.ends) for slot in slots[:3]] == [
            (MONDAY, time(9, 30), time(12)), (date(2027, 3, 8), time(9), time(12, 30)),
            (date(2027, 3, 12), time(15), time(17, 30)),
        ]  # fmt: skip
        assert [slot.is_shortened for slot in slots[:3]] == [True, False, True]

    def test_says_what_found_no_place_and_what_comes_late(self) -> None:
        made = generate(MORNINGS, [module(700, due_on=MONDAY)], OPEN, MONDAY + timedelta(days=1))

        assert made.missing == {1: 280}
        assert [slot.is_late for slot in made.slots] == [False, True]

    @given(
        some.lists(
            some.tuples(some.integers(0, 4), some.sampled_from([Half.MORNING, Half.AFTERNOON])),
            unique=True,
            max_size=10,
        ),
        some.lists(some.tuples(some.integers(0, 2000), some.integers(0, 60)), max_size=5),
        some.lists(some.integers(0, 120), max_size=20),
    )
    def test_teaches_every_minute_once_on_open_days(
        self, lines: list[tuple[int, Half]], wanted: list[tuple[int, int]], closed: list[int]
    ) -> None:
        hours = {Half.MORNING: (time(9), time(12, 30)), Half.AFTERNOON: (time(14), time(17, 30))}
        pattern = [HalfDay(weekday, half, *hours[half]) for weekday, half in lines]
        modules = [
            module(minutes, opens_on=MONDAY + timedelta(days=after), key=key)
            for key, (minutes, after) in enumerate(wanted)
        ]
        days = [MONDAY + timedelta(days=number) for number in closed]
        calendar = InstituteCalendar([DayOff(n, day, day, "", "") for n, day in enumerate(days)])
        made = generate(pattern, modules, calendar, LAST)

        assert len({(slot.day, slot.half) for slot in made.slots}) == len(made.slots)
        for one in modules:
            mine = [slot for slot in made.slots if slot.module_id == one.module_id]
            assert sum(slot.minutes for slot in mine) + made.missing.get(one.module_id, 0) == one.minutes
            assert all(one.opens_on <= slot.day <= LAST and slot.day not in days for slot in mine)


class TestNextFreeDay:
    def test_is_open_and_free_of_the_moon(self) -> None:
        calendar = off(date(2027, 3, 3), is_estimated=True)
        found = next_free_day(MONDAY, time(9), time(12, 30), Half.MORNING, calendar, LAST)
        assert found == date(2027, 3, 5)

    def test_is_none_after_the_last_day(self) -> None:
        assert next_free_day(LAST, time(9), time(12), Half.MORNING, OPEN, LAST) is None
