"""What a kind of paper looks like: its template, its style and what is drawn under the text."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

LMS = Path(__file__).resolve().parents[1]
PAGES = LMS / "templates" / "pdf"


@dataclass(frozen=True)
class Form:
    """A drawing that others place by name (PDF's form XObject). ``box`` is in points. ``uses`` are the names it places itself."""

    name: str
    box: tuple[float, float, float, float]
    operators: str
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stationery:
    """``most_pages``: one sheet, or None for as many as the text takes. ``forms``: each after those it uses; the last one is laid
    under the first page."""

    name: str
    style: str
    most_pages: int | None = None
    forms: tuple[Form, ...] = ()


def style(file: str) -> str:
    """A style sheet from the folder of pages."""
    return (PAGES / file).read_text(encoding="utf-8")


def template(file: str) -> Template:
    """A page to be filled in, from the same folder."""
    return _environment().get_template(file)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
