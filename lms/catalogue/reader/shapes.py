"""Raw data beside the schema it should follow: what stands where, even when parts of it are wrong."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from lms.catalogue.reader.problems import Place
from lms.competencies.schema import LANGUAGES, Prose


def known_fields(shape: Any, data: Any, place: Place) -> list[str]:
    """The names of the fields that the group at ``place`` may have."""
    for step in place:
        shape = dict(_parts(_plain(shape, data), data, everything=True)).get(step)
        data = data[step] if _holds(data, step) else None
    model = _plain(shape, data)
    return list(model.model_fields) if _is_model(model) else []


def prose_in(shape: Any, data: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text that may use Markdown, with its place."""
    shape = _plain(shape, data)
    if shape is Prose and isinstance(data, dict):
        for language in LANGUAGES:
            if isinstance(data.get(language), str):
                yield (*place, language), data[language]
        return
    for step, part in _parts(shape, data):
        yield from prose_in(part, data[step], (*place, step))


def repeated_ids(data: Any, place: Place = ()) -> Iterator[tuple[Place, str, Place]]:
    """Ids and codes that stand twice in one list: the place of the second, the id, the place of the first."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from repeated_ids(inner, (*place, name))
    elif isinstance(data, list):
        first: dict[str, Place] = {}
        for index, inner in enumerate(data):
            yield from repeated_ids(inner, (*place, index))
            for name in ("id", "code"):
                value = inner.get(name) if isinstance(inner, dict) else None
                if isinstance(value, str):
                    here = (*place, index, name)
                    if first.setdefault(value, here) != here:
                        yield here, value, first[value]


def _parts(shape: Any, data: Any, *, everything: bool = False) -> Iterator[tuple[str | int, Any]]:
    """The steps into a shape that the data takes, with the shape behind each."""
    if _is_model(shape):
        for name, field in shape.model_fields.items():
            if everything or _holds(data, name):
                yield name, field.annotation
    elif get_origin(shape) is tuple and isinstance(data, list):
        for index in range(len(data)):
            yield index, get_args(shape)[0]
    elif _is_mapping(shape) and isinstance(data, dict):
        for name in data:
            yield name, get_args(shape)[1]


def _plain(shape: Any, data: Any) -> Any:
    """The shape without what pydantic hangs on it; of several kinds, the one that the data says it is."""
    while get_origin(shape) is Annotated:
        shape = get_args(shape)[0]
    if get_origin(shape) in (Union, UnionType):
        members = [member for member in get_args(shape) if member is not NoneType]
        if len(members) == 1:
            return _plain(members[0], data)
        kind = data.get("kind") if isinstance(data, dict) else None
        return next((member for member in members if _is_of_kind(member, kind)), None)
    return shape


def _is_of_kind(member: Any, kind: object) -> bool:
    annotation = member.model_fields["kind"].annotation if _is_model(member) else None
    return get_origin(annotation) is Literal and kind in get_args(annotation)


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _is_mapping(shape: Any) -> bool:
    origin = get_origin(shape)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(data, list) and step < len(data)
    return isinstance(data, dict) and step in data
