"""``bank.yaml``: questions of seven kinds. A question says what is right and why; grading is elsewhere."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from lms.competencies.schema import AtLeastOne, CompetencyCode, Id, Prose, Sheet, Text, Words, pattern, refusal

Few = Annotated[Mapping[Id, Prose], Field(min_length=2, max_length=8)]
AtLeastThree = Annotated[Mapping[Id, Prose], Field(min_length=3, max_length=8)]
Many = Annotated[Mapping[Id, Prose], Field(min_length=2, max_length=12)]
DecimalWords = Annotated[str, pattern(r"^-?[0-9]{1,12}(\.[0-9]{1,9})?$", "decimal")]


def _positive_or_zero(words: str) -> str:
    if Decimal(words) < 0:
        raise refusal("negative")
    return words


def _only_known(key: Iterable[str], known: Mapping[str, object], field: str) -> None:
    for place, name in enumerate(key):
        if name not in known:
            raise refusal("not_among", at=("key", place), value=name, expected=list(known), field=field)


class QuestionSheet(Sheet):
    """What all kinds have. ``tags`` are what quizzes draw by."""

    id: Id
    competencies: AtLeastOne[CompetencyCode]
    tags: AtLeastOne[Id]
    text: Prose
    feedback: Prose
    points: Annotated[int, Field(strict=True, ge=1, le=100)] = 1


class SingleChoice(QuestionSheet):
    kind: Literal["single_choice"]
    choices: Few
    key: Id

    @model_validator(mode="after")
    def has_its_key(self) -> Self:
        if self.key not in self.choices:
            expected = list(self.choices)
            raise refusal("not_among", at=("key",), value=self.key, expected=expected, field="choices")
        return self


class MultipleChoice(QuestionSheet):
    kind: Literal["multiple_choice"]
    choices: Few
    key: AtLeastOne[Id]

    @model_validator(mode="after")
    def has_its_key(self) -> Self:
        _only_known(self.key, self.choices, "choices")
        if len(self.key) == len(self.choices):
            raise refusal("all_right", at=("key",))
        return self


class TrueFalse(QuestionSheet):
    kind: Literal["true_false"]
    key: StrictBool


class Numeric(QuestionSheet):
    """Decimals are kept as they were written; ``value`` and ``margin`` are what to reckon with."""

    kind: Literal["numeric"]
    key: DecimalWords
    tolerance: Annotated[DecimalWords, AfterValidator(_positive_or_zero)] = "0"
    unit: Text | None = None

    @property
    def value(self) -> Decimal:
        return Decimal(self.key)

    @property
    def margin(self) -> Decimal:
        return Decimal(self.tolerance)


class ShortText(QuestionSheet):
    kind: Literal["short_text"]
    key: AtLeastOne[Words]


class Ordering(QuestionSheet):
    kind: Literal["ordering"]
    items: AtLeastThree
    key: AtLeastOne[Id]

    @model_validator(mode="after")
    def orders_every_item(self) -> Self:
        _only_known(self.key, self.items, "items")
        missing = [name for name in self.items if name not in self.key]
        if missing:
            raise refusal("not_all", at=("key",), expected=missing, field="items")
        return self


class Matching(QuestionSheet):
    kind: Literal["matching"]
    prompts: Few
    options: Many
    key: Mapping[Id, Id]

    @model_validator(mode="after")
    def matches_every_prompt(self) -> Self:
        for prompt, option in self.key.items():
            if prompt not in self.prompts:
                at = ("key", prompt)
                raise refusal("not_among", at=at, value=prompt, expected=list(self.prompts), field="prompts")
            if option not in self.options:
                at = ("key", prompt)
                raise refusal("not_among", at=at, value=option, expected=list(self.options), field="options")
        missing = [prompt for prompt in self.prompts if prompt not in self.key]
        if missing:
            raise refusal("not_all", at=("key",), expected=missing, field="prompts")
        return self


Question = Annotated[
    SingleChoice | MultipleChoice | TrueFalse | Numeric | ShortText | Ordering | Matching, Field(discriminator="kind")
]


class Bank(Sheet):
    questions: AtLeastOne[Question]
