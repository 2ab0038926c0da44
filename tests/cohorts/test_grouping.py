from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms.cohorts.grouping import Person, share_out

people = st.lists(st.integers(0, 3), max_size=60).map(lambda kinds: [Person(n, kind) for n, kind in enumerate(kinds)])


class TestShareOut:
    @given(people, st.integers(1, 7))
    def test_makes_groups_that_differ_by_one_person_at_most(self, some: list[Person], count: int) -> None:
        placed = share_out(some, dict.fromkeys(range(count), 0))

        sizes = Counter(placed.values())
        assert set(placed) == {person.id for person in some}
        assert max(sizes[g] for g in range(count)) - min(sizes[g] for g in range(count)) <= 1

    def test_fills_the_smaller_groups_first(self) -> None:
        assert share_out([Person(1), Person(2)], {10: 3, 20: 1}) == {1: 20, 2: 20}

    def test_sets_colleagues_apart(self) -> None:
        some = [Person(1, "a"), Person(2, "b"), Person(3, "a"), Person(4, "b")]

        placed = share_out(some, {10: 0, 20: 0})

        assert placed[1] != placed[3]
        assert placed[2] != placed[4]

    def test_places_nobody_where_there_is_no_group(self) -> None:
        assert share_out([Person(1)], {}) == {}
