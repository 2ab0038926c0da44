"""The parts of a module, and the hashes that tell versions apart."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel

from lms.catalogue import reader, schema
from lms.markdown import plain

PartKind = Literal["sheet", "lesson", "question", "quiz", "assignment", "rubric", "picture"]
LONGEST_TITLE = 120


@dataclass(frozen=True)
class Part:
    """Something of a module that authors change by itself; ``sheet`` is its ``module.yaml``."""

    kind: PartKind
    id: str
    hash: str
    title_fr: str
    title_en: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def parts_of(module: reader.Module) -> tuple[Part, ...]:
    """In the order of the module's folder."""
    return tuple(_parts(module))


def parts_from(stored: Iterable[dict[str, Any]]) -> tuple[Part, ...]:
    return tuple(Part(**part) for part in stored)


def _parts(module: reader.Module) -> Iterator[Part]:
    sheet = module.sheet
    yield Part("sheet", "module.yaml", _digest(sheet), sheet.title.fr, sheet.title.en)
    for lesson in module.lessons:
        digest = _digest(lesson.fr.head, lesson.fr.body, lesson.en.head, lesson.en.body)
        yield Part("lesson", lesson.id, digest, lesson.fr.head.title, lesson.en.head.title)
    for question in module.bank.questions if module.bank else ():
        title_fr, title_en = _beginning(question.text.fr), _beginning(question.text.en)
        yield Part("question", question.id, _digest(question), title_fr, title_en)
    if module.quiz:
        yield _work("quiz", module.quiz)
    if module.assignment:
        yield _work("assignment", module.assignment)
    if module.rubric:
        yield _work("rubric", module.rubric)
    for picture in module.pictures:
        yield Part("picture", picture.name, picture.sha256, picture.name, picture.name)


def _work(kind: PartKind, work: schema.Quiz | schema.Assignment | schema.Rubric) -> Part:
    return Part(kind, work.id, _digest(work), work.title.fr, work.title.en)


def _beginning(text: str) -> str:
    words = plain(text)
    return words if len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"


def _digest(*contents: BaseModel | str) -> str:
    """Order counts: that of choices is seen."""
    digest = hashlib.sha256()
    for content in contents:
        text = content if isinstance(content, str) else content.model_dump_json(exclude_defaults=True)
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def rubric_hash(rubric: schema.Rubric) -> str:
    return _digest(rubric)


def course_hash(course: reader.Course, module_hashes: Iterable[str]) -> str:
    """Everything a reader of the course sees, its modules in order included."""
    return _version_hash(course.sheet, module_hashes)


def programme_hash(programme: schema.Programme, module_hashes: Iterable[str]) -> str:
    """The programme's own text and what its modules say: unchanged, a programme keeps its version, and the module rows
    that version was made of."""
    return _version_hash(programme, module_hashes)


def _version_hash(sheet: BaseModel, module_hashes: Iterable[str]) -> str:
    content = {"sheet": sheet.model_dump(mode="json", exclude_defaults=True), "modules": list(module_hashes)}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
