"""A participant's programme page. Its statements are built once, when the module is loaded: building one costs more than
running it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select

from lms import db
from lms.assessment.models import Attempt, Review, Submission
from lms.catalogue.models import Assignment, Component, Module, Quiz
from lms.cohorts.arrangements import extra_days
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.cohorts.windows import own_window
from lms.db import Record
from lms.learning import queries as learning
from lms.reporting.queries.standing import Standing, lessons_of_module, with_standing
from lms.results.models import ModuleResult
from lms.results.rules import Reason, eligibility


@dataclass(frozen=True)
class ProgrammeModule:
    """One module on a participant's programme page. ``reasons`` None: nothing is assessed yet."""

    row: Record
    standing: Standing
    reasons: list[Reason] | None
    assessments: Sequence["Assessed"]


@dataclass(frozen=True)
class Assessed:
    """An assessment with the mark that counts (None: none yet) and what is under way: open, waiting or returned."""

    row: Record
    mark: str | None

    @property
    def under_way(self) -> str:
        if self.row.is_open:
            return "open"
        if self.row.submission_id and self.row.outcome is None:
            return "waiting"
        return "returned" if self.row.outcome == "returned" else ""


@dataclass(frozen=True)
class Programme:
    """``place``: the participant's, with cohort and programme. ``missing``: what stands between them and the certificate, by the
    very function that decides it; empty: it may be issued. ``next``: the lesson that Continue opens."""

    place: Record
    modules: Sequence[ProgrammeModule]
    missing: list[Reason]
    next: Record | None


def programme(user_id: int, cohort_id: int) -> Programme:
    """What somebody follows in a cohort, and how far they are. Four statements. Raises Missing, ReadingPaused."""
    place = learning.reader(user_id, cohort_id)
    assessed = _assessed(place.enrolment_id)
    modules = [
        _programme_module(row, assessed.get(row.module_id, [])) for row in _programme_modules(place.enrolment_id)
    ]
    missing = eligibility(is_enrolled=True, modules=[(module.row.code, module.reasons) for module in modules])
    return Programme(place, modules, missing, learning.next_lesson(place.enrolment_id))


_PROGRAMME_MODULES = (
    with_standing(
        select(
            CohortModule.module_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
            Module.code, Module.title_fr, Module.title_en, Module.minutes, lessons_of_module(),
            ModuleResult.components, extra_days(),
        )
    )
    .join(Cohort, Cohort.id == CohortModule.cohort_id).join(Module, Module.id == CohortModule.module_id)
    .where(Enrolment.id == bindparam("enrolment")).order_by(CohortModule.position)
)  # fmt: skip


def _programme_modules(enrolment_id: int) -> Sequence[Record]:
    return [own_window(row) for row in db.read(_PROGRAMME_MODULES, enrolment=enrolment_id)]


def _programme_module(row: Record, assessed: Sequence[Record]) -> ProgrammeModule:
    marks = row.components or {}
    standing = Standing.of(row)
    return ProgrammeModule(row, standing, standing.reasons, [Assessed(item, marks.get(item.slug)) for item in assessed])


_OPEN_ATTEMPT = (
    select(1)
    .where(Attempt.enrolment_id == Enrolment.id, Attempt.quiz_id == Quiz.id, Attempt.submitted_at.is_(None))
    .correlate(Enrolment, Quiz)
    .exists()
)
_LAST_SUBMISSION = (
    select(func.max(Submission.id))
    .where(Submission.enrolment_id == Enrolment.id, Submission.assignment_id == Assignment.id)
    .correlate(Enrolment, Assignment).scalar_subquery()
)  # fmt: skip
_OUTCOME = (
    select(Review.outcome).where(Review.submission_id == _LAST_SUBMISSION).order_by(Review.number.desc()).limit(1)
    .correlate(Enrolment, Assignment).scalar_subquery()
)  # fmt: skip
_ASSESSED = (
    select(
        CohortModule.module_id, Component.slug, Component.kind, Component.title_fr, Component.title_en, Component.weight,
        Quiz.id.label("quiz_id"), Assignment.id.label("assignment_id"), _OPEN_ATTEMPT.label("is_open"),
        _LAST_SUBMISSION.label("submission_id"), _OUTCOME.label("outcome"),
    )
    .select_from(Enrolment).join(CohortModule, CohortModule.cohort_id == Enrolment.cohort_id)
    .join(Component, Component.module_id == CohortModule.module_id)
    .outerjoin(Quiz, and_(Quiz.module_id == Component.module_id, Component.kind == "quiz"))
    .outerjoin(Assignment, and_(Assignment.module_id == Component.module_id, Component.kind == "assignment"))
    .where(Enrolment.id == bindparam("enrolment")).order_by(CohortModule.position, Component.position)
)  # fmt: skip


def _assessed(enrolment_id: int) -> Mapping[int, Sequence[Record]]:
    """The assessments of a participant's modules with what is under way, by module."""
    assessed: dict[int, list[Record]] = {}
    for row in db.read(_ASSESSED, enrolment=enrolment_id):
        assessed.setdefault(row.module_id, []).append(row)
    return assessed
