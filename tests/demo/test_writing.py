from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.grading import Criterion, criteria_of, may_pass, rubric_mark
from lms.catalogue.reader import read_courses
from lms.demo import writing
from lms.demo.people import TRACKS
from lms.demo.writing import Author
from lms.settings import CHECKOUT

MODULES = [*(f"{track}-1" for track in TRACKS), "PED-1"]

rubrics = st.lists(
    st.builds(lambda weight, critical: (weight, critical), st.integers(1, 3), st.booleans()), min_size=4, max_size=12
).map(lambda rows: [Criterion(f"c{place}", weight, critical) for place, (weight, critical) in enumerate(rows)])


@pytest.fixture(scope="module")
def rubric() -> dict[str, list[Criterion]]:
    """The criteria by which the institute's own rubrics judge the assignment of each module."""
    return {
        module.sheet.code: criteria_of(criterion.model_dump() for criterion in module.rubric.criteria)
        for module in read_courses(CHECKOUT / "courses").modules() if module.rubric
    }  # fmt: skip


class TestWork:
    @pytest.mark.parametrize("locale", ["fr", "en"])
    @pytest.mark.parametrize("module", MODULES)
    def test_is_written_for_every_module_in_both_languages(self, module: str, locale: str) -> None:
        texts = {
            writing.work(module, Author(locale, "Nour Formation", "training_body", "Tétouan"), Random(seed))
            for seed in range(30)
        }

        assert len(texts) >= 8
        assert all(len(text.split()) > 80 and "$" not in text for text in texts)

    def test_says_that_it_comes_again(self) -> None:
        text = writing.work(
            "PED-1", Author("en", "Nour Formation", "training_body", "Fès"), Random(1), is_reworked=True
        )

        assert text.startswith(("Second version", "Reworked"))


class TestAuthor:
    @pytest.mark.parametrize(
        ("name", "kind", "city", "of", "at"),
        [
            (
                "OFPPT — Centre numérique de Fès",
                "ofppt",
                "Fès",
                "du centre numérique de Fès",
                "au centre numérique de Fès",
            ),
            ("OFPPT — Centre d'Agadir", "ofppt", "Agadir", "du centre d'Agadir", "au centre d'Agadir"),
            (
                "Université du Détroit",
                "university",
                "Tanger",
                "de l'Université du Détroit",
                "à l'Université du Détroit",
            ),
            (
                "Institut Savoir-Faire",
                "training_body",
                "Témara",
                "de l'Institut Savoir-Faire",
                "à l'Institut Savoir-Faire",
            ),
            ("Anfa Digital Services", "company", "Casablanca", "d'Anfa Digital Services", "chez Anfa Digital Services"),
            ("Nour Formation", "training_body", "Casablanca", "de Nour Formation", "chez Nour Formation"),
        ],
    )
    def test_speaks_of_where_they_work_in_good_french(self, name: str, kind: str, city: str, of: str, at: str) -> None:
        words = Author("fr", name, kind, city).words()

        assert (words["of_organisation"], words["at_organisation"]) == (of, at)

    def test_speaks_of_cities_that_begin_with_a_vowel(self) -> None:
        assert Author("fr", "OFPPT — Centre d'Oujda", "ofppt", "Oujda").words()["of_city"] == "d'Oujda"

    def test_speaks_english(self) -> None:
        assert (
            Author("en", "OFPPT — Centre de Meknès", "ofppt", "Meknès").words()["organisation"]
            == "the OFPPT centre in Meknès"
        )


class TestLevels:
    @given(criteria=rubrics, aimed=st.floats(12.6, 19), seed=st.integers())
    def test_reach_a_mark_that_passes(self, criteria: list[Criterion], aimed: float, seed: int) -> None:
        given_levels = writing.levels(criteria, aimed, Random(seed))

        assert may_pass(criteria, given_levels)
        assert aimed - 0.1 <= float(rubric_mark(criteria, given_levels))
        assert set(given_levels.values()) <= {1, 2, 3, 4}

    @given(aimed=st.floats(5.5, 7.5), seed=st.integers())
    @pytest.mark.parametrize("module", MODULES)
    def test_stay_below_the_pass_mark_when_the_work_is_to_come_back(
        self, rubric: dict[str, list[Criterion]], module: str, aimed: float, seed: int
    ) -> None:
        mark = rubric_mark(rubric[module], writing.levels(rubric[module], aimed, Random(seed)))

        assert mark < 8


class TestJudgement:
    @pytest.mark.parametrize("locale", ["fr", "en"])
    @pytest.mark.parametrize("module", MODULES)
    def test_has_a_remark_for_each_criterion(
        self, rubric: dict[str, list[Criterion]], module: str, locale: str
    ) -> None:
        for criterion in rubric[module]:
            levels = {other.id: 3 for other in rubric[module]} | {criterion.id: 1}

            assert writing.judgement(module, levels, 9, locale, Random(1)).comments[criterion.id]
