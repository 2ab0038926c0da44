"""An id is never used again for something of another kind: results hang on it."""

import re
from collections.abc import Collection, Iterator, Mapping

from lms.catalogue import schema
from lms.catalogue.models import Assignment, Quiz
from lms.catalogue.reader import CourseFiles, Problem
from lms.catalogue.services import state
from lms.competencies import services as competencies
from lms.errors import Refused
from lms.i18n import _, _n

Texts = Mapping[str, str]


class IdsReused(Refused):
    """Some ids meant something else before. ``problems`` says which, each with its place; nothing was published."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            _n("%(num)d id meant something else before", "%(num)d ids meant something else before", len(problems))
        )
        self.problems = problems


def refuse_reuse(files: CourseFiles, changed: Collection[str], programmes: Collection[str], texts: Texts) -> None:
    """Compare the modules whose code is in ``changed`` with all they ever were, and the codes of programmes ever seen with
    those of modules. ``texts`` serve to name the lines. Raises IdsReused."""
    found = sorted({*_rescaled(files, texts), *_moved(files, changed, texts), *_codes(files, programmes, texts)})
    if found:
        raise IdsReused(found)


def _rescaled(files: CourseFiles, texts: Texts) -> Iterator[Problem]:
    path = "referentiel/competencies.yaml"
    for item in competencies.rescaled(files.competencies):
        message = _("the scale of %(code)s was %(scale)s: take another code", code=item.code, scale=item.scale)
        yield Problem(path, _line(texts, path, "code", item.code), "scale", message)


def _moved(files: CourseFiles, changed: Collection[str], texts: Texts) -> Iterator[Problem]:
    questions, components = state.question_kinds(changed), state.component_kinds(changed)
    modules = [
        (course, module) for course in files.courses for module in course.modules if module.sheet.code in changed
    ]
    quizzes = state.homes(Quiz, {module.quiz.id for _course, module in modules if module.quiz})
    assignments = state.homes(Assignment, {module.assignment.id for _course, module in modules if module.assignment})
    for course, module in modules:
        code, folder = module.sheet.code, f"{course.folder}/{module.folder}"
        for question in module.bank.questions if module.bank else ():
            yield from _of_kind(
                f"{folder}/bank.yaml", question.id, question.kind, questions.get((code, question.id)), texts
            )
        for work in module.sheet.assessments:
            yield from _of_kind(f"{folder}/module.yaml", work.id, work.kind, components.get((code, work.id)), texts)
        yield from _at_home(f"{folder}/quiz.yaml", module.quiz, code, quizzes, texts)
        yield from _at_home(f"{folder}/assignment.yaml", module.assignment, code, assignments, texts)


def _of_kind(path: str, identifier: str, kind: str, before: str | None, texts: Texts) -> Iterator[Problem]:
    if before is not None and before != kind:
        message = _('"%(id)s" was of kind %(kind)s before: take another id', id=identifier, kind=before)
        yield Problem(path, _line(texts, path, "id", identifier), "kind", message)


def _at_home(
    path: str, work: schema.Quiz | schema.Assignment | None, code: str, homes: Mapping[str, str], texts: Texts
) -> Iterator[Problem]:
    home = homes.get(work.id) if work else None
    if work and home is not None and home != code:
        message = _('"%(id)s" was in %(module)s before: take another id', id=work.id, module=home)
        yield Problem(path, _line(texts, path, "id", work.id), "id", message)


def _codes(files: CourseFiles, programmes: Collection[str], texts: Texts) -> Iterator[Problem]:
    once_modules = state.module_codes({programme.code for programme in files.programmes})
    for programme in files.programmes:
        if programme.code in once_modules:
            path = f"programmes/{programme.code.lower()}.yaml"
            message = _("%(code)s was the code of a module before: take another", code=programme.code)
            yield Problem(path, _line(texts, path, "code", programme.code), "code", message)
    for course in files.courses:
        for module in course.modules:
            if module.sheet.code in programmes:
                path = f"{course.folder}/{module.folder}/module.yaml"
                message = _("%(code)s was the code of a programme before: take another", code=module.sheet.code)
                yield Problem(path, _line(texts, path, "code", module.sheet.code), "code", message)


def _line(texts: Texts, path: str, key: str, value: str) -> int:
    """Where ``key: value`` stands in the file; 1 when its text was not given."""
    wanted = re.compile(rf"[\s{{,-]*{key}\s*:\s*[\"']?{re.escape(value)}[\"']?(?![\w.-])")
    lines = texts.get(path, "").splitlines()
    return next((number for number, line in enumerate(lines, 1) if wanted.match(line)), 1)
