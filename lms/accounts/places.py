"""The twelve regions of Morocco and their cities, as listed in ``morocco/``."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "morocco"


@dataclass(frozen=True)
class Region:
    """``code`` is ISO 3166-2."""

    code: str
    name_fr: str
    name_ar: str


@dataclass(frozen=True)
class City:
    name_fr: str
    name_ar: str
    region: str


@cache
def regions() -> tuple[Region, ...]:
    return tuple(Region(row["iso_3166_2"], row["name_fr"], row["name_ar"]) for row in _rows("regions.csv"))


@cache
def cities() -> tuple[City, ...]:
    return tuple(City(row["name_fr"], row["name_ar"], row["region"]) for row in _rows("cities.csv"))


def region_name(code: str) -> str:
    return next((region.name_fr for region in regions() if region.code == code), code)


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
