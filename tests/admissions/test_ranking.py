"""The ranking: properties that hold for any list, and worked examples."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.admissions.points import balance_points, consolidated, experience_points
from lms.admissions.ranking import Candidate, Outcome, Places, Ranked, Reason, TieBreak, least, ranked

WOMAN, MAN = "female", "male"
candidates = st.lists(
    st.builds(
        Candidate, id=st.integers(1, 10_000), track_id=st.integers(1, 2),
        total=st.integers(0, 6).map(lambda points: Decimal(points) / 2), is_favoured=st.booleans(),
        completed_at=st.sampled_from(["2027-01-10", "2027-01-11"]), group=st.sampled_from([WOMAN, MAN, ""]),
    ),
    max_size=40, unique_by=lambda candidate: candidate.id,
)  # fmt: skip
places = st.builds(Places, admitted=st.integers(1, 12), waiting=st.integers(0, 6))
percents = st.integers(1, 100)


def both(each: Places) -> dict[int, Places]:
    return {1: each, 2: each}


class TestRanked:
    @given(candidates, places, percents, st.randoms())
    def test_is_the_same_whatever_order_the_files_come_in(
        self, rows: list[Candidate], each: Places, percent: int, random: object
    ) -> None:
        again = list(rows)
        random.shuffle(again)  # type: ignore[attr-defined]
        assert ranked(again, both(each), {WOMAN: percent}, "seed") == ranked(rows, both(each), {WOMAN: percent}, "seed")

    @given(candidates, places, percents)
    def test_fills_every_place_and_no_more(self, rows: list[Candidate], each: Places, percent: int) -> None:
        found = ranked(rows, both(each), {WOMAN: percent}, "seed")
        assert sorted(row.id for row in found) == sorted(row.id for row in rows)
        for track in (1, 2):
            listed = [row for row in found if row.track_id == track]
            counts = Counter(row.outcome for row in listed)
            assert [row.rank for row in listed] == list(range(1, len(listed) + 1))
            assert counts[Outcome.ADMITTED] == min(each.admitted, len(listed))
            assert counts[Outcome.WAITLISTED] == min(each.waiting, len(listed) - counts[Outcome.ADMITTED])
            order = [list(Outcome).index(row.outcome) for row in listed]
            assert order == sorted(order)

    @given(candidates, places, percents)
    def test_keeps_the_share_as_far_as_candidates_suffice(
        self, rows: list[Candidate], each: Places, percent: int
    ) -> None:
        group_of = {row.id: row.group for row in rows}
        found = ranked(rows, both(each), {WOMAN: percent}, "seed")
        for track in (1, 2):
            women = sum(row.group == WOMAN for row in rows if row.track_id == track)
            admitted = sum(
                group_of[row.id] == WOMAN for row in found if row.track_id == track and row.outcome is Outcome.ADMITTED
            )
            assert admitted >= min(women, least(each.admitted, percent))

    @given(candidates, places, percents)
    def test_passes_nobody_over_but_for_the_share(self, rows: list[Candidate], each: Places, percent: int) -> None:
        facts = {row.id: row for row in rows}
        found = ranked(rows, both(each), {WOMAN: percent}, "seed")
        for better in found:
            for worse in found:
                if better.track_id != worse.track_id or facts[better.id].total <= facts[worse.id].total:
                    continue
                passed = list(Outcome).index(better.outcome) > list(Outcome).index(worse.outcome)
                assert better.merit < worse.merit
                assert not passed or facts[worse.id].group == WOMAN != facts[better.id].group
                if facts[worse.id].group != WOMAN:
                    assert not passed


def order(rows: Sequence[Ranked]) -> list[tuple[int, Outcome, Reason, TieBreak]]:
    return [(row.id, row.outcome, row.reason, row.tie_break) for row in rows]


class TestTies:
    def test_go_to_the_favoured_region_then_the_earlier_file_then_the_lot(self) -> None:
        def one(number: int, day: int, *, favoured: bool = False) -> Candidate:
            return Candidate(number, 1, Decimal(70), favoured, f"2027-01-{day:02}", MAN)

        found = ranked([one(1, 9), one(2, 3), one(3, 12, favoured=True), one(4, 9)], {1: Places(4, 0)}, {}, "seed")
        assert [row.tie_break for row in found] == [TieBreak.NONE, TieBreak.REGION, TieBreak.COMPLETED, TieBreak.DRAW]
        assert [row.id for row in found][:2] == [3, 2]

    def test_are_drawn_otherwise_with_another_seed(self) -> None:
        rows = [Candidate(number, 1, Decimal(70), False, "2027-01-09", MAN) for number in range(1, 9)]
        lists = {tuple(row.id for row in ranked(rows, {1: Places(4, 4)}, {}, seed)) for seed in ("a", "b", "c")}
        assert len(lists) > 1


class TestShare:
    def test_takes_the_last_place_and_says_so(self) -> None:
        totals = {1: (90, MAN), 2: (80, MAN), 3: (70, WOMAN), 4: (60, WOMAN)}
        rows = [Candidate(number, 1, Decimal(total), False, "", group) for number, (total, group) in totals.items()]
        assert order(ranked(rows, {1: Places(2, 1)}, {WOMAN: 40}, "seed")) == [
            (1, Outcome.ADMITTED, Reason.MERIT, TieBreak.NONE), (3, Outcome.ADMITTED, Reason.RESERVED, TieBreak.NONE),
            (2, Outcome.WAITLISTED, Reason.DISPLACED, TieBreak.NONE), (4, Outcome.REFUSED, Reason.PLACES_TAKEN, TieBreak.NONE),
        ]  # fmt: skip


class TestPoints:
    def test_are_the_mean_of_two_unless_they_are_far_apart(self) -> None:
        most = Decimal(40)
        assert consolidated([Decimal(30)], most).points is None
        assert consolidated([Decimal(30), Decimal(38)], most).points == 34  # 8 of 40: not beyond a fifth
        assert consolidated([Decimal(30), Decimal("38.01")], most).needs_third
        assert consolidated([Decimal(10), Decimal(30), Decimal(28)], most).points == 29
        assert consolidated([Decimal(10), Decimal(30), Decimal(20)], most).points == 20  # as far from both: all three

    def test_for_the_file_stop_at_the_most(self) -> None:
        assert experience_points(30, Decimal(2), Decimal(20)) == 20
        assert experience_points(3, Decimal(2), Decimal(20)) == 6
        args = ("MA-05", ["MA-05"], Decimal(6), Decimal(6), Decimal(10))
        assert balance_points(*args, is_woman=True) == 10
        assert balance_points(*args, is_woman=False) == 6
