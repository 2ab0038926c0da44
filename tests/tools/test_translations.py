from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import translations

PLURAL = ("%(num)d person", "%(num)d people")


def make_template(*sentences: str | tuple[str, str]) -> Catalog:
    template = Catalog()
    for sentence in sentences:
        template.add(sentence, None, [("lms/views.py", 0)])
    return template


def make_catalogue(language: str, translated: dict[str, str]) -> Catalog:
    catalogue = Catalog(locale=language)
    for sentence, translation in translated.items():
        catalogue.add(sentence, translation, [("lms/views.py", 0)])
    return catalogue


def write(catalogue: Catalog, folder: Path) -> Path:
    path = folder / "messages.po"
    path.write_text(translations.as_text(catalogue), encoding="utf-8")
    return path


def problems(catalogue: Catalog, template: Catalog, folder: Path) -> Iterable[str]:
    return list(translations.problems_of(write(catalogue, folder), str(catalogue.locale), template))


class TestUpdated:
    def test_fills_the_source_language_with_its_own_words(self) -> None:
        english = translations.updated(Catalog(locale="en"), make_template("Sign in", PLURAL))

        assert {message.string for message in english if message.id} == {"Sign in", PLURAL}

    def test_leaves_other_languages_to_translators(self) -> None:
        template = make_template("Sign in")
        translations.updated(Catalog(locale="en"), template)

        french = translations.updated(Catalog(locale="fr"), template)

        assert not french["Sign in"].string

    def test_keeps_what_is_translated_and_drops_what_is_unused(self) -> None:
        french = make_catalogue("fr", {"Sign in": "Se connecter", "Gone": "Parti"})

        text = translations.as_text(translations.updated(french, make_template("Sign in", "Sign out")))

        assert "Se connecter" in text
        assert "Sign out" in text
        assert "Gone" not in text

    def test_reads_back_what_it_wrote(self, tmp_path: Path) -> None:
        french = translations.updated(make_catalogue("fr", {"Sign in": "Se connecter"}), make_template("Sign in"))
        path = write(french, tmp_path)

        again = translations.updated(translations.stored(path, "fr"), make_template("Sign in"))

        assert translations.as_text(again) == path.read_text(encoding="utf-8")


class TestProblems:
    def test_are_none_when_all_is_translated(self, tmp_path: Path) -> None:
        french = make_catalogue("fr", {"Hello %(name)s": "Bonjour %(name)s"})

        assert problems(french, make_template("Hello %(name)s"), tmp_path) == []

    def test_name_a_missing_catalogue(self, tmp_path: Path) -> None:
        assert list(translations.problems_of(tmp_path / "none.po", "fr", make_template())) == ["missing"]

    def test_name_a_sentence_without_translation(self, tmp_path: Path) -> None:
        found = problems(make_catalogue("fr", {"Sign in": ""}), make_template("Sign in"), tmp_path)

        assert found == ["not translated: 'Sign in'"]

    def test_name_a_sentence_the_code_has_and_the_catalogue_has_not(self, tmp_path: Path) -> None:
        found = problems(make_catalogue("fr", {}), make_template("Sign in"), tmp_path)

        assert found == ["not up to date with the code"]

    def test_name_a_doubtful_translation(self, tmp_path: Path) -> None:
        french = make_catalogue("fr", {"Sign in": "Se connecter"})
        french["Sign in"].flags.add("fuzzy")

        assert "marked as doubtful (fuzzy): 'Sign in'" in problems(french, make_template("Sign in"), tmp_path)

    def test_name_a_lost_placeholder(self, tmp_path: Path) -> None:
        french = make_catalogue("fr", {"Hello %(name)s": "Bonjour %(nom)s"})

        found = problems(french, make_template("Hello %(name)s"), tmp_path)

        assert found == ["other placeholders than in: 'Hello %(name)s'"]


class TestPlaceholders:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("%(name)s of %(count)d", {"%(name)s", "%(count)d"}),
            ("80 %% of {total}", {"{total}"}),
            ("60 % des points", set()),
        ],
    )
    def test_are_found(self, sentence: str, expected: set[str]) -> None:
        assert translations.placeholders(sentence) == expected

    @pytest.mark.parametrize(
        ("one", "many", "is_right"),
        [
            ("%(num)d personne", "%(num)d personnes", True),
            ("une personne", "%(num)d personnes", True),
            ("une personne", "%(n)d personnes", False),
        ],
    )
    def test_of_a_plural_may_be_left_out_where_the_source_does(self, one: str, many: str, is_right: bool) -> None:
        french = Catalog(locale="fr")
        message = french.add(("one person", "%(num)d people"), (one, many))

        assert translations.has_same_placeholders(message) is is_right
