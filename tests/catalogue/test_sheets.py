"""Whatever stands in a field, the author gets a sentence about it."""

import copy
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from lms.catalogue import schema
from lms.catalogue.reader.plain_yaml import parse_yaml
from lms.catalogue.reader.problems import Report
from lms.catalogue.reader.sheets import parse_sheet
from lms.catalogue.reader.tree import Tree
from lms.competencies.schema import CompetencyList, JobProfileList, Sheet
from tests.catalogue.course_files import FILES

SHAPES: dict[str, type[Sheet]] = {
    "referentiel/competencies.yaml": CompetencyList,
    "referentiel/job_profiles.yaml": JobProfileList,
    "programmes/dev-f.yaml": schema.Programme,
    "rubrics/session-plan.yaml": schema.Rubric,
    "development/course.yaml": schema.Course,
    "development/dev-1/module.yaml": schema.Module,
    "development/dev-1/bank.yaml": schema.Bank,
    "development/dev-1/quiz.yaml": schema.Quiz,
    "development/dev-1/assignment.yaml": schema.Assignment,
}

SURPRISES: list[Any] = [
    None,
    True,
    -1,
    10**12,
    1.5,
    "",
    " ",
    "x" * 300,
    "a\nb",
    [],
    [None],
    [["a"]],
    {},
    {"a": None},
    {"": 1},
]


def spoiled(data: Any) -> Iterator[Any]:
    """The data with each part of it replaced by each surprise in turn."""
    yield from SURPRISES
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in parts:
        for spoiled_part in spoiled(part):
            whole = copy.copy(data)
            whole[step] = spoiled_part
            yield whole


class TestParseSheet:
    @pytest.mark.parametrize("name", SHAPES)
    def test_has_a_sentence_for_every_surprise(self, name: str, tmp_path: Path) -> None:
        whole = parse_yaml(FILES[name]).data
        questions = whole.get("questions", [])
        for data in (
            chain.from_iterable(spoiled({"questions": [one]}) for one in questions) if questions else spoiled(whole)
        ):
            report = Report()
            tree = Tree(tmp_path, report)
            source = parse_sheet(tree, name, json.dumps(data, ensure_ascii=False), SHAPES[name])

            assert source.sheet or report.found
            for problem in report.found:
                assert problem.line == 1
                assert "is not valid (" not in problem.message, (data, problem)
