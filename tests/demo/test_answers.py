from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.draw import Put, put
from lms.assessment.grading import share
from lms.assessment.responses import clean
from lms.catalogue.reader import read_courses
from lms.demo import answers
from lms.settings import CHECKOUT


@cache
def bank() -> tuple[tuple[Put, dict[str, Any]], ...]:
    """Every question of the institute's courses, as it would be put."""
    return tuple(_put_questions())


def _put_questions() -> Iterator[tuple[Put, dict[str, Any]]]:
    for module in read_courses(CHECKOUT / "courses").modules():
        for number, question in enumerate(module.bank.questions if module.bank else ()):
            sheet = question.model_dump()
            yield put(number, question.kind, sheet, 7), {"key": sheet["key"], "tolerance": sheet.get("tolerance")}


class TestRight:
    def test_earns_all_of_every_question(self) -> None:
        for item, solution in bank():
            assert share(item, solution, clean(item, answers.right(item, solution))) == 1, item


class TestWrong:
    @pytest.mark.parametrize("seed", range(5))
    def test_never_earns_all(self, seed: int) -> None:
        for item, solution in bank():
            assert share(item, solution, clean(item, answers.wrong(item, solution, Random(seed)))) < 1, item

    def test_is_kept_as_it_was_given(self) -> None:
        for item, solution in bank():
            response = answers.wrong(item, solution, Random(1))

            assert clean(item, response) == response


class TestMissed:
    @given(
        points=st.dictionaries(st.integers(), st.integers(1, 5).map(Decimal), min_size=1),
        aimed=st.floats(0, 1), seed=st.integers(),
    )  # fmt: skip
    def test_never_costs_more_than_the_share(self, points: dict[int, Decimal], aimed: float, seed: int) -> None:
        lost = sum(points[question] for question in answers.missed(points, aimed, Random(seed)))

        assert lost <= (1 - Decimal(str(round(aimed, 3)))) * sum(points.values())
