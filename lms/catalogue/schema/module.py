"""``module.yaml``: what a module promises, in hours, objectives, competencies and assessments."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from lms.catalogue.schema.lesson import Minutes
from lms.competencies.schema import (
    AtLeastOne,
    Code,
    CompetencyCode,
    Distinct,
    Id,
    Level,
    Prose,
    Sheet,
    Text,
    Title,
    Transmission,
    Words,
    refusal,
)


def _whole_or_half(hours: object) -> Decimal:
    if isinstance(hours, bool) or not isinstance(hours, int | float | Decimal):
        raise refusal("number_expected")
    exact = Decimal(str(hours))
    if exact % Decimal("0.5"):
        raise refusal("halves")
    return exact


HalfHours = Annotated[Decimal, BeforeValidator(_whole_or_half), Field(ge=0, le=400)]


class Hours(Sheet):
    in_person: HalfHours
    live_remote: HalfHours
    guided_self_study: HalfHours

    @property
    def minutes(self) -> int:
        """All of them together."""
        return int(60 * (self.in_person + self.live_remote + self.guided_self_study))


class TaughtLevel(Level):
    """What a module brings a participant to: mastery and transmission of a competency, or a CEFR level."""

    transmission: Transmission | None = None

    @model_validator(mode="after")
    def transmits_what_is_mastered(self) -> Self:
        if (self.mastery is None) != (self.transmission is None):
            raise refusal("needs_each_other", first="mastery", second="transmission")
        return self


class Unit(Sheet):
    """One step of a module; when the module is published, the lesson of the same id treats it."""

    id: Id
    title: Title
    content: Text


class Assessment(Sheet):
    id: Id
    kind: Literal["quiz", "assignment", "live"]
    title: Title
    description: Text
    weight: Annotated[int, Field(strict=True, ge=0, le=100)]
    practical: StrictBool = False
    competencies: AtLeastOne[CompetencyCode]


class TeachingPractice(Sheet):
    id: Id
    title: Title
    task: Prose
    minutes: Minutes


class Module(Sheet):
    code: Code
    status: Literal["published", "in_preparation"]
    title: Title
    aim: Text
    objectives: Annotated[Distinct[Text], Field(min_length=3, max_length=6)]
    hours: Hours
    competencies: AtLeastOne[TaughtLevel]
    units: AtLeastOne[Unit]
    assessments: AtLeastOne[Assessment]
    teaching_practice: Distinct[TeachingPractice] = ()
    prepares_for: Distinct[Words] = ()

    @property
    def is_published(self) -> bool:
        return self.status == "published"

    def assessment_of_kind(self, kind: str) -> Assessment | None:
        return next((assessment for assessment in self.assessments if assessment.kind == kind), None)

    @model_validator(mode="after")
    def weighs_a_hundred(self) -> Self:
        total = sum(assessment.weight for assessment in self.assessments)
        if total != 100:
            raise refusal("weights", at=("assessments",), total=total)
        return self

    @model_validator(mode="after")
    def has_one_file_for_each_assessment(self) -> Self:
        """``quiz.yaml`` and ``assignment.yaml`` can each stand for one assessment only."""
        seen: set[str] = set()
        for index, assessment in enumerate(self.assessments):
            if assessment.kind != "live" and assessment.kind in seen:
                raise refusal("second_of_kind", at=("assessments", index, "kind"), of=assessment.kind)
            seen.add(assessment.kind)
        return self

    @model_validator(mode="after")
    def proves_what_it_teaches(self) -> Self:
        taught = [level.code for level in self.competencies]
        for index, assessment in enumerate(self.assessments):
            for place, code in enumerate(assessment.competencies):
                if code not in taught:
                    at = ("assessments", index, "competencies", place)
                    raise refusal("not_among", at=at, value=code, expected=taught, field="competencies")
        return self
