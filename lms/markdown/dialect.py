"""Our Markdown, from text to tokens."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

BOXES = ("note", "tip", "warning", "example", "activity", "misconception", "check")
VIDEO = "video"

PICTURE = re.compile(r"media/[a-z0-9][a-z0-9._-]*\.(png|jpg|jpeg|webp)")
_WEB = re.compile(r"(https?://[^/\s\\]|mailto:[^\s])", re.IGNORECASE)
_VIDEO_LINE = re.compile(
    r"(?P<url>https?://[^/\s\\|]\S*) +\| *(?P<title>[^|]+?) *\| *(?P<length>([0-9]{1,2}:)?[0-9]{1,3}:[0-5][0-9])"
)


def _parser() -> MarkdownIt:
    """``maxNesting`` bounds the time and the stack that hostile text can take."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    footnote_plugin(parser, inline=False)
    dollarmath_plugin(
        parser, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False, double_inline=False
    )
    container_plugin(parser, "box", validate=lambda info, markup: bool(info.strip()))
    return parser


PARSER = _parser()


def parse(text: str) -> list[Token]:
    """The box rule looks at the sign after an empty line's end: the last line needs one too."""
    return PARSER.parse(text + "\n", {})


def walk(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Every token, inner ones too, with the line it stands on, from 0."""
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        yield token, line
        inner = line
        for child in token.children or ():
            yield child, inner
            inner += child.type in ("softbreak", "hardbreak") or child.content.count("\n")


def words_of(token: Token) -> str:
    """The words a reader hears for an inline token and what is in it."""
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.children is not None:
        return "".join(map(words_of, token.children))
    return token.content


def slug(title: str) -> str:
    """What links to a heading write after ``#``: its words in lower case, accents kept, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-") or "section"


def slugs(tokens: Sequence[Token]) -> list[str]:
    """One for each heading, in order; a second "Example" is ``example-2``."""
    given: list[str] = []
    taken: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            name = slug(words_of(tokens[index + 1]))
            taken[name] = taken.get(name, 0) + 1
            given.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return given


def box_kind(token: Token) -> str:
    """The word after ``:::``."""
    return token.info.split(maxsplit=1)[0]


def video_line(token: Token) -> re.Match[str] | None:
    """``url``, ``title`` and ``length`` of a video box, if its first line holds all three."""
    return _VIDEO_LINE.fullmatch(token.info.strip().removeprefix(VIDEO).strip())


def fragment(address: str) -> str | None:
    """The heading a link within the text leads to."""
    return unquote(address[1:]) if address.startswith("#") else None


def is_web_address(address: str) -> bool:
    return bool(_WEB.match(address))
