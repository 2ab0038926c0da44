"""What participants hand in and what assessors write about it, out of the texts in ``texts/``. Pure.

A piece of work is put together from paragraphs that each stand alone, so that no two are quite the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from string import Template
from typing import Any

import yaml

from lms.assessment.grading import Criterion, rubric_mark


@cache
def texts(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(files("lms.demo").joinpath(f"texts/{name}.yaml").read_text("utf-8"))
    return loaded


@cache
def _remarks() -> Mapping[str, Any]:
    return texts("remarks")


def remark(kind: str, locale: str, random: Random) -> str:
    """A sentence of this kind (``remarks.yaml``), in the language of the work."""
    found: str = random.choice(_remarks()[kind][locale])
    return found


def live_remark(mark: float, locale: str, random: Random) -> str:
    band = "high" if mark >= 16 else "pass" if mark >= 12 else "low"
    found: str = random.choice(_remarks()["live"][band][locale])
    return found


def leaving_reason(turn: str, random: Random) -> str:
    found: str = random.choice(_remarks()["leaving"][turn])
    return found


@dataclass(frozen=True)
class Author:
    """Who writes: the texts speak of their organisation and city."""

    locale: str
    organisation: str
    city: str


def work(module: str, author: Author, random: Random, *, is_reworked: bool = False) -> str:
    """A piece of work for the assignment of this module."""
    paragraphs = [random.choice(variants) for variants in texts(module.lower())["work"][author.locale]]
    if is_reworked:
        paragraphs.insert(0, remark("reworked", author.locale, random))
    filled = [Template(paragraph).substitute(organisation=author.organisation, city=author.city) for paragraph in paragraphs]
    return "\n\n".join(paragraph.strip() for paragraph in filled)


def levels(criteria: Sequence[Criterion], aimed: float, random: Random) -> dict[str, int]:
    """A level for each criterion, so that the rubric gives about the mark aimed at, never less. Work that is to pass has no
    critical criterion at level 1; work that is not has one."""
    passes = aimed >= 12
    base = max(1, min(3, int(aimed / 5)))
    found = {criterion.id: base for criterion in criteria}
    if passes:
        found |= {criterion.id: max(2, base) for criterion in criteria if criterion.is_critical}
    held = set() if passes else {next((c.id for c in criteria if c.is_critical), criteria[0].id)}
    found |= dict.fromkeys(held, 1)
    for criterion in random.sample(list(criteria), len(criteria)):
        if float(rubric_mark(criteria, found)) >= aimed:
            break
        if criterion.id not in held:
            found[criterion.id] = min(4, found[criterion.id] + 1)
    return found


@dataclass(frozen=True)
class Judgement:
    """What an assessor writes: a comment on the lowest criteria, one on the best, and a closing word."""

    comments: dict[str, str]
    comment: str


def judgement(module: str, given: Mapping[str, int], mark: float, locale: str, random: Random) -> Judgement:
    weak = texts(module.lower())["weak"]
    ranked = sorted(given, key=lambda criterion: given[criterion])
    comments = {criterion: weak[criterion][locale] for criterion in ranked[: 2 if mark < 12 else 1] if given[criterion] < 4}
    if given[ranked[-1]] >= 3:
        comments[ranked[-1]] = remark("strong", locale, random)
    kind = "returned" if mark < 12 else "accepted_well" if mark >= 16 else "accepted"
    return Judgement(comments, remark(kind, locale, random))
