"""Maths between dollars, from LaTeX to MathML, which browsers draw and screen readers read."""

import re
from functools import lru_cache

from latex2mathml.converter import convert

MAX_FORMULA = 2_000

_UNKNOWN_COMMAND = re.compile(r"<m[io][^>]*>(\\[A-Za-z]+)")


class BadMaths(Exception):
    """The formula cannot be drawn. ``command`` is the unknown one, if that is why."""

    def __init__(self, command: str = "") -> None:
        super().__init__(command)
        self.command = command


@lru_cache(maxsize=1024)
def to_mathml(latex: str, display: str) -> str:
    """``display``: inline or block."""
    if len(latex) > MAX_FORMULA:
        raise BadMaths
    try:
        mathml = str(convert(latex, display=display))
    except Exception as error:  # the converter raises whatever its parser stumbles over
        raise BadMaths from error
    unknown = _UNKNOWN_COMMAND.search(mathml)
    if unknown:
        raise BadMaths(unknown[1])
    return mathml
