"""Maths between dollars, from LaTeX to MathML, which browsers draw and screen readers read."""

import re
from collections.abc import Mapping
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert

MAX_FORMULA = 2_000

_COMMAND = re.compile(r"\\[A-Za-z]+")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_PARTS: Mapping[str, int] = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2}
_PARTS = {**_PARTS, "msubsup": 3, "munderover": 3}


class BadMaths(Exception):
    """The formula cannot be drawn. ``command`` is the unknown one, if that is why."""

    def __init__(self, command: str = "") -> None:
        super().__init__(command)
        self.command = command


@lru_cache(maxsize=1024)
def to_mathml(latex: str, display: str) -> str:
    """``display``: inline or block."""
    if len(latex) > MAX_FORMULA or not _is_balanced(latex):
        raise BadMaths
    try:
        mathml = str(convert(latex, display=display))
        drawing = ElementTree.fromstring(mathml)  # noqa: S314 - the converter's own, without entities or a DTD
    except Exception as error:  # the converter raises whatever its parser stumbles over
        raise BadMaths from error
    _refuse_gaps(drawing)
    return mathml


def _is_balanced(latex: str) -> bool:
    """The converter takes a brace that is never closed for an empty one."""
    depth = 0
    for sign in _ESCAPED.sub("", latex):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def _refuse_gaps(drawing: ElementTree.Element) -> None:
    """Commands it did not know stand there by name; what lacks a part, such as half a fraction, browsers leave out."""
    for element in drawing.iter():
        name = str(element.tag).rpartition("}")[2]
        command = _COMMAND.fullmatch(element.text or "") if name in ("mi", "mo") else None
        if command:
            raise BadMaths(command[0])
        if len(element) != _PARTS.get(name, len(element)):
            raise BadMaths
