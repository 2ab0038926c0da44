"""The shape of ``courses/referentiel``, and the words every course file is made of.

Pure: a rule that is broken raises ``refusal(kind, …)``; the reader turns the kind into a sentence.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.functional_validators import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

Mastery = Literal["N1", "N2", "N3", "N4", "N5"]
Transmission = Literal["T0", "T1", "T2", "T3"]
Cefr = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
Scale = Literal["mastery", "cefr"]

Item = TypeVar("Item")


def refusal(kind: str, at: tuple[str | int, ...] = (), **context: object) -> PydanticCustomError:
    """The error to raise for a broken rule. ``at`` leads from the checked value to the culprit inside it."""
    return PydanticCustomError(kind, kind, {"at": at, **context})


def pattern(expression: str, kind: str, most: int = 80) -> StringConstraints:
    """A pattern whose mismatch the reader explains by the wording of ``kind`` (see ``PATTERNS``)."""
    PATTERNS[expression] = kind
    return StringConstraints(pattern=expression, max_length=most)


def line(most: int) -> StringConstraints:
    """A text on one line, no longer than the column it is kept in."""
    PATTERNS[_ONE_LINE] = "one_line"
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most, pattern=_ONE_LINE)


PATTERNS: dict[str, str] = {}
_ONE_LINE = "^.*$"

Id = Annotated[str, pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$", "id")]
Code = Annotated[str, pattern(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", "code", most=10)]
ProgrammeCode = Annotated[str, pattern(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", "programme_code", most=10)]
CompetencyCode = Annotated[str, pattern(r"^[A-Z]{2,5}\.[0-9]{1,2}$", "competency_code", most=10)]
Family = Annotated[str, pattern(r"^[A-Z]{2,5}$", "family")]
Isco = Annotated[str, pattern(r"^[0-9]{1,4}$", "isco")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def without_repeats(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Words only: what has an id or a code is compared by it, by the reader, which sees the whole file."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        if isinstance(item, str):
            if item in seen:
                raise refusal("repeated", at=(index,), value=item)
            seen.add(item)
    return items


def list_only(value: object) -> object:
    """Pydantic would take a set or a generator for a list, but never a single word; say so ourselves."""
    if isinstance(value, list | tuple):
        return value
    raise refusal("list_expected")


Distinct = Annotated[tuple[Item, ...], BeforeValidator(list_only), AfterValidator(without_repeats)]
AtLeastOne = Annotated[
    tuple[Item, ...], BeforeValidator(list_only), Field(min_length=1), AfterValidator(without_repeats)
]


class Sheet(BaseModel):
    """Anything written in a course file: nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Sheet):
    """What a reader sees, once in each language, without Markdown: titles, labels, summaries."""

    fr: Words
    en: Words


class Title(Sheet):
    """A text on one line, in each language."""

    fr: Annotated[str, line(200)]
    en: Annotated[str, line(200)]


class Prose(Text):
    """A text that may use Markdown."""


class JobTitle(Sheet):
    """Employers read it in Arabic too."""

    fr: Annotated[str, line(160)]
    en: Annotated[str, line(160)]
    ar: Annotated[str, line(160)]


class Level(Sheet):
    """A level of one competency: of mastery, or of a language by the CEFR; never both."""

    code: CompetencyCode
    mastery: Mastery | None = None
    cefr: Cefr | None = None

    @model_validator(mode="after")
    def has_one_scale(self) -> Self:
        if (self.mastery is None) == (self.cefr is None):
            raise refusal("one_of_two", first="mastery", second="cefr")
        return self

    @property
    def scale(self) -> Scale:
        return "mastery" if self.cefr is None else "cefr"


class Requirement(Level):
    """What a post asks of one competency."""

    importance: Literal["essential", "useful"]


class Competency(Sheet):
    code: CompetencyCode
    family: Family
    scale: Scale
    label: Title
    references: Mapping[str, AtLeastOne[Words]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def bears_the_code_of_its_family(self) -> Self:
        if self.code.partition(".")[0] != self.family:
            raise refusal("family_differs", at=("family",), expected=self.code.partition(".")[0])
        return self


class JobProfile(Sheet):
    code: Code
    title: JobTitle
    isco: Isco
    requirements: AtLeastOne[Requirement]


class CompetencyList(Sheet):
    """``referentiel/competencies.yaml``."""

    competencies: AtLeastOne[Competency]


class JobProfileList(Sheet):
    """``referentiel/job_profiles.yaml``."""

    job_profiles: AtLeastOne[JobProfile]
