"""People shared out over groups as evenly as may be. Pure."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a cohort is divided for. A person is in one group for each purpose at most."""

    LANGUAGE = "language"
    PRACTICAL = "practical"
    PROJECT = "project"
    TUTORING = "tutoring"


@dataclass(frozen=True)
class Person:
    """``alike``: people with the same one, such as an employer, are set apart as far as may be."""

    id: int
    alike: Hashable = None


def share_out(people: Sequence[Person], sizes: Mapping[int, int]) -> dict[int, int]:
    """A group for each person: always one of the smallest, and of those the one with the fewest who are alike. ``sizes`` says how
    many each group has already. Sizes that were within one of each other stay so."""
    if not sizes:
        return {}
    now, alike = dict(sizes), Counter[tuple[int, Hashable]]()
    placed = {}
    for person in people:
        smallest = min(now.values())
        group = min((g for g, size in now.items() if size == smallest), key=lambda g: (alike[(g, person.alike)], g))
        placed[person.id] = group
        now[group] += 1
        alike[(group, person.alike)] += 1
    return placed
