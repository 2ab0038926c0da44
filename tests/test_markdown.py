"""What authors write, and what attackers would."""

import re
import time
import xml.etree.ElementTree as ElementTree

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.markdown import flaws, inline_html, plain, to_html, words

HARMLESS = set(
    re.findall(
        r"\w+",
        "html head body a aside blockquote br code details div em h2 h3 h4 h5 h6 hr img li ol p pre section span strong "
        "summary sup table tbody td th thead tr ul math menclose mfenced mfrac mi mmultiscripts mn mo mover mpadded "
        "mphantom mprescripts mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover "
        "none",
    )
)
ADDRESS = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)


def assert_harmless(html: str) -> None:
    """Read it as a browser would, and look at what is there."""
    for element in tinyhtml5.parse(html).iter():
        tag = str(element.tag).rpartition("}")[2]
        assert tag in HARMLESS, html
        for qualified, value in element.attrib.items():
            name = str(qualified).rpartition("}")[2]
            assert not name.startswith("on"), html
            assert name not in ("style", "srcset", "srcdoc", "formaction", "action", "background", "target"), html
            if name == "href":
                assert tag == "a", html
                assert ADDRESS.match(value), html
                assert element.get("rel") == "noopener noreferrer", html
            if name == "src":
                assert re.fullmatch(r"media/[\w.-]+", value), html
            if name == "id":
                assert value.startswith("text-"), html


class TestToHtml:
    def test_writes_commonmark(self) -> None:
        assert to_html("Some *fine* **words** and `code`.", "en") == (
            "<p>Some <em>fine</em> <strong>words</strong> and <code>code</code>.</p>\n"
        )

    def test_makes_headings_places_to_link_to(self) -> None:
        html = to_html("## Été, déjà\n\n### Été, déjà\n\n[là](#été-déjà-2)", "fr")

        assert '<h2 id="text-été-déjà">' in html
        assert '<h3 id="text-été-déjà-2">' in html
        assert '<a href="#text-été-déjà-2"' in html

    def test_keeps_the_only_h1_for_the_page(self) -> None:
        assert to_html("# Title", "en").startswith("<h2")

    def test_prefixes_every_id_so_that_texts_can_share_a_page(self) -> None:
        html = to_html("## Why\n\nA.[^1]\n\n[^1]: Because.", "en", prefix="q7")

        assert set(re.findall(r'(?:id="|href="#)([a-z0-9]+)-', html)) == {"q7"}

    def test_wraps_tables_that_scroll_and_heads_their_columns(self) -> None:
        html = to_html("| a | b |\n|---|--:|\n| 1 | 2 |", "fr")

        assert '<div class="table-scroll" role="group" tabindex="0" aria-label="Tableau">' in html
        assert '<th scope="col" class="align-right">b</th>' in html
        assert '<td class="align-right">2</td>' in html

    def test_numbers_footnotes_and_leads_back(self) -> None:
        html = to_html("One.[^a] Two.[^a]\n\n[^a]: The note.", "fr")

        assert 'href="#text-note-1" id="text-noteref-1" aria-label="Note 1"' in html
        assert '<li id="text-note-1"><p>The note.' in html
        assert html.count('aria-label="Retour au texte"') == 2
        assert 'href="#text-noteref-1-2"' in html

    def test_says_which_tasks_are_done(self) -> None:
        html = to_html("- [ ] one\n- [x] two\n- [y] three", "en")

        assert '<li class="task"><span class="task-box" role="img" aria-label="To do">☐</span> one</li>' in html
        assert 'aria-label="Done">☑</span> two' in html
        assert "<li>[y] three</li>" in html
        assert "<input" not in html

    def test_colours_code_by_classes(self) -> None:
        html = to_html("```python\nprint('<b>')\n```", "en")

        assert '<pre class="code" tabindex="0"><code class="highlight" data-language="python">' in html
        assert '<span class="nb">print</span>' in html
        assert "&lt;b&gt;" in html

    @pytest.mark.parametrize("info", ["", "klingon", "c++ title=x", "{.python}", '"><script>'])
    def test_shows_code_of_any_language(self, info: str) -> None:
        assert "x = 1" in re.sub(r"<[^>]+>", "", to_html(f"```{info}\nx = 1\n```", "en"))

    def test_leaves_very_long_code_uncoloured(self) -> None:
        assert "<span" not in to_html("```python\n" + "print(1)\n" * 3000 + "```", "en")

    def test_draws_maths_as_mathml(self) -> None:
        html = to_html("In $O(n^2)$.\n\n$$\n\\frac{a}{b}\n$$", "en")

        assert '<math display="inline">' in html
        assert '<div class="maths"><math display="block">' in html
        assert "<mfrac>" in html

    def test_takes_prices_for_prices(self) -> None:
        assert to_html("From $5 to $10, or \\$3.", "en") == "<p>From $5 to $10, or $3.</p>\n"

    @pytest.mark.parametrize("formula", [r"\frac{a", r"\foo{x}", "{" * 900, "x" * 3000, r"\left("])
    def test_shows_maths_that_cannot_be_drawn_as_typed(self, formula: str) -> None:
        assert "<math" not in to_html(f"${formula}$", "en")

    @pytest.mark.parametrize(
        ("kind", "french", "english"),
        [
            ("note", "À retenir", "Note"),
            ("tip", "Astuce", "Tip"),
            ("warning", "Attention", "Warning"),
            ("example", "Exemple", "Example"),
            ("activity", "Activité", "Activity"),
            ("misconception", "Idée fausse", "Misconception"),
            ("check", "Vérifiez-vous", "Check yourself"),
        ],
    )
    def test_titles_boxes_in_the_language_of_the_text(self, kind: str, french: str, english: str) -> None:
        text = f"::: {kind}\nWords.\n:::"

        opening = f'<aside class="box box-{kind}" data-kind="{kind}" role="note">'
        assert to_html(text, "fr").startswith(f'{opening}<p class="box-title">{french}</p>')
        assert to_html(text, "en").startswith(f'{opening}<p class="box-title">{english}</p>')

    def test_puts_boxes_in_boxes(self) -> None:
        html = to_html(":::: activity\nA\n\n::: check\nB\n:::\n::::\n\nC", "en")

        assert html.endswith("</aside>\n</aside>\n<p>C</p>\n")

    def test_links_to_videos_with_their_length_and_transcript(self) -> None:
        html = to_html("::: video https://example.org/talk | A talk | 12:30\nHello.\n:::", "fr")

        assert '<a href="https://example.org/talk" rel="noopener noreferrer">A talk</a>' in html
        assert '<span class="video-length">(12:30)</span>' in html
        assert "<details><summary>Transcription</summary>\n<p>Hello.</p>\n</details>" in html

    def test_shows_raw_html_as_text(self) -> None:
        assert to_html("<b>bold</b>", "en") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"

    def test_shows_pictures_of_the_module_only(self) -> None:
        assert to_html("![A trace](media/trace.png)", "en") == '<p><img src="media/trace.png" alt="A trace"></p>\n'
        for address in (
            "https://evil.example/x.png",
            "//evil.example/x.png",
            "/logout",
            "media/../x.png",
            "data:image/png,x",
        ):
            assert "<img" not in to_html(f"![words]({address})", "en")

    def test_takes_the_addresses_of_pictures_from_its_caller(self) -> None:
        text = "![A](media/a.png) ![B](media/b.png) ![C](/files/ab12.png)"

        html = to_html(text, "en", pictures={"media/a.png": "/files/ab12.png"})

        assert html == '<p><img src="/files/ab12.png" alt="A"> B C</p>\n'

    @pytest.mark.parametrize(
        "text", ["::: note\n> ", "::: note\n- ", "::: note\n", "> ::: note\n>", ":::", "$$", "[^1]:"]
    )
    def test_survives_a_text_that_breaks_off(self, text: str) -> None:
        assert_harmless(to_html(text, "en"))

    def test_survives_deep_nesting(self) -> None:
        for text in (
            ">" * 50_000,
            "- " * 50_000,
            "[" * 20_000,
            "*" * 20_000,
            "::: note\n" * 5_000,
            "$" + "{" * 1_900 + "$",
        ):
            began = time.monotonic()
            assert_harmless(to_html(text, "en"))
            assert time.monotonic() - began < 5


class TestInlineHtml:
    def test_drops_the_only_paragraph(self) -> None:
        assert inline_html("Wait `ten` seconds", "en") == "Wait <code>ten</code> seconds"

    def test_keeps_blocks_where_there_are_several(self) -> None:
        assert inline_html("One\n\nTwo", "en") == "<p>One</p>\n<p>Two</p>\n"
        assert inline_html("```\nx\n```", "en").startswith("<pre")


class TestPlain:
    def test_says_the_words_only(self) -> None:
        assert plain("## A *title*\n\nwith `code`,\n$x$ and ![a picture](media/a.png)") == (
            "A title with code, x and a picture"
        )


class TestWords:
    def test_counts_what_is_read(self) -> None:
        text = (
            "## Two words\n\nL'eau est là : oui.\n\n```python\nnot counted\n```\n\n- [ ] one\n\n::: note\ntwo more\n:::"
        )

        assert words(text) == 2 + 4 + 1 + 2

    def test_finds_none_in_nothing(self) -> None:
        assert words("") == words("\n\n—\n") == 0


class TestFlaws:
    @pytest.mark.parametrize(
        ("text", "line", "element", "expected"),
        [
            ("a\n\n# Title", 3, "heading", 'expected "##"'),
            ("a\nb ![](media/a.png)", 2, "picture", "expected words that say what it shows"),
            ("![a](media/none.png)", 1, "picture", 'there is no file "media/none.png"'),
            ("![a](https://example.org/a.png)", 1, "picture", "expected a file in media/"),
            ("a\n[b](other.md)", 2, "link", "expected https://"),
            ("[b](//evil.example)", 1, "link", "expected https://"),
            ("## A\n\n[b](#b)", 3, "link", 'there is no heading "#b"'),
            ("a\n\n##\n", 3, "heading", "expected words"),
            ("a\n\n[](https://example.org)", 3, "link", "[words](https://example.org)"),
            ("a\n\nb $\\frac{1}$", 3, "maths", "cannot be drawn"),
            ("a $\\foo$", 1, "maths", "\\foo is no command"),
            ("\n$$\n\\left(\n$$", 2, "maths", "cannot be drawn"),
            ("a\n\n::: nota\nb\n:::", 3, "box", '"nota" is no box: expected one of note'),
            ("::: note of\nb\n:::", 1, "box", 'expected nothing after "note"'),
            ("a\n\n::: note\nb", 3, "box", 'expected a line ":::"'),
            ("::: note\na\n\n::: tip\nb\n:::\n\n:::", 8, "box", "opens or closes no box"),
            ("::: video talk.mp4\nb\n:::", 1, "video", 'expected "::: video https://'),
            ("::: video javascript:alert(1) | a | 1:00\nb\n:::", 1, "video", 'expected "::: video https://'),
            ("::: video https://example.org | a | 1:00\n:::", 1, "video", "expected its transcript"),
            ("a\n\nb[^1]", 3, "footnote", 'expected a line "[^1]: …"'),
            ("| a |\n|---|\n| ![](media/a.png) |", 3, "picture", "expected words"),
            ("> - ![](media/a.png)", 1, "picture", "expected words"),
        ],
    )
    def test_points_at(self, text: str, line: int, element: str, expected: str) -> None:
        (flaw,) = flaws(text, pictures={"media/a.png"})

        assert (flaw.line, flaw.element) == (line, element)
        assert expected in flaw.message

    def test_finds_all_at_once(self) -> None:
        found = flaws("# A\n\n![](x)\n\n$\\foo$")

        assert [(flaw.line, flaw.element) for flaw in found] == [
            (1, "heading"),
            (3, "picture"),
            (3, "picture"),
            (5, "maths"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "## A\n\n[a](#a) [w](https://example.org) [m](mailto:a@example.org) <https://example.org>",
            "![A trace](media/a.png)",
            "`# a` and `![](x)` and \\$5 and $x$",
            "```\n# a\n![](x)\n::: nota\n```",
            "A.[^1]\n\n[^1]: B.",
            ":::: note\n::: tip\na\n:::\n::::",
            "- ::: note\n  a\n  :::",
            "> ::: note\n> a\n> :::",
            "::: video https://example.org/a | A talk | 1:02:30\nWords.\n:::",
            "$$\na\n$$",
        ],
    )
    def test_lets_good_texts_be(self, text: str) -> None:
        assert flaws(text, pictures={"media/a.png"}) == []


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<style>@import'//evil.example'</style>",
    "<form action=//evil.example><button>x</button></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=javascript:alert(1)></object>",
    "<details open ontoggle=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<?xml-stylesheet href=//evil.example?>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "\x01javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "//evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "file:///etc/passwd",
    "media/../../logout",
    "media/x.svg",
    "media/%2e%2e/x.png",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    '`"><script>alert(1)</script>',
    '\\"><img src=x onerror=alert(1)>',
    "\\text{<script>alert(1)</script>}",
    "\\href{javascript:alert(1)}{x}",
    "\\style{position:fixed}{x}",
    "\\unicode{x3c}script\\unicode{x3e}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "\u202e<script>alert(1)</script>",
    "</aside></div><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}<script>alert(1)</script>",
]

PLACES = [
    "{}",
    "[x]({})",
    "[x](<{}>)",
    '[x](https://example.org "{}")',
    "![{}](media/a.png)",
    "![x]({})",
    "![x](<{}>)",
    "<{}>",
    "[x][r]\n\n[r]: {}",
    "[x][r]\n\n[r]: <{}>",
    "## {}",
    "`{}`",
    "```{}\nx\n```",
    "```html\n{}\n```",
    "    {}",
    "${}$",
    "$$\n{}\n$$",
    "::: {}\nx\n:::",
    "::: note {}\n{}\n:::",
    "::: video https://example.org/{} | {} | 1:00\n{}\n:::",
    "::: video {} | x | 1:00\nx\n:::",
    "A.[^1]\n\n[^1]: {}",
    "A.[^{}]\n\n[^{}]: x",
    "| {} |\n|---|\n| {} |",
    "- [ ] {}",
    "> {}",
]


class TestAttacks:
    @pytest.mark.parametrize("place", PLACES)
    def test_find_no_way_through(self, place: str) -> None:
        for attack in ATTACKS:
            text = place.replace("{}", attack)
            assert_harmless(to_html(text, "en"))
            assert_harmless(inline_html(text, "fr"))
            flaws(text)

    @given(st.text(alphabet="ab<>\"'`&;:/\\#[](){}!|*_~^$=-+\n \t.0é\u202e\x00\u2028", max_size=200))
    @settings(max_examples=300, deadline=None)
    def test_of_any_signs_are_harmless(self, text: str) -> None:
        assert_harmless(to_html(text, "en"))
        flaws(text)
        words(text)
        plain(text)

    @given(
        st.lists(
            st.sampled_from([*PLACES, *ATTACKS, "\n", "\n\n", "> ", "- ", "1. ", ":::", "[^1]: ", "$", "|", "`"]),
            max_size=12,
        )
    )
    @settings(max_examples=300, deadline=None)
    def test_of_any_mixture_are_harmless(self, parts: list[str]) -> None:
        text = "".join(parts)
        assert_harmless(to_html(text, "fr"))
        flaws(text)

    def test_are_seen_by_the_check_itself(self) -> None:
        for html in ("<script>1</script>", "<p onclick=x>", "<a href=javascript:x>", "<img src=//x>", "<p style=x>"):
            with pytest.raises(AssertionError):
                assert_harmless(html)
        assert ElementTree.iselement(tinyhtml5.parse("<p>"))
