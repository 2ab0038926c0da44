"""Which questions an attempt puts, and in which order, from a seed. Pure.

The order comes from hashes of seed and id, not from a random generator: it is the same on every machine and in every
version of Python, and does not depend on the order in which the questions were read.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class NotEnoughQuestions(Exception):
    """The bank cannot fill the draws without putting a question twice."""


@dataclass(frozen=True)
class Rule:
    """``count`` questions, each bearing all of ``tags``."""

    tags: frozenset[str]
    count: int


@dataclass(frozen=True)
class Put:
    """One question as it was put. ``order``: the ids offered, as served (choices, items, or the options to match);
    ``prompts``: what is to be matched, in the author's order. Kept with the attempt."""

    question_id: int
    kind: str
    order: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "question": self.question_id, "kind": self.kind, "order": list(self.order), "prompts": list(self.prompts),
        }  # fmt: skip

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Put":
        return cls(row["question"], row["kind"], tuple(row["order"]), tuple(row.get("prompts", ())))


def chosen(bank: Mapping[int, Collection[str]], rules: Sequence[Rule], seed: int) -> list[int]:
    """The ids of the questions to put, in order. ``bank``: each question's tags. Raises NotEnoughQuestions.

    Every slot of every rule gets a question of its own. Where tags overlap, a question already given to one slot moves
    to another that it also fits, so the draw fails only when no assignment at all exists.
    """
    shuffled = _shuffled(bank, seed, "draw")
    slots = [rule.tags for rule in rules for _slot in range(rule.count)]
    holder: dict[int, int] = {}
    for slot in range(len(slots)):
        if not _place(slot, slots, shuffled, bank, holder, set()):
            raise NotEnoughQuestions
    return _shuffled(holder, seed, "order")


def _place(
    slot: int, slots: Sequence[frozenset[str]], shuffled: Sequence[int], bank: Mapping[int, Collection[str]],
    holder: dict[int, int], tried: set[int],
) -> bool:  # fmt: skip
    fitting = [question for question in shuffled if question not in tried and slots[slot] <= set(bank[question])]
    for question in fitting:
        if question not in holder:
            holder[question] = slot
            return True
    for question in fitting:
        if question not in tried:
            tried.add(question)
            if _place(holder[question], slots, shuffled, bank, holder, tried):
                holder[question] = slot
                return True
    return False


def put(question_id: int, kind: str, body: Mapping[str, Any], seed: int) -> Put:
    """The question with what it offers shuffled. ``body`` as ``catalogue.models.Question`` keeps it."""
    offered: Mapping[str, Any] = body.get("choices") or body.get("items") or body.get("options") or {}
    order = _shuffled(offered, seed, f"choices:{question_id}")
    return Put(question_id, kind, tuple(order), tuple(body.get("prompts", ())))


def _shuffled(ids: Iterable[Any], seed: int, purpose: str) -> list[Any]:
    return sorted(ids, key=lambda name: hashlib.sha256(f"{seed}:{purpose}:{name}".encode()).digest())
