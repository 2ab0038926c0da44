"""Everything a certificate says, as it was when it was decided. Later edits of a profile or a course change nothing here."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any, Self

FORMAT = 1
LAYOUT = "certificate-1"
"""Which layout draws it; kept with every certificate."""


_JOINERS = "\u200c\u200d"  # part of how some Arabic names are written


def as_printed(name: str) -> str:
    """A name without what cannot be seen: marks that turn the direction of writing would print another name than is kept."""
    seen = (
        letter
        for letter in name
        if letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf") or letter.isspace()
    )
    return " ".join("".join(seen).split())


@dataclass(frozen=True)
class ModuleSaid:
    """``is_exempted``: by prior learning, instead of followed and passed."""

    code: str
    title_fr: str
    title_en: str
    minutes: int
    is_exempted: bool = False


@dataclass(frozen=True)
class CompetencySaid:
    """``mastery`` and ``transmission``, or ``cefr`` for a language."""

    code: str
    label_fr: str
    label_en: str
    mastery: str | None = None
    transmission: str | None = None
    cefr: str | None = None

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(level for level in (self.mastery, self.transmission, self.cefr) if level)


@dataclass(frozen=True)
class Snapshot:
    """``address`` is where anybody checks the code (``https://…/v/``); ``name_ar`` is empty when it is not known."""

    code: str
    kind: str
    name: str
    name_ar: str
    title_fr: str
    title_en: str
    programme: str
    programme_fr: str
    programme_en: str
    programme_version: int
    minutes: int
    cohort: str
    starts_on: date
    ends_on: date
    modules: tuple[ModuleSaid, ...]
    competencies: tuple[CompetencySaid, ...]
    awarded_on: date
    valid_from: date
    valid_until: date | None
    issuer: str
    place: str
    address: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, with the version of this shape: it will be read for as long as the certificate lives."""
        values = asdict(self)
        for day in ("starts_on", "ends_on", "awarded_on", "valid_from", "valid_until"):
            values[day] = None if values[day] is None else values[day].isoformat()
        return {
            "format": FORMAT,
            **values,
            "modules": [_said(module) for module in values["modules"]],
            "competencies": list(values["competencies"]),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Raises ValueError for a shape it does not know."""
        if values.get("format") != FORMAT:
            raise ValueError(f"unknown snapshot format {values.get('format')!r}")
        known = {name: value for name, value in values.items() if name != "format"}
        for day in ("starts_on", "ends_on", "awarded_on", "valid_from"):
            known[day] = date.fromisoformat(known[day])
        known["valid_until"] = known["valid_until"] and date.fromisoformat(known["valid_until"])
        known["modules"] = tuple(ModuleSaid(**module) for module in known["modules"])
        known["competencies"] = tuple(CompetencySaid(**competency) for competency in known["competencies"])
        return cls(**known)

    def corrected(self, *, code: str, name: str, name_ar: str) -> "Snapshot":
        """The same statement about the same award, under a new code and the right name."""
        return replace(self, code=code, name=name, name_ar=name_ar)


def _said(module: dict[str, Any]) -> dict[str, Any]:
    """Without what is not the case, so that certificates from before there were exemptions read the same."""
    return {name: value for name, value in module.items() if name != "is_exempted" or value}


def digest(values: Mapping[str, Any]) -> str:
    """The hash of a snapshot's JSON, whatever order a database gave its keys."""
    return sha256(dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
