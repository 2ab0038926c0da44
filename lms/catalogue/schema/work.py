"""What a module asks participants to do: ``quiz.yaml``, ``assignment.yaml``, and the rubric work is judged by."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from lms.catalogue.schema.lesson import Minutes
from lms.competencies.schema import AtLeastOne, Distinct, Id, Prose, Sheet, Title, refusal


class Draw(Sheet):
    """``count`` questions, each bearing all of ``tags``."""

    tags: AtLeastOne[Id]
    count: Annotated[int, Field(strict=True, ge=1, le=100)]


class Quiz(Sheet):
    """``minutes`` ``None``: no limit."""

    id: Id
    title: Title
    instructions: Prose
    minutes: Minutes | None
    attempts: Annotated[int, Field(strict=True, ge=1, le=20)]
    feedback: Literal["after_submission", "never"]
    draw: Annotated[tuple[Draw, ...], Field(min_length=1)]


class Assignment(Sheet):
    id: Id
    title: Title
    brief: Prose
    rubric: Id
    ai_use: Literal["forbidden", "declared", "required"]
    text: StrictBool
    files: Annotated[int, Field(strict=True, ge=0, le=20)]
    resubmissions: Annotated[int, Field(strict=True, ge=0, le=10)]

    @model_validator(mode="after")
    def takes_something(self) -> Self:
        if not self.text and self.files == 0:
            raise refusal("nothing_to_hand_in", at=("files",))
        return self


DescribedLevel = Annotated[int, Field(strict=False, ge=1, le=4)]


class Criterion(Sheet):
    """One line of a rubric. Below level 2 of a critical one, the work cannot pass."""

    id: Id
    title: Title
    critical: StrictBool = False
    weight: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    levels: Mapping[DescribedLevel, Prose]

    @model_validator(mode="after")
    def describes_four_levels(self) -> Self:
        missing = [level for level in (1, 2, 3, 4) if level not in self.levels]
        if missing:
            raise refusal("not_all", at=("levels",), expected=missing, field="levels")
        return self


class Rubric(Sheet):
    id: Id
    title: Title
    criteria: Annotated[Distinct[Criterion], Field(min_length=4, max_length=12)]
