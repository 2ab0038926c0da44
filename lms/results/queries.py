"""Results as they stand, and what is still in the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Integer, String, and_, bindparam, select, tuple_

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Component, Module
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, CohortModule, Enrolment, EnrolmentState
from lms.errors import Missing
from lms.exemptions.queries import is_exempted
from lms.paging import SIZE, Page, key_of, page_of
from lms.results.models import ModuleResult
from lms.results.rules import ComponentMark, Presence, Reason, eligibility
from lms.timetable import queries as timetable

GOOD_STATES = (*LEARNING, EnrolmentState.COMPLETED)


def current_result(enrolment_id: int, module_id: int) -> ModuleResult | None:
    return current_results([enrolment_id], module_id).get(enrolment_id)


def current_results(enrolment_ids: Collection[int], module_id: int) -> dict[int, ModuleResult]:
    """The result of the module that stands for each of them, by enrolment."""
    rows = db.session().scalars(
        select(ModuleResult).where(
            ModuleResult.enrolment_id.in_(enrolment_ids), ModuleResult.module_id == module_id,
            ModuleResult.superseded_at.is_(None),
        )
    )  # fmt: skip
    return {row.enrolment_id: row for row in rows}


_TO_JUDGE = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.user_id, Enrolment.cohort_id, Module.code.label("module"), Module.sheet,
        Component.id, Component.slug, Component.title_fr, Component.title_en, Component.weight, Component.is_practical,
        Component.competencies, is_exempted(Enrolment.id, Module.id).label("is_exempted"),
    )
    .select_from(Enrolment).join(Module, Module.id == bindparam("module"))
    .outerjoin(Component, Component.module_id == Module.id)
    .where(Enrolment.id.in_(bindparam("enrolments", expanding=True))).order_by(Enrolment.id, Component.position)
    .with_for_update(of=Enrolment)
)  # fmt: skip


def to_judge(enrolment_ids: Collection[int], module_id: int) -> dict[int, list[db.Record]]:
    """By enrolment: the participant (user_id, cohort_id), the module (``module`` is its code, sheet; ``is_exempted`` by prior
    learning) and its assessments in order, one a row; a module without any is one row whose ``id`` is None. The enrolments are
    held, so that two pieces of evidence at once are judged one after the other: what changes is read after this."""
    found: dict[int, list[db.Record]] = {}
    for row in db.read(_TO_JUDGE, enrolments=list(enrolment_ids), module=module_id):
        found.setdefault(row.enrolment_id, []).append(row)
    return found


Marks = Mapping[tuple[int, int], Decimal]


def with_marks(enrolment_id: int, rows: Sequence[db.Record], marks: Marks) -> list[tuple[db.Record, Decimal | None]]:
    """Each assessment with the mark that counts for it; None where there is none. ``marks`` by enrolment and component."""
    return [(row, marks.get((enrolment_id, row.id))) for row in rows if row.id is not None]


def as_component(component: db.Record, mark: Decimal | None) -> ComponentMark:
    title = {"fr": component.title_fr, "en": component.title_en}
    return ComponentMark(component.slug, title, component.weight, component.is_practical, mark)


def presences(enrolment_ids: Collection[int], module_id: int) -> dict[int, Presence]:
    """As it counts, by enrolment; nothing for those of whom no attendance was recorded."""
    recorded = timetable.counted_attendance_of(enrolment_ids, module_id)
    return {key[0]: Presence(minutes.scheduled, minutes.present) for key, minutes in recorded.items()}


_STATES = select(Enrolment.id, Enrolment.cohort_id, Enrolment.state).where(
    Enrolment.id.in_(bindparam("enrolments", expanding=True))
)
_TAUGHT = (
    select(CohortModule.cohort_id, CohortModule.module_id, Module.code)
    .join(Module, Module.id == CohortModule.module_id)
    .where(CohortModule.cohort_id.in_(bindparam("cohorts", expanding=True)))
    .order_by(CohortModule.position)
)


def eligibility_of(enrolment_ids: Sequence[int]) -> dict[int, list[Reason]]:
    """What stands between each participant and the certificate; an empty list: it may be issued. The one function that
    screens, jobs and issuing ask. Three statements, however many people."""
    states = db.read(_STATES, enrolments=list(enrolment_ids)).all()
    modules: dict[int, list[tuple[int, str]]] = {}
    for row in db.read(_TAUGHT, cohorts=list({row.cohort_id for row in states})):
        modules.setdefault(row.cohort_id, []).append((row.module_id, row.code))
    standing = results_of(enrolment_ids)
    return {
        row.id: eligibility(
            is_enrolled=row.state in GOOD_STATES,
            modules=[
                (code, _reasons(standing.get((row.id, module_id))))
                for module_id, code in modules.get(row.cohort_id, ())
            ],
        )
        for row in states
    }


def _reasons(result: db.Record | None) -> list[Reason] | None:
    return None if result is None else [Reason.from_json(row) for row in result.reasons]


def why_not_yet(enrolment_id: int) -> list[Reason]:
    return eligibility_of([enrolment_id])[enrolment_id]


_STANDING = select(
    ModuleResult.enrolment_id,
    ModuleResult.module_id,
    ModuleResult.mark,
    ModuleResult.passed,
    ModuleResult.is_exempted,
    ModuleResult.components,
    ModuleResult.reasons,
).where(ModuleResult.enrolment_id.in_(bindparam("enrolments", expanding=True)), ModuleResult.superseded_at.is_(None))


def results_of(enrolment_ids: Sequence[int]) -> Mapping[tuple[int, int], db.Record]:
    """The results that stand, by enrolment and module."""
    rows = db.read(_STANDING, enrolments=list(enrolment_ids))
    return {(row.enrolment_id, row.module_id): row for row in rows}


@dataclass(frozen=True)
class GradebookRow:
    """One participant: the result of each module in order (None: none yet), and what is in the way of the certificate."""

    enrolment_id: int
    name: str
    state: EnrolmentState
    results: list[db.Record | None]
    reasons: list[Reason]


@dataclass(frozen=True)
class Gradebook:
    cohort: db.Record
    modules: Sequence[db.Record]
    page: Page[GradebookRow]


_COHORT = select(Cohort.id, Cohort.code, Cohort.name).where(Cohort.id == bindparam("cohort"))
_MODULES = (
    select(Module.id, Module.code, Module.title_fr, Module.title_en)
    .join(CohortModule, CohortModule.module_id == Module.id)
    .where(CohortModule.cohort_id == bindparam("cohort")).order_by(CohortModule.position)
)  # fmt: skip
_PEOPLE = (
    select(Enrolment.id, Enrolment.state, User.given_name, User.family_name, User.id.label("user_id"))
    .join(User, User.id == Enrolment.user_id).where(Enrolment.cohort_id == bindparam("cohort"))
    .order_by(User.family_name, User.id).limit(bindparam("most", type_=Integer))
)  # fmt: skip
_PEOPLE_AFTER = _PEOPLE.where(
    tuple_(User.family_name, User.id) > tuple_(bindparam("name", type_=String), bindparam("person", type_=Integer))
)


def gradebook(cohort_id: int, *, after: str | None = None, size: int = SIZE) -> Gradebook:
    """One page of people × modules; four statements, whatever the size of the cohort."""
    cohort = db.read(_COHORT, cohort=cohort_id).one_or_none()
    if cohort is None:
        raise Missing
    modules = db.read(_MODULES, cohort=cohort_id).all()
    place = key_of(after, 2)
    people = (
        db.read(_PEOPLE_AFTER, cohort=cohort_id, most=size + 1, name=place[0], person=place[1]) if place
        else db.read(_PEOPLE, cohort=cohort_id, most=size + 1)
    )  # fmt: skip
    found = page_of(people.all(), lambda row: (row.family_name, row.user_id), size=size)
    standing = results_of([row.id for row in found.rows])
    rows = []
    for row in found.rows:
        results = [standing.get((row.id, module.id)) for module in modules]
        why_not = [(module.code, _reasons(result)) for module, result in zip(modules, results, strict=True)]
        reasons = eligibility(is_enrolled=row.state in GOOD_STATES, modules=why_not)
        name = f"{row.given_name} {row.family_name}"
        rows.append(GradebookRow(row.id, name, EnrolmentState(row.state), results, reasons))
    return Gradebook(cohort, modules, Page(rows, found.next))


def history(cohort_id: int, enrolment_id: int) -> tuple[db.Record, Sequence[db.Record]]:
    """A participant of this cohort, and every result they ever had, newest first."""
    session = db.session()
    person = session.execute(
        select(Enrolment.id, Enrolment.user_id, Enrolment.state, User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id)
        .where(and_(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id))
    ).one_or_none()  # fmt: skip
    if person is None:
        raise Missing
    decider = (
        select(User.given_name + " " + User.family_name).where(User.id == ModuleResult.decided_by).scalar_subquery()
    )
    rows = session.execute(
        select(
            ModuleResult.id, ModuleResult.mark, ModuleResult.passed, ModuleResult.is_exempted, ModuleResult.reasons,
            ModuleResult.components, ModuleResult.decided_at, ModuleResult.superseded_at, ModuleResult.cause, Module.code,
            Module.title_fr, Module.title_en, decider.label("decided_by"),
        )
        .join(Module, Module.id == ModuleResult.module_id)
        .where(ModuleResult.enrolment_id == enrolment_id).order_by(ModuleResult.decided_at.desc(), ModuleResult.id.desc())
    ).all()  # fmt: skip
    return person, rows


_MY_RESULTS = (
    select(
        Enrolment.id.label("enrolment_id"), Enrolment.cohort_id, Cohort.name.label("cohort"), Module.id.label("module_id"),
        Module.code, Module.title_fr, Module.title_en, ModuleResult.mark, ModuleResult.passed, ModuleResult.is_exempted,
        ModuleResult.reasons, ModuleResult.components,
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(CohortModule, CohortModule.cohort_id == Cohort.id)
    .join(Module, Module.id == CohortModule.module_id)
    .outerjoin(ModuleResult, and_(
        ModuleResult.enrolment_id == Enrolment.id, ModuleResult.module_id == CohortModule.module_id,
        ModuleResult.superseded_at.is_(None),
    ))
    .where(Enrolment.user_id == bindparam("user"), Enrolment.state.in_(GOOD_STATES))
    .order_by(Cohort.starts_on.desc(), Cohort.id, CohortModule.position)
)  # fmt: skip


def my_results(user_id: int) -> Sequence[db.Record]:
    """Every module of the participant's cohorts with its result, None where there is none, newest cohort first."""
    return db.read(_MY_RESULTS, user=user_id).all()
