from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.admissions.ranking import Candidate, Outcome, Rules, Tie, draw_of, ranked

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)


def candidate(number: int, points: str, *, favoured: bool = False, hours: int = 0, counted: bool = False) -> Candidate:
    return Candidate(number, Decimal(points), favoured, NOON + timedelta(hours=hours), counted)


candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10_000),
        st.integers(0, 20).map(Decimal),
        st.booleans(),
        st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
        st.booleans(),
    ),
    unique_by=lambda one: one.application_id,
    max_size=40,
)
rules = st.builds(Rules, st.integers(1, 15), st.integers(0, 15), st.integers(0, 99), st.sampled_from([0, 40, 50, 100]))


class TestRanked:
    def test_orders_by_points_then_region_then_date_then_draw(self) -> None:
        first, second = sorted((6, 7), key=lambda number: draw_of(3, number))
        people = [
            candidate(1, "70"), candidate(2, "80"), candidate(3, "80", favoured=True), candidate(4, "80", hours=-1),
            candidate(first, "60"), candidate(second, "60"),
        ]  # fmt: skip

        lines = ranked(people, Rules(places=2, waiting=2, seed=3))

        assert [line.candidate.application_id for line in lines] == [3, 4, 2, 1, first, second]
        assert [line.tie for line in lines] == [None, Tie.REGION, Tie.DATE, None, None, Tie.DRAW]
        assert [line.outcome for line in lines] == [Outcome.ADMITTED] * 2 + [Outcome.WAITLISTED] * 2 + [
            Outcome.REFUSED
        ] * 2

    def test_moves_up_as_few_as_the_quota_takes_and_says_so(self) -> None:
        people = [candidate(number, str(90 - number), counted=number in (1, 7, 8, 9)) for number in range(1, 11)]

        lines = ranked(people, Rules(places=5, waiting=2, seed=1, counted_percent=40))

        assert [line.candidate.application_id for line in lines[:5]] == [1, 2, 3, 4, 7]
        assert [line.candidate.application_id for line in lines if line.moved_by_quota] == [7, 5, 6]
        assert [line.candidate.application_id for line in lines[5:7]] == [5, 6]

    def test_leaves_the_quota_unmet_when_too_few_apply(self) -> None:
        people = [candidate(number, str(90 - number), counted=number == 9) for number in range(1, 10)]

        lines = ranked(people, Rules(places=4, waiting=0, seed=1, counted_percent=50))

        assert [line.candidate.application_id for line in lines if line.outcome is Outcome.ADMITTED] == [1, 2, 3, 9]

    @given(candidates, rules, st.randoms())
    def test_is_the_same_list_from_the_same_data_in_any_order(
        self, people: list[Candidate], by: Rules, order: object
    ) -> None:
        shuffled = list(people)
        order.shuffle(shuffled)  # type: ignore[attr-defined]

        assert ranked(shuffled, by) == ranked(people, by)

    @given(candidates, rules)
    def test_fills_the_places_and_meets_the_quota_as_far_as_it_can(self, people: list[Candidate], by: Rules) -> None:
        lines = ranked(people, by)

        inside = [line.candidate for line in lines if line.outcome is Outcome.ADMITTED]
        assert len(inside) == min(by.places, len(people))
        wanted = -(-len(inside) * by.counted_percent // 100)
        assert sum(one.is_counted for one in inside) >= min(wanted, sum(one.is_counted for one in people))
        assert [line.rank for line in lines] == list(range(1, len(people) + 1))

    @given(candidates, rules)
    def test_without_the_quota_nobody_with_fewer_points_comes_first(self, people: list[Candidate], by: Rules) -> None:
        lines = ranked(people, Rules(by.places, by.waiting, by.seed))

        points = [line.candidate.points for line in lines]
        assert points == sorted(points, reverse=True)
        assert not any(line.moved_by_quota for line in lines)
