"""Who is in the demo: plausible people in both scripts, the same for the same seed, none of them real. Pure.

Sizes, women and men, regions and kinds of organisation are those of an intake of 120.
"""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from random import Random

from lms.demo.stories import DOMAIN, STORIES, Intake, Story

TRACKS = ("DEV", "CLD", "SEC", "DAT", "AIO")
SIZES = {
    Intake.FINISHED: {"DEV": 10, "CLD": 8, "SEC": 8, "DAT": 7, "AIO": 7},
    Intake.RUNNING: {"DEV": 9, "CLD": 8, "SEC": 8, "DAT": 8, "AIO": 7},
    Intake.COMING: {"DEV": 9, "CLD": 8, "SEC": 8, "DAT": 7, "AIO": 8},
}
WOMEN, MEN = 51, 69
REGIONS = {"MA-06": 38, "MA-04": 27, "MA-03": 15, "MA-01": 13, "MA-07": 12, "MA-09": 8, "MA-02": 5, "MA-05": 2}
SENDERS = {"ofppt": 46, "university": 31, "training_body": 22, "company": 21}
"""Schools count among universities."""


class Gender(StrEnum):
    F = "F"
    M = "M"


@dataclass(frozen=True)
class NamePart:
    """One name in Latin and in Arabic script."""

    latin: str
    arabic: str


@dataclass(frozen=True)
class Sender:
    """An organisation that sends participants."""

    name: str
    kind: str
    region: str
    city: str


@dataclass(frozen=True)
class Person:
    """A participant: who, from where, and where they learn. ``story`` names the told ones."""

    given: NamePart
    family: NamePart
    gender: Gender
    email: str
    locale: str
    sender: Sender
    intake: Intake
    track: str
    story: str = ""


@cache
def senders() -> tuple[Sender, ...]:
    return tuple(
        Sender(row["name"], row["kind"], row["region"], row["city"])
        for row in _rows("lms.demo", "texts/organisations.csv")
    )


@cache
def given_names(gender: Gender) -> tuple[NamePart, ...]:
    return tuple(
        NamePart(row["latin"], row["arabic"]) for row in _names() if (row["kind"], row["gender"]) == ("first", gender)
    )


@cache
def family_names() -> tuple[NamePart, ...]:
    return tuple(NamePart(row["latin"], row["arabic"]) for row in _names() if row["kind"] == "last")


@cache
def _names() -> tuple[dict[str, str], ...]:
    return (*_rows("lms.accounts", "morocco/name_parts_fr_ar.csv"), *_rows("lms.demo", "texts/names.csv"))


def _rows(package: str, path: str) -> list[dict[str, str]]:
    with files(package).joinpath(path).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def participants(seed: int) -> list[Person]:
    """The same people for the same seed: the told ones first, then as many as each cohort still takes."""
    random = Random(f"people {seed}")
    told = [_told(story) for story in STORIES]
    taken = {(person.given.latin, person.family.latin) for person in told}
    genders = _left({Gender.F: WOMEN, Gender.M: MEN}, [person.gender for person in told], random)
    regions = _left(REGIONS, [person.sender.region for person in told], random)
    kinds = _left(SENDERS, [_counted_as(person.sender.kind) for person in told], random)
    people = list(told)
    for intake, track in _places(told):
        gender, region, kind = Gender(genders.pop()), regions.pop(), kinds.pop()
        given, family = _unused_name(gender, taken, random)
        here = [sender for sender in senders() if sender.region == region and _counted_as(sender.kind) == kind]
        people.append(Person(
            given, family, gender, f"{address_part(given.latin)}.{address_part(family.latin)}@{DOMAIN}",
            "en" if random.random() < 0.2 else "fr", random.choice(here), intake, track,
        ))  # fmt: skip
    return people


def _told(story: Story) -> Person:
    sender = next(sender for sender in senders() if sender.name == story.sender)
    return Person(
        NamePart(story.given, story.given_ar), NamePart(story.family, story.family_ar), Gender(story.gender),
        f"{story.key}@{DOMAIN}", story.locale, sender, story.intake, story.track, story.key,
    )  # fmt: skip


def _counted_as(kind: str) -> str:
    return "university" if kind == "school" else kind


def _left(quotas: Mapping[str, int], used: Iterable[str], random: Random) -> list[str]:
    """What remains to give out, shuffled."""
    values = list((Counter(quotas) - Counter(used)).elements())
    random.shuffle(values)
    return values


def _places(told: Sequence[Person]) -> list[tuple[Intake, str]]:
    taken = Counter((person.intake, person.track) for person in told)
    return [
        (intake, track)
        for intake, sizes in SIZES.items()
        for track, size in sizes.items()
        for _place in range(size - taken[intake, track])
    ]


def _unused_name(gender: Gender, taken: set[tuple[str, str]], random: Random) -> tuple[NamePart, NamePart]:
    while True:
        given, family = random.choice(given_names(gender)), random.choice(family_names())
        if (given.latin, family.latin) not in taken:
            taken.add((given.latin, family.latin))
            return given, family


def address_part(name: str) -> str:
    """``Fatima Zahra`` → ``fatima-zahra``: what stands before the @."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(plain.replace("'", "").split())
