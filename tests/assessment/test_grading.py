"""Grading, by examples of the rules and as properties: bounds, monotony, no dependence on order, exactness."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.assessment.draw import Put, put
from lms.assessment.grading import (
    Answered,
    Criterion,
    half_up,
    marked,
    may_pass,
    out_of_twenty,
    rubric_mark,
    share,
)
from lms.assessment.responses import clean
from tests.factories import BODIES, RIGHT, SOLUTIONS

IDS = st.lists(st.text("abcdefgh", min_size=1, max_size=3), min_size=2, max_size=8, unique=True)


def made(kind: str) -> Put:
    return put(12, kind, BODIES[kind], 5)


def worth(kind: str, raw: Any) -> Fraction:
    return share(made(kind), SOLUTIONS[kind], clean(made(kind), raw))


class TestShare:
    @pytest.mark.parametrize("kind", sorted(BODIES))
    def test_is_one_for_a_right_answer_and_nothing_for_none(self, kind: str) -> None:
        assert worth(kind, RIGHT[kind]) == 1
        assert worth(kind, None) == 0

    @pytest.mark.parametrize(("kind", "raw", "expected"), [
        ("single_choice", "answer", Fraction(0)),
        ("multiple_choice", ["a"], Fraction(1, 2)),
        ("multiple_choice", ["a", "b"], Fraction(0)),
        ("multiple_choice", ["a", "c", "b"], Fraction(1, 2)),
        ("multiple_choice", ["a", "b", "c", "d"], Fraction(0)),
        ("multiple_choice", ["b", "d"], Fraction(0)),
        ("true_false", "false", Fraction(0)),
        ("numeric", "12.6", Fraction(1)),
        ("numeric", "12.4", Fraction(1)),
        ("numeric", "12.601", Fraction(0)),
        ("numeric", "١٢٫٥", Fraction(1)),
        ("numeric", "twelve", Fraction(0)),
        ("short_text", "GIT   commit ", Fraction(1)),
        ("short_text", "comit", Fraction(0)),
        ("ordering", {"one": 2, "two": 3, "three": 1}, Fraction(1, 2)),
        ("ordering", {"one": 3, "two": 2, "three": 1}, Fraction(0)),
        ("ordering", {"one": 1, "two": 2}, Fraction(1, 2)),
        ("ordering", {"one": 1, "two": 1, "three": 1}, Fraction(0)),
        ("matching", {"sun": "day", "moon": "tide"}, Fraction(1, 2)),
        ("matching", {"moon": "night"}, Fraction(1, 2)),
    ])  # fmt: skip
    def test_gives_part_for_part(self, kind: str, raw: Any, expected: Fraction) -> None:
        assert worth(kind, raw) == expected

    @given(IDS, st.data())
    def test_of_several_choices_stays_in_bounds_and_ignores_order(self, ids: list[str], data: st.DataObject) -> None:
        key = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1, unique=True))
        ticked = data.draw(st.lists(st.sampled_from(ids), unique=True))
        asked = Put(1, "multiple_choice", tuple(ids))
        given_share = share(asked, {"key": key}, ticked or None)

        assert 0 <= given_share <= 1
        assert (given_share == 1) == (set(ticked) == set(key))
        assert given_share == share(asked, {"key": key[::-1]}, ticked[::-1] or None)

    @given(IDS, st.data())
    def test_of_several_choices_grows_with_a_right_tick_and_falls_with_a_wrong_one(
        self, ids: list[str], data: st.DataObject
    ) -> None:
        key = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1, unique=True))
        ticked = data.draw(st.lists(st.sampled_from(ids), unique=True))
        more = data.draw(st.sampled_from(ids))
        assume(more not in ticked)
        asked = Put(1, "multiple_choice", tuple(ids))
        before, after = (share(asked, {"key": key}, list(t) or None) for t in (ticked, [*ticked, more]))

        assert after >= before if more in key else after <= before

    @given(IDS, st.data())
    def test_of_an_order_is_full_for_it_alone(self, ids: list[str], data: st.DataObject) -> None:
        key, answer = ids, data.draw(st.permutations(ids))
        asked = Put(1, "ordering", tuple(sorted(ids)))
        places = {item: place for place, item in enumerate(answer, 1)}
        given_share = share(asked, {"key": key}, places)

        assert 0 <= given_share <= 1
        assert (given_share == 1) == (list(answer) == key)
        assert (given_share * (len(ids) - 1)).denominator == 1

    @given(IDS, IDS, st.data())
    def test_of_pairs_counts_the_right_ones(self, prompts: list[str], options: list[str], data: st.DataObject) -> None:
        pairs = st.fixed_dictionaries({prompt: st.sampled_from(options) for prompt in prompts})
        key, answer = data.draw(pairs), data.draw(pairs)
        asked = Put(1, "matching", tuple(options), tuple(prompts))
        right = [prompt for prompt in prompts if key[prompt] == answer[prompt]]

        assert share(asked, {"key": key}, answer) == Fraction(len(right), len(prompts))

    @given(st.decimals(-1000, 1000, places=3), st.decimals(0, 10, places=3), st.decimals(-1000, 1000, places=3))
    def test_of_a_number_is_exact_at_the_edge(self, key: Decimal, tolerance: Decimal, given_number: Decimal) -> None:
        solution = {"key": str(key), "tolerance": str(tolerance)}
        asked = Put(1, "numeric")

        assert share(asked, solution, f"{key + tolerance:f}") == 1
        assert share(asked, solution, f"{key - tolerance:f}") == 1
        assert share(asked, solution, f"{given_number:f}") == (abs(given_number - key) <= tolerance)


class TestMarked:
    @given(
        st.lists(st.tuples(st.sampled_from(sorted(BODIES)), st.booleans(), st.integers(1, 10)), min_size=1, max_size=20)
    )
    def test_stays_in_bounds_and_ignores_the_order_of_questions(self, shape: list[tuple[str, bool, int]]) -> None:
        answers = [
            Answered(
                put(n, kind, BODIES[kind], 5), Decimal(points), SOLUTIONS[kind],
                clean(made(kind), RIGHT[kind]) if right else None,
            )
            for n, (kind, right, points) in enumerate(shape)
        ]  # fmt: skip
        result = marked(answers)
        earned = sum(points for _kind, right, points in shape if right)
        most = sum(points for _kind, _right, points in shape)

        assert 0 <= result.mark <= 20
        assert result.mark == half_up(Fraction(20 * earned, most), 1)
        assert marked(answers[::-1]) == result
        assert sum(Decimal(points) for points in result.points.values()) == earned

    def test_rounds_a_half_up(self) -> None:
        assert out_of_twenty(Fraction(1), Fraction(400)) == Decimal("0.1")  # 0.05 exactly
        assert out_of_twenty(Fraction(2), Fraction(3)) == Decimal("13.3")
        assert out_of_twenty(Fraction(0), Fraction(0)) == 0

    @given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 3))
    def test_never_drifts_by_more_than_half_a_place(self, top: int, bottom: int, places: int) -> None:
        value = Fraction(top, bottom)
        gap = Fraction(half_up(value, places)) - value

        assert -Fraction(1, 2 * 10**places) < gap <= Fraction(1, 2 * 10**places)


CRITERIA = [Criterion("aim", 1, False), Criterion("method", 2, True), Criterion("style", 1, False)]
LEVELS = st.fixed_dictionaries({criterion.id: st.integers(1, 4) for criterion in CRITERIA})


class TestRubricMark:
    @pytest.mark.parametrize(("levels", "expected"), [
        ({"aim": 4, "method": 4, "style": 4}, "20"), ({"aim": 1, "method": 1, "style": 1}, "5"),
        ({"aim": 3, "method": 3, "style": 2}, "13.8"),  # 20 × 11 ÷ 16 = 13.75
        ({"aim": 4, "method": 1, "style": 4}, "11.9"),  # 12.5, kept below the pass mark
    ])  # fmt: skip
    def test_is_the_weighted_share_of_twenty(self, levels: dict[str, int], expected: str) -> None:
        assert rubric_mark(CRITERIA, levels) == Decimal(expected)

    @given(LEVELS)
    def test_never_passes_with_a_critical_criterion_insufficient(self, levels: dict[str, int]) -> None:
        assert may_pass(CRITERIA, levels) == (levels["method"] >= 2)
        if levels["method"] == 1:
            assert rubric_mark(CRITERIA, levels) < 12

    @given(LEVELS, st.sampled_from(["aim", "method", "style"]))
    def test_grows_with_every_level(self, levels: dict[str, int], name: str) -> None:
        assume(levels[name] < 4)
        better = levels | {name: levels[name] + 1}

        assert 5 <= rubric_mark(CRITERIA, levels) <= rubric_mark(CRITERIA, better) <= 20
        assert rubric_mark(CRITERIA[::-1], levels) == rubric_mark(CRITERIA, levels)
