"""What an author should mend in a text before anyone reads it."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from lms.i18n import _
from lms.markdown.dialect import (
    BOXES,
    PICTURE,
    VIDEO,
    box_kind,
    fragment,
    is_web_address,
    parse,
    slugs,
    video_line,
    walk,
    words_of,
)
from lms.markdown.maths import BadMaths, to_mathml

_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\]")


@dataclass(frozen=True)
class Flaw:
    """``line`` counts from 1 within the text; ``element`` is what is flawed: picture, heading, link, box, …"""

    line: int
    element: str
    message: str


def flaws(text: str, pictures: Collection[str] = ()) -> list[Flaw]:
    """All flaws, in order. ``pictures``: the names of those there are, as texts write them (``media/trace.png``)."""
    tokens = parse(text)
    known = set(slugs(tokens))
    found = [*_tokens_flawed(tokens, known, pictures), *_wordless(tokens), *_boxes_flawed(tokens, text.split("\n"))]
    return sorted(found, key=lambda flaw: flaw.line)


def _wordless(tokens: Sequence[Token]) -> Iterator[Flaw]:
    """Headings and links that a screen reader would announce with nothing to say."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and not words_of(tokens[index + 1]).strip():
            yield Flaw((token.map or [0])[0] + 1, "heading", _("expected words"))
        for before, after in pairwise(token.children or ()):
            if before.type == "link_open" and after.type == "link_close":
                address = before.attrs.get("href", "")
                message = _("expected words in the brackets: [words](%(address)s)", address=address)
                yield Flaw((token.map or [0])[0] + 1, "link", message)


def _tokens_flawed(tokens: Sequence[Token], headings: set[str], pictures: Collection[str]) -> Iterator[Flaw]:
    for token, line in walk(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            yield Flaw(line + 1, "heading", _('expected "##": the title of the page is its only "#"'))
        elif token.type == "image":
            yield from _picture_flawed(token, line + 1, pictures)
        elif token.type == "link_open":
            yield from _link_flawed(str(token.attrs.get("href", "")), line + 1, headings)
        elif token.type in ("math_inline", "math_block"):
            yield from _maths_flawed(token, line + 1)
        elif token.type == "text" and (footnote := _FOOTNOTE.search(token.content)):
            yield Flaw(line + 1, "footnote", _('expected a line "%(name)s: …" with its text', name=footnote[0]))


def _picture_flawed(token: Token, line: int, pictures: Collection[str]) -> Iterator[Flaw]:
    name = str(token.attrs.get("src", ""))
    if not words_of(token).strip():
        yield Flaw(line, "picture", _("expected words that say what it shows: ![words](%(name)s)", name=name))
    if not PICTURE.fullmatch(name):
        yield Flaw(line, "picture", _('expected a file in media/, such as media/trace.png, not "%(name)s"', name=name))
    elif name not in pictures:
        yield Flaw(line, "picture", _('there is no file "%(name)s" in the folder of the module', name=name))


def _link_flawed(address: str, line: int, headings: set[str]) -> Iterator[Flaw]:
    name = fragment(address)
    if name is not None and name not in headings:
        yield Flaw(line, "link", _('there is no heading "#%(name)s" in this text', name=name))
    elif name is None and not is_web_address(address):
        expected = _('expected https://…, mailto:… or #a-heading, not "%(address)s"', address=address)
        yield Flaw(line, "link", expected)


def _maths_flawed(token: Token, line: int) -> Iterator[Flaw]:
    try:
        to_mathml(token.content.strip(), "block")
    except BadMaths as error:
        if error.command:
            message = _("%(command)s is no command we can draw: expected LaTeX maths", command=error.command)
        else:
            message = _('cannot be drawn: expected LaTeX maths, or "\\$" for a dollar')
        yield Flaw(line, "maths", message)


def _boxes_flawed(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Flaw]:
    for index, token in enumerate(tokens):
        if token.type == "container_box_open" and token.map:
            start, end = token.map
            yield from _box_flawed(token, start + 1)
            if box_kind(token) == VIDEO and tokens[index + 1].type == "container_box_close":
                yield Flaw(start + 1, "video", _('expected its transcript between this line and ":::"'))
            if end >= len(lines) or not lines[end].lstrip("> \t").startswith(":::"):
                yield Flaw(start + 1, "box", _('expected a line ":::" where the box ends'))
        elif token.type == "inline" and token.map:
            for line in range(*token.map):
                if line < len(lines) and lines[line].lstrip("> \t").startswith(":::"):
                    message = _(
                        'opens or closes no box: a box within a box needs the outer one to have more colons, "::::"'
                    )
                    yield Flaw(line + 1, "box", message)


def _box_flawed(token: Token, line: int) -> Iterator[Flaw]:
    kind = box_kind(token)
    if kind == VIDEO:
        if not video_line(token):
            yield Flaw(line, "video", _('expected "::: video https://… | title | mm:ss"'))
    elif kind not in BOXES:
        expected = ", ".join((*BOXES, VIDEO))
        yield Flaw(line, "box", _('"%(kind)s" is no box: expected one of %(expected)s', kind=kind, expected=expected))
    elif token.info.strip() != kind:
        yield Flaw(line, "box", _('expected nothing after "%(kind)s"', kind=kind))
