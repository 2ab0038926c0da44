"""A folder of course files to one ``CourseFiles``, or all its problems with their places.

``plain_yaml`` and ``sheets`` turn text into checked sheets, ``tree`` finds and reads files, ``lessons`` and
``modules`` know what belongs together, ``references`` what files say of each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.catalogue import schema
from lms.catalogue.reader.content import Course, CourseFiles, Lesson, LessonText, Module, Picture, module_hash
from lms.catalogue.reader.modules import ModuleFolder, read_module
from lms.catalogue.reader.problems import CourseProblems, Problem, Report
from lms.catalogue.reader.references import check_ids, check_levels, check_programmes, check_rubrics
from lms.catalogue.reader.sheets import Source, read_sheet
from lms.catalogue.reader.tree import Tree
from lms.competencies.schema import CompetencyList, JobProfileList
from lms.i18n import _

__all__ = [
    "Course",
    "CourseFiles",
    "CourseProblems",
    "Lesson",
    "LessonText",
    "Module",
    "Picture",
    "Problem",
    "module_hash",
    "read_courses",
]

_NOT_COURSES = ("referentiel", "programmes", "rubrics")


def read_courses(root: Path) -> CourseFiles:
    """Everything under ``root``, or ``CourseProblems`` with every problem there is."""
    report = Report()
    tree = Tree(root, report)
    tree.expected.add("README.md")
    competencies = read_sheet(tree, "referentiel/competencies.yaml", CompetencyList)
    job_profiles = read_sheet(tree, "referentiel/job_profiles.yaml", JobProfileList)
    rubrics = _read_rubrics(tree)
    programmes = _read_programmes(tree)
    courses = [_read_course(tree, folder) for folder in tree.folders() if folder not in _NOT_COURSES]
    modules = [module for course in courses for module in course.modules]
    check_levels(competencies, job_profiles, modules)
    check_programmes(programmes, modules)
    check_rubrics(modules, list(rubrics))
    check_ids(modules)
    tree.report_strays()
    if report.found or not (competencies.sheet and job_profiles.sheet):
        raise CourseProblems(report.in_order())
    known = {name: source.sheet for name, source in rubrics.items() if source.sheet}
    return CourseFiles(
        competencies=competencies.sheet.competencies,
        job_profiles=job_profiles.sheet.job_profiles,
        rubrics=known,
        programmes=tuple(source.sheet for source in programmes if source.sheet),
        courses=tuple(course.course(known) for course in courses if course.sheet.sheet),
    )


def _read_rubrics(tree: Tree) -> dict[str, Source[schema.Rubric]]:
    """By the name of the file, which is the id."""
    rubrics = {}
    for name in tree.names("rubrics/"):
        if name.endswith(".yaml"):
            source = read_sheet(tree, f"rubrics/{name}", schema.Rubric)
            stem = name.removesuffix(".yaml")
            if source.sheet and source.sheet.id != stem:
                source.add(("id",), _('expected "%(id)s", as the file is called', id=stem))
            rubrics[stem] = source
    return rubrics


def _read_programmes(tree: Tree) -> list[Source[schema.Programme]]:
    programmes = []
    for name in tree.names("programmes/"):
        if name.endswith(".yaml"):
            source = read_sheet(tree, f"programmes/{name}", schema.Programme)
            stem = name.removesuffix(".yaml")
            if source.sheet and source.sheet.code.lower() != stem:
                source.add(("code",), _('expected "%(code)s", as the file is called', code=stem.upper()))
            programmes.append(source)
    return programmes


@dataclass(frozen=True)
class _CourseFolder:
    folder: str
    sheet: Source[schema.Course]
    modules: Sequence[ModuleFolder]

    def course(self, rubrics: Mapping[str, schema.Rubric]) -> Course:
        assert self.sheet.sheet  # noqa: S101 - only asked when nothing is wrong
        modules = (module.module(rubrics) for module in self.modules)
        return Course(self.folder, self.sheet.sheet, tuple(module for module in modules if module))


def _read_course(tree: Tree, folder: str) -> _CourseFolder:
    source = read_sheet(tree, f"{folder}/course.yaml", schema.Course)
    if source.sheet and source.sheet.code != folder:
        source.add(("code",), _('expected "%(code)s", as the folder is called', code=folder))
    listed = list(source.sheet.modules) if source.sheet else []
    found = [name for name in tree.folders(f"{folder}/") if tree.has(f"{folder}/{name}/module.yaml")]
    for index, name in enumerate(listed):
        if name not in found:
            message = _('there is no "%(file)s" in this folder', file=f"{name}/module.yaml")
            source.add(("modules", index), message)
    for name in found:
        if source.sheet and name not in listed:
            message = _("the folder is not listed under modules in course.yaml")
            tree.add(f"{folder}/{name}/module.yaml", 1, "file", message)
    in_order = [name for name in listed if name in found] + [name for name in found if name not in listed]
    return _CourseFolder(folder, source, [read_module(tree, f"{folder}/{name}/") for name in in_order])
