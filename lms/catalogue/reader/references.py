"""What the files say of each other: what must exist, and what only once."""

from collections.abc import Iterable, Mapping, Sequence

from lms.catalogue import schema
from lms.catalogue.reader.messages import not_among
from lms.catalogue.reader.modules import ModuleFolder
from lms.catalogue.reader.problems import Place
from lms.catalogue.reader.sheets import Source
from lms.competencies.schema import CompetencyList, JobProfileList, Level
from lms.i18n import _

AnySource = Source[schema.Module] | Source[JobProfileList]


def check_levels(
    competencies: Source[CompetencyList], job_profiles: Source[JobProfileList], modules: Iterable[ModuleFolder]
) -> None:
    """Every level is of a known competency, on the scale the référentiel has for it."""
    known = competencies.ids("competencies", "code")
    scales = {item.code: item.scale for item in competencies.sheet.competencies} if competencies.sheet else {}
    if not known:
        return
    if job_profiles.sheet:
        for index, profile in enumerate(job_profiles.sheet.job_profiles):
            place = ("job_profiles", index, "requirements")
            _check_levels_at(job_profiles, place, profile.requirements, known, scales)
    for module in modules:
        if module.sheet.sheet:
            _check_levels_at(module.sheet, ("competencies",), module.sheet.sheet.competencies, known, scales)
        if module.bank and module.bank.sheet:
            for index, question in enumerate(module.bank.sheet.questions):
                _check_codes_at(module.bank, ("questions", index, "competencies"), question.competencies, known)


def _check_levels_at(
    source: AnySource, place: Place, levels: Sequence[Level], known: Sequence[str], scales: Mapping[str, str]
) -> None:
    for index, level in enumerate(levels):
        if level.code not in known:
            source.add((*place, index, "code"), not_among(level.code, known))
        elif scales.get(level.code, level.scale) != level.scale:
            message = _("expected a level of %(scale)s, the scale of this competency", scale=scales[level.code])
            source.add((*place, index, level.scale), message)


def _check_codes_at(source: Source[schema.Bank], place: Place, codes: Sequence[str], known: Sequence[str]) -> None:
    for index, code in enumerate(codes):
        if code not in known:
            source.add((*place, index), not_among(code, known))


def check_programmes(programmes: Iterable[Source[schema.Programme]], modules: Iterable[ModuleFolder]) -> None:
    """A programme is made of modules there are; which of them are published is for its cohorts to wait for."""
    known = sorted(code for module in modules if (code := _code(module)))
    for programme in programmes:
        for index, code in enumerate(programme.sheet.modules if programme.sheet else ()):
            if code not in known:
                programme.add(("modules", index), not_among(code, known))


def _code(module: ModuleFolder) -> str | None:
    """The folder speaks for a sheet that cannot be read."""
    sheet = module.sheet.sheet
    return sheet.code if sheet else module.folder.rstrip("/").rpartition("/")[2].upper()


def check_rubrics(modules: Iterable[ModuleFolder], rubrics: Sequence[str]) -> None:
    for module in modules:
        assignment = module.assignment.sheet if module.assignment else None
        if module.assignment and assignment and assignment.rubric not in rubrics:
            module.assignment.add(("rubric",), not_among(assignment.rubric, rubrics))


def check_ids(modules: Iterable[ModuleFolder]) -> None:
    """Codes of modules, and ids of quizzes and assignments, are one of a kind in all courses."""
    first: dict[tuple[str, str], str] = {}
    for module in modules:
        for field, source in (("code", module.sheet), ("id", module.quiz), ("id", module.assignment)):
            value = source.data.get(field) if source and isinstance(source.data, dict) else None
            if not (source and isinstance(value, str)):
                continue
            kind = source.name.rpartition("/")[2]
            other = first.setdefault((kind, value), source.name)
            if other != source.name:
                message = _('"%(id)s" is given twice: see %(other)s', id=value, other=source.tree.shown(other))
                source.add((field,), message)
