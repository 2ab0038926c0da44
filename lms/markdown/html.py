"""Tokens to HTML. What a rule writes is escaped here, and cleaned once more at the end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from lms.markdown.cleaning import clean
from lms.markdown.dialect import (
    BOXES,
    PARSER,
    PICTURE,
    VIDEO,
    Language,
    box_kind,
    fragment,
    parse,
    slugs,
    video_line,
    words_of,
)
from lms.markdown.maths import BadMaths, to_mathml

MAX_COLOURED = 20_000
MAX_FORMULAS = 1_000

# In the language of the text, which need not be that of its reader's pages: hence a table, not ``_()``.
_LABELS: Mapping[str, Mapping[Language, str]] = {
    "note": {"fr": "À retenir", "en": "Note"},
    "tip": {"fr": "Astuce", "en": "Tip"},
    "warning": {"fr": "Attention", "en": "Warning"},
    "example": {"fr": "Exemple", "en": "Example"},
    "activity": {"fr": "Activité", "en": "Activity"},
    "misconception": {"fr": "Idée fausse", "en": "Misconception"},
    "check": {"fr": "Vérifiez-vous", "en": "Check yourself"},
    "transcript": {"fr": "Transcription", "en": "Transcript"},
    "table": {"fr": "Tableau", "en": "Table"},
    "to_do": {"fr": "À faire", "en": "To do"},
    "done": {"fr": "Fait", "en": "Done"},
    "notes": {"fr": "Notes", "en": "Notes"},
    "footnote": {"fr": "Note", "en": "Note"},
    "back": {"fr": "Retour au texte", "en": "Back to the text"},
}


@dataclass
class Page:
    """What the rules need to know of the text they are in."""

    language: Language
    prefix: str
    pictures: Mapping[str, str] | None
    slugs: list[str]
    formulas: int = 0
    open_boxes: list[str] = field(default_factory=list)

    def label(self, name: str) -> str:
        return _LABELS[name][self.language]

    def anchor(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def address(self, picture: str) -> str | None:
        """Where the picture is served; ``None``: nowhere."""
        if self.pictures is not None:
            return self.pictures.get(picture)
        return picture if PICTURE.fullmatch(picture) else None


def to_html(text: str, language: Language, *, prefix: str = "text", pictures: Mapping[str, str] | None = None) -> str:
    """Safe HTML of a whole text.

    ``prefix`` starts every id, so that several texts can share a page. ``pictures`` says where each ``media/…`` is
    served; a picture it does not know is left out, and without it addresses stay as written.
    """
    tokens = parse(text)
    return _render(tokens, _page(tokens, language, prefix, pictures))


def inline_html(
    text: str, language: Language, *, prefix: str = "text", pictures: Mapping[str, str] | None = None
) -> str:
    """The same without the paragraph around it when there is only one: for choices, labels and cells."""
    tokens = parse(text)
    page = _page(tokens, language, prefix, pictures)
    is_one_paragraph = [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return _render(tokens[1:2] if is_one_paragraph else tokens, page)


def _page(tokens: Sequence[Token], language: Language, prefix: str, pictures: Mapping[str, str] | None) -> Page:
    return Page(language, prefix, pictures, slugs(tokens))


def _render(tokens: Sequence[Token], page: Page) -> str:
    _mark_tasks(tokens)
    html = _RENDERER.renderer.render(tokens, _RENDERER.options, {"page": page})
    return clean(html, None if page.pictures is None else set(page.pictures.values()))


def _mark_tasks(tokens: Sequence[Token]) -> None:
    """Turn ``[ ]`` and ``[x]`` at the start of list items into boxes of their own."""
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        if first.type == "text" and first.content[:4] in ("[ ] ", "[x] ", "[X] "):
            item.attrSet("class", "task")
            box = Token("task_box", "", 0, content="done" if first.content[1] in "xX" else "to_do")
            first.content = first.content[3:]
            inline.children.insert(0, box)


# The rules: each takes all the tokens and the place of its own, as markdown-it wants them.

Rule = Callable[[Sequence[Token], int, Page], str]


def _heading_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f'<{_heading_tag(tokens[index])} id="{escape(page.anchor(page.slugs.pop(0)))}">'


def _heading_close(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f"</{_heading_tag(tokens[index])}>\n"


def _heading_tag(token: Token) -> str:
    """The page has the only ``h1``."""
    return "h2" if token.tag == "h1" else token.tag


def _link_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    address = str(tokens[index].attrs.get("href", ""))
    name = fragment(address)
    return f'<a href="{escape(address if name is None else "#" + page.anchor(name))}">'


def _image(tokens: Sequence[Token], index: int, page: Page) -> str:
    words = words_of(tokens[index])
    address = page.address(str(tokens[index].attrs.get("src", "")))
    return f'<img src="{escape(address)}" alt="{escape(words)}">' if address else escape(words)


def _table_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f'<div class="table-scroll" role="group" tabindex="0" aria-label="{page.label("table")}"><table>\n'


def _table_close(tokens: Sequence[Token], index: int, page: Page) -> str:
    return "</table></div>\n"


def _cell_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    token = tokens[index]
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    scope = ' scope="col"' if token.tag == "th" else ""
    return f'<{token.tag}{scope} class="align-{escape(side)}">' if side else f"<{token.tag}{scope}>"


def _fence(tokens: Sequence[Token], index: int, page: Page) -> str:
    language = (tokens[index].info.split() or ["text"])[0].lower()
    return _code(tokens[index].content, language)


def _code_block(tokens: Sequence[Token], index: int, page: Page) -> str:
    return _code(tokens[index].content, "text")


def _code(code: str, language: str) -> str:
    """Coloured by classes. It scrolls sideways, so the keyboard must reach it."""
    try:
        lexer = get_lexer_by_name(language) if len(code) <= MAX_COLOURED else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    coloured = highlight(code, lexer, HtmlFormatter(nowrap=True))
    code_open = f'<code class="highlight" data-language="{escape(language)}">'
    return f'<pre class="code" tabindex="0">{code_open}{coloured}</code></pre>\n'


def _maths_inline(tokens: Sequence[Token], index: int, page: Page) -> str:
    return _maths(tokens[index].content, "inline", page)


def _maths_block(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f'<div class="maths">{_maths(tokens[index].content.strip(), "block", page)}</div>\n'


def _maths(latex: str, display: str, page: Page) -> str:
    """A formula that cannot be drawn is shown as it was typed: the author was told when checking."""
    page.formulas += 1
    if page.formulas > MAX_FORMULAS:
        return f"<code>{escape(latex)}</code>"
    try:
        return to_mathml(latex, display)
    except BadMaths:
        return f"<code>{escape(latex)}</code>"


def _box_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    token = tokens[index]
    kind = box_kind(token)
    video = video_line(token) if kind == VIDEO else None
    if video:
        page.open_boxes.append("</details></div>\n")
        return _video_open(video["url"], video["title"], video["length"], page)
    page.open_boxes.append("</aside>\n")
    if kind not in BOXES:
        return '<aside class="box" role="note">\n'
    title = f'<p class="box-title">{page.label(kind)}</p>'
    return f'<aside class="box box-{kind}" data-kind="{kind}" role="note">{title}\n'


def _video_open(url: str, title: str, length: str, page: Page) -> str:
    link = f'<a href="{escape(url)}">{escape(title)}</a> <span class="video-length">({escape(length)})</span>'
    return (
        f'<div class="video"><p class="video-link">{link}</p><details><summary>{page.label("transcript")}</summary>\n'
    )


def _box_close(tokens: Sequence[Token], index: int, page: Page) -> str:
    return page.open_boxes.pop()


def _task_box(tokens: Sequence[Token], index: int, page: Page) -> str:
    state = tokens[index].content
    sign = "☑" if state == "done" else "☐"
    return f'<span class="task-box" role="img" aria-label="{page.label(state)}">{sign}</span>'


def _footnote_ref(tokens: Sequence[Token], index: int, page: Page) -> str:
    number, place = _footnote_place(tokens[index])
    note, back = page.anchor(f"note-{number}"), page.anchor(f"noteref-{number}{place}")
    label = f"{page.label('footnote')} {number}"
    return f'<sup class="footnote-ref"><a href="#{note}" id="{back}" aria-label="{label}">{number}</a></sup>'


def _footnote_anchor(tokens: Sequence[Token], index: int, page: Page) -> str:
    number, place = _footnote_place(tokens[index])
    back = page.anchor(f"noteref-{number}{place}")
    return f' <a class="footnote-back" href="#{back}" aria-label="{page.label("back")}">↩</a>'


def _footnote_place(token: Token) -> tuple[int, str]:
    """The number of the note, and which of several references to it this is."""
    meta: dict[str, Any] = token.meta
    return meta["id"] + 1, f"-{meta['subId'] + 1}" if meta.get("subId") else ""


def _footnotes_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f'<section class="footnotes" role="doc-endnotes" aria-label="{page.label("notes")}"><ol>\n'


def _footnotes_close(tokens: Sequence[Token], index: int, page: Page) -> str:
    return "</ol></section>\n"


def _footnote_open(tokens: Sequence[Token], index: int, page: Page) -> str:
    return f'<li id="{page.anchor("note-" + str(tokens[index].meta["id"] + 1))}">'


def _footnote_close(tokens: Sequence[Token], index: int, page: Page) -> str:
    return "</li>\n"


_RULES: Mapping[str, Rule] = {
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "link_open": _link_open,
    "image": _image,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _cell_open,
    "td_open": _cell_open,
    "fence": _fence,
    "code_block": _code_block,
    "math_inline": _maths_inline,
    "math_block": _maths_block,
    "container_box_open": _box_open,
    "container_box_close": _box_close,
    "task_box": _task_box,
    "footnote_ref": _footnote_ref,
    "footnote_anchor": _footnote_anchor,
    "footnote_block_open": _footnotes_open,
    "footnote_block_close": _footnotes_close,
    "footnote_open": _footnote_open,
    "footnote_close": _footnote_close,
}


def _renderer() -> MarkdownIt:
    for name, rule in _RULES.items():
        PARSER.add_render_rule(name, _as_method(rule))
    return PARSER


def _as_method(rule: Rule) -> Callable[..., str]:
    """markdown-it binds rules to its renderer and hands them its options and environment."""

    def method(renderer: object, tokens: Sequence[Token], index: int, options: object, env: Mapping[str, Any]) -> str:
        return rule(tokens, index, env["page"])

    return method


_RENDERER = _renderer()
