from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as some

from lms.timetable.walltime import to_utc, to_wall


class TestToUtc:
    def test_follows_morocco_back_to_utc(self) -> None:
        """Golden example G14."""
        assert to_utc(date(2026, 10, 5), time(9)) == datetime(2026, 10, 5, 9, tzinfo=UTC)
        assert to_utc(date(2026, 6, 15), time(9)) == datetime(2026, 6, 15, 8, tzinfo=UTC)

    @given(
        some.dates(date(2020, 1, 1), date(2035, 1, 1)),
        some.times(time(6), time(22)).map(lambda t: t.replace(second=0, microsecond=0)),
    )
    def test_shows_the_same_time_on_the_wall_again(self, day: date, at: time) -> None:
        wall = to_wall(to_utc(day, at))
        assert (wall.date(), wall.time()) == (day, at)
