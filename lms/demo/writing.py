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


PASSES = 12
"""The mark from which work is accepted."""


@dataclass(frozen=True)
class Author:
    """Who writes: the texts speak of their organisation and city."""

    locale: str
    organisation: str
    kind: str
    city: str

    def words(self) -> dict[str, str]:
        """What the texts call them: ``$organisation``, ``$city``, and in French with the right little words before."""
        spoken = _spoken(self.organisation, self.kind, self.city, self.locale)
        return {
            "organisation": spoken, "city": self.city, "of_organisation": _of(spoken), "at_organisation": _at(spoken),
            "of_city": _of(self.city),
        }  # fmt: skip


def _spoken(name: str, kind: str, city: str, locale: str) -> str:
    """``OFPPT — Centre numérique de Fès`` is *le centre numérique de Fès*, *the OFPPT centre in Fès*."""
    if kind == "ofppt":
        centre = name.partition(" — Centre ")[2]
        return f"le centre {centre}" if locale == "fr" else f"the OFPPT centre in {city}"
    if locale == "fr" and name.startswith(("Université", "École", "Institut")):
        return f"l'{name}"
    return name


def _of(phrase: str) -> str:
    if phrase.startswith("le "):
        return f"du {phrase[3:]}"
    return f"d'{phrase}" if phrase[0] in "AEIOUYÉH" else f"de {phrase}"


def _at(phrase: str) -> str:
    if phrase.startswith("le "):
        return f"au {phrase[3:]}"
    return f"à {phrase}" if phrase.startswith("l'") else f"chez {phrase}"


def work(module: str, author: Author, random: Random, *, is_reworked: bool = False) -> str:
    """A piece of work for the assignment of this module."""
    paragraphs = [random.choice(variants) for variants in texts(module.lower())["work"][author.locale]]
    if is_reworked:
        paragraphs.insert(0, remark("reworked", author.locale, random))
    filled = [" ".join(Template(paragraph).substitute(author.words()).split()) for paragraph in paragraphs]
    return "\n\n".join(paragraph[0].upper() + paragraph[1:] for paragraph in filled)


def levels(criteria: Sequence[Criterion], aimed: float, random: Random) -> dict[str, int]:
    """A level for each criterion, so that the rubric gives about the mark aimed at: not less for work that is to pass, not
    more for work that is to come back. Only the latter has a critical criterion at level 1."""
    passes = aimed >= PASSES
    base = max(1, min(3, int(aimed / 5)))
    found = {criterion.id: max(2, base) if passes and criterion.is_critical else base for criterion in criteria}
    held = set() if passes else {next((c.id for c in criteria if c.is_critical), criteria[0].id)}
    found |= dict.fromkeys(held, 1)
    for criterion in random.sample(
        [criterion for criterion in criteria if criterion.id not in held], len(criteria) - len(held)
    ):
        raised = found | {criterion.id: min(4, found[criterion.id] + 1)}
        mark = float(rubric_mark(criteria, raised))
        if passes or mark <= aimed:
            found = raised
        if passes and mark >= aimed:
            break
    return _varied(criteria, found, held, random)


def _varied(criteria: Sequence[Criterion], given: dict[str, int], held: set[str], random: Random) -> dict[str, int]:
    """Nobody is equally good at everything: one criterion up and one of its weight down, at the same mark."""
    up, down = random.sample([criterion for criterion in criteria if criterion.id not in held], 2)
    lowest = 2 if down.is_critical else 1
    if up.weight == down.weight and given[up.id] < 4 and given[down.id] > lowest:
        return given | {up.id: given[up.id] + 1, down.id: given[down.id] - 1}
    return given


@dataclass(frozen=True)
class Judgement:
    """What an assessor writes: a comment on the lowest criteria, one on the best, and a closing word."""

    comments: dict[str, str]
    comment: str


def judgement(module: str, given: Mapping[str, int], mark: float, locale: str, random: Random) -> Judgement:
    weak = texts(module.lower())["weak"]
    ranked = sorted(given, key=lambda criterion: given[criterion])
    comments = {
        criterion: weak[criterion][locale] for criterion in ranked[: 2 if mark < PASSES else 1] if given[criterion] < 4
    }
    if given[ranked[-1]] >= 3:
        comments[ranked[-1]] = remark("strong", locale, random)
    kind = "returned" if mark < PASSES else "accepted_well" if mark >= 16 else "accepted"
    return Judgement(comments, remark(kind, locale, random))
