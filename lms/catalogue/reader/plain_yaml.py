"""A small, strict YAML: plain data with the line of everything, and nothing that could surprise an author.

Built from the parser's events rather than by PyYAML's own loader, which would take ``Non`` for no, ``12:30`` for
a number, keep only the last of two equal keys, and follow aliases (a few lines of which fill any memory).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from lms.catalogue.reader.problems import Place, field_name
from lms.i18n import _

MAX_DEPTH = 20

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlProblem(Exception):
    """The text is no YAML, or more than we read. ``line`` counts from 1."""

    def __init__(self, line: int, field: str, message: str) -> None:
        super().__init__(message)
        self.line, self.field, self.message = line, field, message


@dataclass
class Lines:
    """The line of every value, by its place; that of a key for what has one."""

    by_place: dict[Place, int] = field(default_factory=lambda: {(): 1})
    first_of_text: dict[Place, int] = field(default_factory=dict)

    def of(self, place: Place) -> int:
        """The line of the value, or of the nearest thing around it that is in the file."""
        while place not in self.by_place:
            place = place[:-1]
        return self.by_place[place]

    def nearest(self, place: Place) -> Place:
        """The place without the steps that are not in the file, such as the names pydantic gives to choices."""
        found: Place = ()
        for step in place:
            if (*found, step) in self.by_place:
                found = (*found, step)
        return found


class _Builder:
    """Reads events into data. One instance reads one document."""

    def __init__(self, text: str, first_line: int) -> None:
        self.lines = Lines()
        self.repeats: list[YamlProblem] = []
        self.offset = first_line
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Any:
        self._next()  # the stream starts
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        data = self._value(self._next(), ())
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise YamlProblem(self._line(event), "file", _('expected one document: remove the second "---"'))
        return data

    def _next(self) -> yaml.Event:
        return next(self.events)

    def _line(self, event: yaml.Event) -> int:
        return (event.start_mark.line if event.start_mark else 0) + self.offset

    def _value(self, event: yaml.Event, place: Place) -> Any:
        self._refuse_tricks(event, place)
        self.lines.by_place.setdefault(place, self._line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        return self._scalar(event, place)

    def _refuse_tricks(self, event: yaml.Event, place: Place) -> None:
        line, name = self._line(event), field_name(place)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlProblem(line, name, _('"&" and "*" names are not read: quote the text, or write it again'))
        if getattr(event, "tag", None):
            raise YamlProblem(line, name, _('"!" types are not read: quote the text'))
        if len(place) > MAX_DEPTH:
            raise YamlProblem(line, name, _("is nested too deeply"))

    def _mapping(self, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, place)
            inner = (*place, key)
            if key in data:
                first = self.lines.of(inner)
                message = _("is given twice: see line %(line)d", line=first)
                self.repeats.append(YamlProblem(self._line(event), field_name(inner), message))
            self.lines.by_place.setdefault(inner, self._line(event))
            data.setdefault(key, self._value(self._next(), inner))
        return data

    def _key(self, event: yaml.Event, place: Place) -> str:
        self._refuse_tricks(event, place)
        if not isinstance(event, yaml.ScalarEvent):
            raise YamlProblem(
                self._line(event), field_name(place), _('expected a name before ":", not a list or a group')
            )
        return str(event.value)

    def _sequence(self, place: Place) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            data.append(self._value(event, (*place, len(data))))
        return data

    def _scalar(self, event: yaml.Event, place: Place) -> Any:
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - all that is left in YAML
        is_block = event.style in ("|", ">")
        self.lines.first_of_text[place] = self._line(event) + is_block
        if event.style is not None and event.style != "":
            return event.value
        return plain_value(event.value)


def plain_value(words: str) -> object:
    """What unquoted words mean, as in YAML 1.2: only ``true``, ``false``, ``null`` and numbers are special."""
    if words in _WORDS:
        return _WORDS[words]
    if _WHOLE.fullmatch(words):
        return int(words)
    return float(words) if _DECIMAL.fullmatch(words) else words


@dataclass(frozen=True)
class Parsed:
    """The data, the line of each part of it, and the keys given twice."""

    data: Any
    lines: Lines
    repeats: list[YamlProblem]


def parse_yaml(text: str, first_line: int = 1) -> Parsed:
    """Raises ``YamlProblem`` where reading on would be guessing. ``first_line`` is that of the text in its file."""
    builder = _Builder(text, first_line)
    try:
        return Parsed(builder.document(), builder.lines, builder.repeats)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else first_line
        raise YamlProblem(line, "YAML", syntax_message(error)) from None
    except yaml.YAMLError as error:
        raise YamlProblem(first_line, "YAML", str(error)) from None


def syntax_message(error: yaml.MarkedYAMLError) -> str:
    """The parser's own words, in English as they come, after advice on what is most often wrong."""
    said = " ".join(part for part in (error.context, error.problem) if part)
    return _(
        'cannot be read (%(said)s): check the indentation, and quote texts that hold ": ", " #" or start with a sign',
        said=said,
    )
