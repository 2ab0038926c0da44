"""What the institute promises of its own courses, beyond what ``lms courses check`` asks of anybody's."""

from collections import Counter
from functools import cache
from itertools import combinations

import pytest

from lms.catalogue.reader import CourseFiles, Module, read_courses
from lms.markdown import words
from lms.settings import CHECKOUT

COMPLETE = ("DEV-1", "CLD-1", "SEC-1", "DAT-1", "AIO-1", "PED-1")
FEWEST_WORDS, MOST_WORDS = 500, 900
FEWEST_QUESTIONS = 24


@cache
def files() -> CourseFiles:
    return read_courses(CHECKOUT / "courses")


def module(code: str) -> Module:
    return next(one for one in files().modules() if one.sheet.code == code)


class TestCompleteModules:
    @pytest.mark.parametrize("code", COMPLETE)
    def test_teach_every_unit_in_both_languages_at_length(self, code: str) -> None:
        lengths = {
            (lesson.id, language): words(text.body)
            for lesson in module(code).lessons
            for language, text in (("fr", lesson.fr), ("en", lesson.en))
        }
        assert {unit.id for unit in module(code).sheet.units} == {lesson for lesson, _language in lengths}
        outside = {where: length for where, length in lengths.items() if not FEWEST_WORDS <= length <= MOST_WORDS}
        assert outside == {}

    @pytest.mark.parametrize("code", COMPLETE)
    def test_give_each_lesson_an_activity_a_misconception_and_a_self_check(self, code: str) -> None:
        missing = [
            (lesson.id, box)
            for lesson in module(code).lessons
            for text in (lesson.fr, lesson.en)
            for box in ("activity", "misconception", "check")
            if f"::: {box}" not in text.body
        ]
        assert missing == []

    @pytest.mark.parametrize("code", COMPLETE)
    def test_ask_enough_questions_of_every_kind_on_every_unit(self, code: str) -> None:
        bank = module(code).bank
        assert bank is not None
        assert len(bank.questions) >= FEWEST_QUESTIONS
        assert len({question.kind for question in bank.questions}) == 7
        per_unit = Counter(tag for question in bank.questions for tag in question.tags)
        assert all(per_unit[unit.id] >= 3 for unit in module(code).sheet.units)

    @pytest.mark.parametrize("code", COMPLETE)
    def test_have_one_assignment_with_a_rubric_and_a_teaching_practice(self, code: str) -> None:
        assert module(code).assignment is not None
        assert module(code).rubric is not None
        assert module(code).sheet.teaching_practice

    def test_never_repeat_a_paragraph_between_lessons(self) -> None:
        paragraphs = {
            (code, lesson.id): {part.strip() for part in text.body.split("\n\n") if len(part) > 150}
            for code in COMPLETE
            for lesson in module(code).lessons
            for text in (lesson.fr, lesson.en)
        }
        repeated = [(one, other) for one, other in combinations(paragraphs, 2) if paragraphs[one] & paragraphs[other]]
        assert repeated == []


class TestCatalogue:
    def test_has_every_module_of_the_programme(self) -> None:
        assert len(list(files().modules())) == 29

    def test_opens_a_programme_for_each_of_the_five_tracks(self) -> None:
        published = {one.sheet.code for one in files().modules() if one.sheet.is_published}
        opening = {programme.track for programme in files().programmes if set(programme.modules) <= published}
        assert opening == {"DEV", "CLD", "SEC", "DAT", "AIO"}
