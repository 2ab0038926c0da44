"""The draw, as properties: whatever the bank, the rules and the seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.draw import NotEnoughQuestions, Put, Rule, chosen, put
from tests.factories import BODIES

TAGS = st.sampled_from(["a", "b", "c", "d"])
BANKS = st.dictionaries(st.integers(1, 500), st.lists(TAGS, min_size=1, max_size=3, unique=True), max_size=30)
RULES = st.lists(
    st.builds(Rule, st.frozensets(TAGS, min_size=1, max_size=2), st.integers(1, 4)), min_size=1, max_size=4
)
SEEDS = st.integers(0, 2**31 - 1)


class TestChosen:
    @given(BANKS, RULES, SEEDS)
    def test_fills_every_rule_without_repeating_a_question(
        self, bank: dict[int, list[str]], rules: list[Rule], seed: int
    ) -> None:
        try:
            drawn = chosen(bank, rules, seed)
        except NotEnoughQuestions:
            return
        assert len(drawn) == len(set(drawn)) == sum(rule.count for rule in rules)
        for rule in rules:
            assert sum(rule.tags <= set(bank[question]) for question in drawn) >= rule.count

    @given(BANKS, RULES, SEEDS)
    def test_does_not_depend_on_the_order_of_the_bank(
        self, bank: dict[int, list[str]], rules: list[Rule], seed: int
    ) -> None:
        backwards = dict(reversed(bank.items()))
        try:
            drawn = chosen(bank, rules, seed)
        except NotEnoughQuestions:
            with pytest.raises(NotEnoughQuestions):
                chosen(backwards, rules, seed)
            return
        assert chosen(backwards, rules, seed) == drawn

    @given(st.lists(TAGS, min_size=1, max_size=12), SEEDS)
    def test_never_gives_up_while_an_assignment_exists(self, tags: list[str], seed: int) -> None:
        """One question for each slot, each bearing that slot's tag and every other: any may be taken first by mistake."""
        bank = {number: [tag, "a"] for number, tag in enumerate(tags)}
        rules = [Rule(frozenset({tag}), 1) for tag in tags]

        assert sorted(chosen(bank, rules, seed)) == sorted(bank)

    def test_moves_a_question_to_another_rule_when_that_is_the_only_way(self) -> None:
        bank = {1: ["a", "b"], 2: ["a"]}

        for seed in range(50):
            assert sorted(chosen(bank, [Rule(frozenset("a"), 1), Rule(frozenset("b"), 1)], seed)) == [1, 2]

    def test_says_when_the_bank_is_too_small(self) -> None:
        with pytest.raises(NotEnoughQuestions):
            chosen({1: ["a"]}, [Rule(frozenset("a"), 2)], 7)

    def test_gives_every_question_its_turn(self) -> None:
        bank = {number: ["a"] for number in range(10)}
        times = dict.fromkeys(bank, 0)
        for seed in range(2000):
            for question in chosen(bank, [Rule(frozenset("a"), 3)], seed):
                times[question] += 1

        assert all(500 < count < 700 for count in times.values())  # 600 expected; 5 standard deviations are 102

    def test_is_the_same_for_ever(self) -> None:
        bank = {number: ["a"] for number in range(1, 9)}

        assert chosen(bank, [Rule(frozenset("a"), 4)], 2026) == [8, 3, 1, 4]


class TestPut:
    @given(st.sampled_from(sorted(BODIES)), SEEDS)
    def test_offers_everything_once_and_survives_storage(self, kind: str, seed: int) -> None:
        body = BODIES[kind]
        made = put(12, kind, body, seed)

        offered = body.get("choices") or body.get("items") or body.get("options") or {}
        assert sorted(made.order) == sorted(offered)
        assert list(made.prompts) == list(body.get("prompts", {}))
        assert Put.from_json(made.as_json()) == made

    def test_shuffles_differently_for_different_seeds(self) -> None:
        orders = {put(12, "multiple_choice", BODIES["multiple_choice"], seed).order for seed in range(200)}

        assert len(orders) == 24
