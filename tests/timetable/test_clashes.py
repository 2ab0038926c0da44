"""INV-04: a room, a facilitator and a cohort are in one place at a time, and travel takes time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from lms.timetable.clashes import Booking, ClashKind, clashes

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def travel(one: int, other: int) -> int:
    return 0 if one == other else 30 * abs(one - other)


def booking(key: int, start: int, length: int = 120, **claims: object) -> Booking:
    """``start`` and ``length`` in minutes after nine."""
    begins = NINE + timedelta(minutes=start)
    facts: dict[str, object] = {"cohort_id": 1000 + key} | claims
    return Booking(key=key, starts_at=begins, ends_at=begins + timedelta(minutes=length), **facts)  # type: ignore[arg-type]


def kinds(wanted: Booking, *standing: Booking) -> set[ClashKind]:
    return {clash.kind for clash in clashes([wanted], standing, travel, 120)}


class TestClashes:
    def test_are_none_when_one_ends_as_the_other_starts(self) -> None:
        assert kinds(booking(-1, 0, room_id=1, cohort_id=7), booking(2, 120, room_id=1, cohort_id=7)) == set()

    def test_name_what_is_needed_twice(self) -> None:
        assert kinds(booking(-1, 0, room_id=1), booking(2, 60, room_id=1)) == {ClashKind.ROOM}
        assert kinds(booking(-1, 60, facilitators=frozenset({4})), booking(2, 0, facilitators=frozenset({4, 5}))) == {
            ClashKind.FACILITATOR
        }
        assert kinds(booking(-1, 0, cohort_id=7), booking(2, 60, cohort_id=7)) == {ClashKind.COHORT}
        assert kinds(booking(-1, 0, people=frozenset({9})), booking(2, 60, people=frozenset({9}))) == {ClashKind.PERSON}

    def test_let_two_groups_of_a_cohort_meet_at_once_unless_somebody_is_in_both(self) -> None:
        first = booking(-1, 0, cohort_id=7, group_id=1, people=frozenset({1, 2}))
        assert kinds(first, booking(2, 0, cohort_id=7, group_id=2, people=frozenset({3}))) == set()
        assert kinds(first, booking(2, 0, cohort_id=7, group_id=2, people=frozenset({2}))) == {ClashKind.COHORT}
        assert kinds(first, booking(2, 0, cohort_id=7, people=frozenset({1, 2, 3}))) == {ClashKind.COHORT}

    def test_count_the_way_between_two_sites(self) -> None:
        lead = frozenset({4})
        here = booking(-1, 0, site_id=1, facilitators=lead)
        assert kinds(here, booking(2, 149, site_id=2, facilitators=lead)) == {ClashKind.TRAVEL}
        assert kinds(here, booking(2, 150, site_id=2, facilitators=lead)) == set()
        assert kinds(here, booking(2, 120, facilitators=lead)) == set()
        assert kinds(here, booking(2, 120, site_id=1, facilitators=lead)) == set()

    def test_say_how_many_places_a_room_lacks(self) -> None:
        (clash,) = clashes([booking(-1, 0, capacity=2, people=frozenset({1, 2, 3}))], [], travel, 60)
        assert (clash.kind, clash.minutes) == (ClashKind.CAPACITY, 1)

    def test_do_not_count_what_the_booking_stands_for(self) -> None:
        assert kinds(booking(2, 30, room_id=1), booking(2, 0, room_id=1)) == set()

    @given(
        some.lists(
            some.tuples(
                some.integers(0, 600),
                some.integers(30, 240),
                some.integers(1, 3),
                some.integers(1, 3),
                some.integers(1, 4),
            ),
            max_size=12,
        )
    )
    def test_leave_nobody_in_two_places_when_there_are_none(self, drawn: list[tuple[int, int, int, int, int]]) -> None:
        """Take each booking that clashes with none taken before; the day that results can be lived."""
        taken: list[Booking] = []
        for key, (start, length, room, lead, cohort) in enumerate(drawn, 1):
            wanted = booking(
                key, start, length, room_id=room, site_id=room, facilitators=frozenset({lead}), cohort_id=cohort
            )
            if not clashes([wanted], taken, travel, 60):
                taken.append(wanted)
        for name in ("room_id", "facilitators", "cohort_id"):
            by_claim: dict[object, list[Booking]] = {}
            for one in sorted(taken, key=lambda one: one.starts_at):
                by_claim.setdefault(getattr(one, name), []).append(one)
            for line in by_claim.values():
                for earlier, later in pairwise(line):
                    way = timedelta(minutes=travel(earlier.site_id or 0, later.site_id or 0))
                    assert earlier.ends_at + way <= later.starts_at

    @given(some.lists(some.tuples(some.integers(0, 300), some.integers(1, 3)), min_size=2, max_size=8), some.randoms())
    def test_do_not_depend_on_the_order(self, drawn: list[tuple[int, int]], random: object) -> None:
        bookings = [booking(key, start, room_id=room) for key, (start, room) in enumerate(drawn, 1)]
        shuffled = bookings.copy()
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert set(clashes(bookings, [], travel, 60)) == set(clashes(shuffled, [], travel, 60))
