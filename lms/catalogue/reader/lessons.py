"""Lessons: Markdown files in pairs, one for each language."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from lms.catalogue.reader.content import Lesson, LessonText
from lms.catalogue.reader.sheets import Source, parse_sheet
from lms.catalogue.reader.tree import Tree
from lms.catalogue.schema import LessonHead
from lms.competencies.schema import LANGUAGES, Language
from lms.i18n import _
from lms.markdown import flaws

_NAME = re.compile(r"(?P<stem>[0-9]{2}-(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*))\.(?P<language>fr|en)\.md")
_HEAD = re.compile(r"---[ \t]*\n(?P<head>.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class LessonFile:
    """One language of a lesson as it was found. ``text`` is ``None`` when something is wrong in it."""

    name: str
    source: Source[LessonHead] | None
    text: LessonText | None


@dataclass(frozen=True)
class LessonPair:
    """The files of one stem (``01-how-adults-learn``), by language; one may be missing."""

    stem: str
    id: str
    files: Mapping[Language, LessonFile]

    @property
    def lesson(self) -> Lesson | None:
        texts = {language: file.text for language, file in self.files.items()}
        french, english = texts.get("fr"), texts.get("en")
        return Lesson(self.id, french, english) if french and english else None


def read_lessons(tree: Tree, folder: str, pictures: Collection[str]) -> list[LessonPair]:
    """The lessons of a module's folder in the order of their numbers, each checked by itself and as a pair."""
    found: dict[str, dict[Language, LessonFile]] = {}
    for file_name in sorted(tree.names(folder)):
        match = _NAME.fullmatch(file_name)
        if match:
            language = cast("Language", match["language"])
            file = _read_lesson(tree, f"{folder}{file_name}", match["id"], pictures)
            found.setdefault(match["stem"], {})[language] = file
    pairs = [LessonPair(stem, stem.partition("-")[2], files) for stem, files in found.items()]
    for pair in pairs:
        _check_pair(tree, pair)
    _check_numbers(tree, pairs)
    return pairs


def _read_lesson(tree: Tree, name: str, lesson_id: str, pictures: Collection[str]) -> LessonFile:
    text = tree.read_text(name)
    if text is None:
        return LessonFile(name, None, None)
    match = _HEAD.match(text)
    if not match:
        tree.add(name, 1, "head", _('expected "---", the head of the lesson, and "---" again'))
        return LessonFile(name, None, None)
    source = parse_sheet(tree, name, match["head"] or "", LessonHead, first_line=2)
    if source.sheet and source.sheet.id != lesson_id:
        source.add(("id",), _('expected "%(id)s", as in the name of the file', id=lesson_id))
    body = text[match.end() :]
    first_line = text.count("\n", 0, match.end()) + 1
    if not body.strip():
        tree.add(name, first_line, "text", _("is empty: expected the text of the lesson"))
    for flaw in flaws(body, pictures):
        tree.add(name, first_line + flaw.line - 1, flaw.element, flaw.message)
    return LessonFile(name, source, LessonText(source.sheet, body.strip("\n") + "\n") if source.sheet else None)


def _check_pair(tree: Tree, pair: LessonPair) -> None:
    for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
        if language not in pair.files:
            expected = f"{pair.stem}.{language}.md"
            message = _('has no translation: expected "%(file)s" beside it', file=expected)
            tree.add(pair.files[other].name, 1, "file", message)
    lesson = pair.lesson
    source = pair.files["en"].source if "en" in pair.files else None
    if lesson is None or source is None:
        return
    if lesson.fr.head.minutes != lesson.en.head.minutes:
        minutes = lesson.fr.head.minutes
        source.add(("minutes",), _("expected %(minutes)d, as in French", minutes=minutes))
    if len(lesson.fr.head.objectives) != len(lesson.en.head.objectives):
        count = len(lesson.fr.head.objectives)
        source.add(("objectives",), _("expected %(count)d objectives, as in French", count=count))


def _check_numbers(tree: Tree, pairs: list[LessonPair]) -> None:
    """Every number once, every id once."""
    first: dict[str, str] = {}
    for pair in pairs:
        for part in (pair.stem[:2], pair.id):
            if first.setdefault(part, pair.stem) != pair.stem:
                name = next(iter(pair.files.values())).name
                tree.add(name, 1, "file", _('"%(part)s" is taken by %(other)s', part=part, other=first[part]))
