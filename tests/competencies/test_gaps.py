import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.competencies.gaps import CEFR, MASTERY, reaches

levels = st.sampled_from(MASTERY)


class TestReaches:
    @given(levels, levels)
    def test_orders_levels_of_mastery(self, shown: str, required: str) -> None:
        expected = int(shown[1]) >= int(required[1])

        assert reaches({"mastery": shown}, {"mastery": required}) is expected

    @given(st.sampled_from(CEFR))
    def test_is_reached_by_the_level_itself(self, level: str) -> None:
        assert reaches({"cefr": level}, {"cefr": level})

    @pytest.mark.parametrize(("shown", "required"), [("B2", "C1"), ("A2", "B1"), ("A1", "A2")])
    def test_orders_languages(self, shown: str, required: str) -> None:
        assert reaches({"cefr": required, "mastery": None}, {"cefr": shown})
        assert not reaches({"cefr": shown}, {"cefr": required})

    def test_compares_nothing_across_scales(self) -> None:
        assert not reaches({"cefr": "C2"}, {"mastery": "N1"})
