import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.search import folded, is_in


class TestIsIn:
    @pytest.mark.parametrize(
        "search", ["securite", "SÉCURITÉ", "sécu", "reseaux securite", "", "  ", "l'annee", "œuvre"]
    )
    def test_finds_words_whatever_their_accents_and_case(self, search: str) -> None:
        assert is_in(search, folded("Sécurité des réseaux", "L’année de l’œuvre"))

    @pytest.mark.parametrize("search", ["curite", "reseaux cloud", "%", "securites"])
    def test_finds_only_beginnings_of_words(self, search: str) -> None:
        assert is_in(search, folded("Sécurité des réseaux")) is (search == "%")

    @given(st.lists(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1), max_size=6))
    def test_finds_every_text_by_its_own_words(self, words: list[str]) -> None:
        assert is_in(" ".join(reversed(words)), folded(*words))
