"""Markdown to safe HTML: the only door for author text.

CommonMark with tables, footnotes, task lists, coloured code, maths between dollars and boxes; ``docs/authors.md``
shows each. Raw HTML is shown as text, and what comes out passes a tight allow-list last, whatever went in.
"""

from lms.markdown.dialect import LANGUAGES, Language, parse
from lms.markdown.flaws import Flaw, flaws
from lms.markdown.html import inline_html, to_html
from lms.markdown.plain import plain, words

__all__ = ["LANGUAGES", "Flaw", "Language", "flaws", "inline_html", "parse", "plain", "to_html", "words"]
