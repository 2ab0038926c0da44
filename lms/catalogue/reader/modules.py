"""A module's folder: its sheet, and, once published, its lessons, questions and work."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalogue import schema
from lms.catalogue.reader.content import Module, Picture
from lms.catalogue.reader.lessons import LessonPair, read_lessons
from lms.catalogue.reader.messages import among
from lms.catalogue.reader.sheets import Source, read_sheet
from lms.catalogue.reader.tree import Tree
from lms.i18n import _

_FILES_OF_KIND = {"quiz": ("quiz.yaml", "bank.yaml"), "assignment": ("assignment.yaml",)}


@dataclass(frozen=True)
class ModuleFolder:
    """What was found in a module's folder; parts that are missing or wrong are ``None``."""

    folder: str
    sheet: Source[schema.Module]
    lessons: list[LessonPair]
    bank: Source[schema.Bank] | None
    quiz: Source[schema.Quiz] | None
    assignment: Source[schema.Assignment] | None
    pictures: tuple[Picture, ...]

    def module(self, rubrics: Mapping[str, schema.Rubric]) -> Module | None:
        sheet = self.sheet.sheet
        if sheet is None:
            return None
        assignment = self.assignment.sheet if self.assignment else None
        return Module(
            folder=self.folder.rstrip("/").rpartition("/")[2],
            sheet=sheet,
            lessons=tuple(lesson for pair in self.lessons if (lesson := pair.lesson)),
            bank=self.bank.sheet if self.bank else None,
            quiz=self.quiz.sheet if self.quiz else None,
            assignment=assignment,
            rubric=rubrics.get(assignment.rubric) if assignment else None,
            pictures=self.pictures,
        )


def read_module(tree: Tree, folder: str) -> ModuleFolder:
    """``folder`` is the path from the root, with ``/`` at its end."""
    sheet = read_sheet(tree, f"{folder}module.yaml", schema.Module)
    _check_code(sheet, folder)
    if isinstance(sheet.data, dict) and sheet.data.get("status") == "in_preparation":
        _refuse_content(tree, folder)
        return ModuleFolder(folder, sheet, [], None, None, None, ())
    pictures = tree.read_pictures(folder)
    names = {picture.name for picture in pictures}
    bank = read_sheet(tree, f"{folder}bank.yaml", schema.Bank, names) if tree.has(f"{folder}bank.yaml") else None
    quiz = read_sheet(tree, f"{folder}quiz.yaml", schema.Quiz, names) if tree.has(f"{folder}quiz.yaml") else None
    assignment = (
        read_sheet(tree, f"{folder}assignment.yaml", schema.Assignment, names)
        if tree.has(f"{folder}assignment.yaml")
        else None
    )
    lessons = read_lessons(tree, folder, names)
    found = ModuleFolder(folder, sheet, lessons, bank, quiz, assignment, pictures)
    _check_files(tree, found)
    _check_units(tree, found)
    _check_tags(found)
    _check_draw(found)
    return found


def _check_code(source: Source[schema.Module], folder: str) -> None:
    name = folder.rstrip("/").rpartition("/")[2]
    if source.sheet and source.sheet.code.lower() != name:
        source.add(("code",), _('expected "%(code)s", as the folder is called', code=name.upper()))


def _refuse_content(tree: Tree, folder: str) -> None:
    """A module in preparation is a sheet; drafts live on a branch until it is published."""
    for name in [name for name in tree.files if name.startswith(folder) and name != f"{folder}module.yaml"]:
        tree.expected.add(name)
        tree.add(name, 1, "file", _("is not expected here while the module is in_preparation"))


def _check_files(tree: Tree, found: ModuleFolder) -> None:
    """A published module has the files that its assessments need."""
    sheet = found.sheet.sheet
    if sheet is None:
        return
    for index, assessment in enumerate(sheet.assessments):
        for name in _FILES_OF_KIND.get(assessment.kind, ()):
            if not tree.has(f"{found.folder}{name}"):
                message = _("expected %(file)s in the folder of the module", file=name)
                found.sheet.add(("assessments", index, "kind"), message)
    if found.quiz and not found.bank:
        found.quiz.add(("draw",), _("expected %(file)s in the folder of the module", file="bank.yaml"))
    if found.assignment and not sheet.assessment_of_kind("assignment"):
        found.assignment.add((), _("is not expected: no assessment in module.yaml is of kind assignment"))


def _check_units(tree: Tree, found: ModuleFolder) -> None:
    """One lesson for each unit, in the same order, and no other."""
    units = found.sheet.ids("units", "id")
    lessons = [pair.id for pair in found.lessons]
    for index, unit in enumerate(units):
        if unit not in lessons:
            message = _('expected a lesson of this id: "%(file)s"', file=f"{index + 1:02}-{unit}.fr.md")
            found.sheet.add(("units", index, "id"), message)
    if not units:
        return
    for pair in found.lessons:
        if pair.id not in units:
            name = next(iter(pair.files.values())).name
            expected = among(units)
            tree.add(
                name,
                1,
                "file",
                _('"%(id)s" is no unit of the module: expected one of %(units)s', id=pair.id, units=expected),
            )
    _check_order(tree, found, [unit for unit in units if unit in lessons])


def _check_order(tree: Tree, found: ModuleFolder, units: list[str]) -> None:
    ordered = [pair for pair in found.lessons if pair.id in units]
    for pair, unit in zip(ordered, units, strict=False):
        if pair.id != unit:
            name = next(iter(pair.files.values())).name
            tree.add(name, 1, "file", _('is out of order: expected the lesson "%(unit)s" here, as in units', unit=unit))
            return


def _check_tags(found: ModuleFolder) -> None:
    """Every question is found by its unit."""
    units = found.sheet.ids("units", "id")
    sheet = found.bank.sheet if found.bank else None
    if not (units and sheet and found.bank):
        return
    for index, question in enumerate(sheet.questions):
        if not set(question.tags) & set(units):
            message = _("expected the id of a unit among them: %(units)s", units=among(units))
            found.bank.add(("questions", index, "tags"), message)


def _check_draw(found: ModuleFolder) -> None:
    """The bank holds enough for every line of the draw, whatever the lines before it have taken."""
    quiz = found.quiz.sheet if found.quiz else None
    bank = found.bank.sheet if found.bank else None
    if not (quiz and bank and found.quiz):
        return
    tags = {tag for question in bank.questions for tag in question.tags}
    drawn: list[tuple[set[int], int]] = []
    for index, draw in enumerate(quiz.draw):
        unknown = [tag for tag in draw.tags if tag not in tags]
        for tag in unknown:
            place = ("draw", index, "tags", draw.tags.index(tag))
            found.quiz.add(place, _('no question in bank.yaml bears "%(tag)s"', tag=tag))
        bearing = {place for place, question in enumerate(bank.questions) if set(draw.tags) <= set(question.tags)}
        left = len(bearing) - sum(min(count, len(bearing & taken)) for taken, count in drawn)
        if left < draw.count and not unknown:
            message = _(
                "asks for %(count)d: at least %(left)d questions of these tags are left by the lines above",
                count=draw.count,
                left=max(left, 0),
            )
            found.quiz.add(("draw", index, "count"), message)
        drawn.append((bearing, draw.count))
