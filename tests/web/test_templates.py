"""Templates compiled for their language: what is written beforehand, and that it reads as if it were not."""

from collections.abc import Callable

import pytest
from babel.support import NullTranslations
from flask import Flask, render_template, render_template_string
from jinja2 import DictLoader

from lms import i18n
from lms.i18n import in_language

Write = Callable[..., None]


@pytest.fixture
def write(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Write:
    """``write("a.html", "…")``: templates of the test's own, and French for some sentences."""
    texts: dict[str, str] = {}
    french = {
        "Save": "Enregistrer",
        "%(done)d of %(total)d": "%(done)d sur %(total)d",
        "Hello %(name)s": "Bonjour <%(name)s>",
    }

    class Sentences:
        def gettext(self, sentence: str) -> str:
            return french.get(sentence, sentence)

    monkeypatch.setattr(i18n, "_sentences", lambda code: Sentences() if code == "fr" else NullTranslations())
    monkeypatch.setattr(app.jinja_env, "_editions", {})
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(texts))
    return lambda name, text: texts.update({name: text})


def shown(app: Flask, template: str, language: str, **values: object) -> str:
    with app.test_request_context("/"), in_language(language):
        return render_template(template, **values)


class TestLanguage:
    def test_each_reader_gets_their_own(self, app: Flask, write: Write) -> None:
        write("a.html", '{{ _("Save") }} {{ language() }} {{ direction() }}')

        assert [shown(app, "a.html", code) for code in ("fr", "en", "fr")] == [
            "Enregistrer fr ltr",
            "Save en ltr",
            "Enregistrer fr ltr",
        ]

    def test_values_stay_holes_and_are_escaped(self, app: Flask, write: Write) -> None:
        write("a.html", '{{ _("Hello %(name)s", name=name) }}')

        assert shown(app, "a.html", "fr", name="<b>") == "Bonjour <&lt;b&gt;>"
        assert shown(app, "a.html", "fr", name="Amina") == "Bonjour <Amina>"

    def test_a_sentence_can_be_chosen_and_passed_on(self, app: Flask, write: Write) -> None:
        write(
            "a.html",
            '{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(_("Save") if yes else _("%(done)d of %(total)d", done=1, total=2)) }}',
        )

        assert [shown(app, "a.html", "fr", yes=yes) for yes in (True, False)] == ["[Enregistrer]", "[1 sur 2]"]

    def test_plain_text_is_not_escaped(self, app: Flask, write: Write) -> None:
        write("a.txt", '{{ _("Hello %(name)s", name=name) }} {{ name }}')

        assert shown(app, "a.txt", "fr", name="A & B") == "Bonjour <A & B> A & B"

    def test_a_name_the_template_gives_itself_is_its_own(self, app: Flask, write: Write) -> None:
        write("a.html", '{% macro icon(name) %}({{ name }}){% endmacro %}{{ icon("award") }}')

        assert shown(app, "a.html", "en") == "(award)"


class TestIncludes:
    def test_see_what_stands_around_them(self, app: Flask, write: Write) -> None:
        write("a.html", '{% for n in (1, 2) %}{% include "b.html" %}{% endfor %}{{ n }}')
        write("b.html", '{% set n = n * 10 %}{{ n }}{{ _("Save") }};')

        assert shown(app, "a.html", "fr", n=7) == "10Enregistrer;20Enregistrer;7"


class TestAddresses:
    def test_are_those_of_flask(self, app: Flask, write: Write) -> None:
        write(
            "a.html", "{{ url_for('home.help_page') }} {{ url_for(page, next=next) }} {{ url_for(page, _anchor='x') }}"
        )

        assert shown(app, "a.html", "en", page="accounts.login", next="/a b") == "/help /login?next=/a+b /login#x"
        assert shown(app, "a.html", "en", page="accounts.login", next=None) == "/help /login /login#x"


class TestShowing:
    @pytest.mark.parametrize(
        ("value", "html"),
        [("<i>", "&lt;i&gt;"), ("plain", "plain"), (12, "12"), (True, "True"), (None, "None"), ("", ""), (1.5, "1.5")],
    )
    def test_escapes_what_must_be(self, app: Flask, write: Write, value: object, html: str) -> None:
        write("a.html", "{{ value }}")

        assert shown(app, "a.html", "en", value=value) == html

    def test_leaves_strings_rendered_by_hand_alone(self, app: Flask) -> None:
        with app.test_request_context("/"):
            assert render_template_string("{{ '<' }}{{ '<'|safe }}") == "&lt;<"
