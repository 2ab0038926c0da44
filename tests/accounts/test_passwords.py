"""Which passwords are refused, and why."""

import time

import pytest

from lms.accounts.passwords import weakness


class TestWeakness:
    @pytest.mark.parametrize(
        "password",
        ["iloveyou1234", "p@ssw0rd1234", "motdepasse1234", "azertyuiop12", "casablanca2026", "Bienvenue2026", "marocmaroc12",
         "123456789012", "aaaaaaaaaaaa", "qwertyuiop123", "administrateur", "formation2026", "19851985198519"],
    )  # fmt: skip
    def test_refuses_what_is_tried_first(self, password: str) -> None:
        assert weakness(password) == "common"

    @pytest.mark.parametrize(
        "password",
        ["une phrase que l'on retient", "quatre mots de passe", "tagine au citron confit", "correct horse battery staple",
         "vQ8#tLz2!mWx"],
    )  # fmt: skip
    def test_takes_several_words_and_what_nobody_would_guess(self, password: str) -> None:
        assert weakness(password, "Hajar", "El Idrissi") is None

    def test_refuses_ones_own_name_with_a_little_around_it(self) -> None:
        assert weakness("Hajar.Idrissi9", "Hajar", "El Idrissi") == "personal"

    def test_says_too_short_and_too_long(self) -> None:
        assert weakness("court") == "short"
        assert weakness("mots " * 26) == "long"

    @pytest.mark.parametrize("password", ["a" * 128, "@4a" * 42, "1qaz2wsx" * 16])
    def test_answers_soon_whatever_is_typed(self, password: str) -> None:
        before = time.process_time()
        weakness(password)

        assert time.process_time() - before < 5
