"""One YAML file, or the head of a lesson, to its sheet; its problems named by line and field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lms.catalogue.reader.messages import not_expected, sentence
from lms.catalogue.reader.plain_yaml import Lines, YamlProblem, parse_yaml
from lms.catalogue.reader.problems import Place, field_name
from lms.catalogue.reader.shapes import known_fields, prose_in, repeated_ids
from lms.catalogue.reader.tree import Tree
from lms.competencies.schema import Sheet
from lms.i18n import _
from lms.markdown import flaws

S = TypeVar("S", bound=Sheet)


@dataclass(frozen=True)
class Source(Generic[S]):
    """A file that was read. ``sheet`` is ``None`` when something is wrong in it; ``data`` is then all there is."""

    tree: Tree
    name: str
    sheet: S | None
    data: Any
    lines: Lines

    def add(self, place: Place, message: str) -> None:
        """Report a problem; the place may end in what is missing."""
        self.tree.add(self.name, self.lines.of(place), field_name(place), message)

    def ids(self, field: str, key: str) -> list[str]:
        """The ids, or codes, in a list of the file, whether the rest of it is right or not."""
        items = self.data.get(field) if isinstance(self.data, dict) else None
        found = [item.get(key) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        return [value for value in found if isinstance(value, str)]


def read_sheet(tree: Tree, name: str, shape: type[S], pictures: Collection[str] = ()) -> Source[S]:
    """``pictures``: the names of those that texts in the file may show."""
    text = tree.read_text(name)
    if text is None:
        return Source(tree, name, None, None, Lines())
    return parse_sheet(tree, name, text, shape, pictures=pictures)


def parse_sheet(
    tree: Tree, name: str, text: str, shape: type[S], *, first_line: int = 1, pictures: Collection[str] = ()
) -> Source[S]:
    try:
        parsed = parse_yaml(text, first_line)
    except YamlProblem as problem:
        tree.add(name, problem.line, problem.field, problem.message)
        return Source(tree, name, None, None, Lines())
    for repeat in parsed.repeats:
        tree.add(name, repeat.line, repeat.field, repeat.message)
    source = Source(tree, name, _checked(tree, name, shape, parsed.data, parsed.lines), parsed.data, parsed.lines)
    for place, identifier, first in repeated_ids(parsed.data):
        line = parsed.lines.of(first)
        source.add(place, _('"%(id)s" is given twice: see line %(line)d', id=identifier, line=line))
    _report_flaws(source, shape, pictures)
    return source


def _checked(tree: Tree, name: str, shape: type[S], data: Any, lines: Lines) -> S | None:
    try:
        return shape.model_validate(data)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            place = _place(error, lines)
            message = _message(error, shape, data, place)
            tree.add(name, lines.of(place), field_name(place), message)
        return None


def _place(error: ErrorDetails, lines: Lines) -> Place:
    """Where in the file: pydantic's way there without the names of kinds, then ours into the culprit."""
    context: Mapping[str, Any] = error.get("ctx", {})
    place = lines.nearest((*error["loc"], *context.get("at", ())))
    return (*place, error["loc"][-1]) if error["type"] == "missing" else place


def _message(error: ErrorDetails, shape: type[Sheet], data: Any, place: Place) -> str:
    if error["type"] == "extra_forbidden":
        return not_expected(place[-1], known_fields(shape, data, place[:-1]))
    return sentence(error["type"], error.get("ctx", {}), error["input"])


def _report_flaws(source: Source[S], shape: type[S], pictures: Collection[str]) -> None:
    for place, text in prose_in(shape, source.data):
        first = source.lines.first_of_text.get(place, source.lines.of(place))
        for flaw in flaws(text, pictures):
            message = _("%(element)s: %(message)s", element=flaw.element, message=flaw.message)
            source.tree.add(source.name, first + flaw.line - 1, field_name(place), message)
