"""What the modules do for the référentiel: which develop a competency, and which jobs they prepare for. No statement of
its own: it reads the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lms import db
from lms.catalogue.queries.shelf import Catalogue, ModuleOnShelf
from lms.competencies.gaps import reaches


@dataclass(frozen=True)
class Developing:
    """A module that develops a competency, and the level it brings people to."""

    module: ModuleOnShelf
    level: Mapping[str, Any]


class Cover(StrEnum):
    """How far a requirement is met by modules. PARTLY: only a lower level is taught."""

    COVERED = "covered"
    IN_PREPARATION = "in_preparation"
    PARTLY = "partly"
    OPEN = "open"


@dataclass(frozen=True)
class Requirement:
    """``asked`` as in the job profile. ``modules`` reach the level; when none does, those that come near."""

    asked: Mapping[str, Any]
    competency: db.Record
    cover: Cover
    modules: Sequence[Developing]


@dataclass(frozen=True)
class Coverage:
    """A job profile and how far the catalogue prepares for it."""

    profile: db.Record
    requirements: Sequence[Requirement]

    @property
    def covered(self) -> int:
        return sum(requirement.cover is Cover.COVERED for requirement in self.requirements)


def developing(catalogue: Catalogue) -> dict[str, list[Developing]]:
    """By the code of the competency."""
    found: dict[str, list[Developing]] = {}
    for module in catalogue.modules.values():
        for level in module.sheet.get("competencies", ()):
            found.setdefault(level["code"], []).append(Developing(module, level))
    return found


def families(catalogue: Catalogue) -> dict[str, list[db.Record]]:
    """The competencies by family, both in the order of the référentiel."""
    found: dict[str, list[db.Record]] = {}
    for competency in catalogue.competencies:
        found.setdefault(competency.family, []).append(competency)
    return found


def coverage(catalogue: Catalogue) -> list[Coverage]:
    """Of every job profile in force, in the order of the référentiel."""
    taught = developing(catalogue)
    known = {competency.code: competency for competency in catalogue.competencies}
    return [
        Coverage(
            profile,
            [
                _requirement(asked, known[asked["code"]], taught)
                for asked in profile.requirements
                if asked["code"] in known
            ],
        )
        for profile in catalogue.job_profiles
    ]


def _requirement(
    asked: Mapping[str, Any], competency: db.Record, taught: Mapping[str, list[Developing]]
) -> Requirement:
    near = taught.get(asked["code"], [])
    enough = [developed for developed in near if reaches(developed.level, asked)]
    if any(developed.module.is_published for developed in enough):
        cover = Cover.COVERED
    elif enough:
        cover = Cover.IN_PREPARATION
    else:
        cover = Cover.PARTLY if near else Cover.OPEN
    return Requirement(asked, competency, cover, enough or near)
