"""Results follow from evidence: whatever is marked, signed or recorded leads here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from lms import audit, db
from lms.assessment import queries as assessment
from lms.catalogue.models import Module
from lms.clock import now
from lms.cohorts.models import Enrolment
from lms.competencies import services as competencies
from lms.competencies.services import Shown
from lms.events import emit
from lms.permissions import INSTITUTE
from lms.results import queries
from lms.results.events import ModulePassed, ProgrammeCompleted
from lms.results.models import ModuleResult
from lms.results.rules import PASS_MARK, RULES, Presence, module_verdict


class Evidence(Protocol):
    """Any event that may change a module's result. ``cause`` names the record, ``review:41``."""

    @property
    def enrolment_id(self) -> int: ...
    @property
    def module_id(self) -> int: ...
    @property
    def cause(self) -> str: ...


class EvidenceOfMany(Protocol):
    """Any event about one module of several participants. ``causes`` names the record of each, by enrolment."""

    @property
    def module_id(self) -> int: ...
    @property
    def causes(self) -> Mapping[int, str]: ...


def review_module(evidence: Evidence) -> None:
    """Judge one participant's module again."""
    _review(evidence.module_id, {evidence.enrolment_id: evidence.cause})


def review_module_of_many(evidence: EvidenceOfMany) -> None:
    """Judge one module of several participants again, with as many statements as for one."""
    _review(evidence.module_id, evidence.causes)


@dataclass(frozen=True)
class _Judged:
    """A result that says something new, and the one it takes the place of."""

    result: ModuleResult
    previous: ModuleResult | None
    cohort_id: int

    @property
    def is_newly_passed(self) -> bool:
        return self.result.passed and (self.previous is None or not self.previous.passed)


def _review(module_id: int, causes: Mapping[int, str]) -> None:
    """Judge the module, and write each result that says something new (docs/rules.md §3)."""
    db.session().flush()  # the rules read the evidence that was just written
    people = queries.to_judge(causes, module_id)
    all_marks = assessment.component_marks(list(people))
    presences = queries.presences(people, module_id)
    marks = {key: queries.with_marks(key, rows, all_marks) for key, rows in people.items()}
    competencies.settle_attainments_of({
        rows[0].user_id: {
            f"enrolment:{key} component:{component.id}": _mastery(component, mark) for component, mark in marks[key]
        }
        for key, rows in people.items()
    })  # fmt: skip
    standing = queries.current_results(people, module_id)
    judged = []
    for key, rows in people.items():
        result = _result(key, module_id, rows[0], marks[key], presences.get(key), causes[key])
        previous = standing.get(key)
        if previous is None or not _says_the_same(previous, result):
            judged.append(_Judged(result, previous, rows[0].cohort_id))
    _write(judged)
    _tell([one.result for one in judged if one.is_newly_passed])


def _result(
    enrolment_id: int, module_id: int, module: db.Record, marks: Sequence[tuple[db.Record, Decimal | None]],
    presence: Presence | None, cause: str,
) -> ModuleResult:  # fmt: skip
    components = [queries.as_component(component, mark) for component, mark in marks]
    verdict = module_verdict(module.module, components, presence, is_exempted=module.is_exempted)
    return ModuleResult(
        enrolment_id=enrolment_id, module_id=module_id, mark=verdict.mark, passed=verdict.passed, is_exempted=module.is_exempted,
        rules=RULES,
        components={c.slug: None if c.mark is None else str(c.mark) for c in components},
        reasons=[reason.as_json() for reason in verdict.reasons], cause=cause, decided_at=now(),
    )  # fmt: skip


def _says_the_same(one: ModuleResult, other: ModuleResult) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("mark", "passed", "is_exempted", "components", "reasons")
    )


def _write(judged: Sequence[_Judged]) -> None:
    for one in judged:
        if one.previous is not None:
            one.previous.superseded_at = now()
    db.session().flush()  # only one result of each stands at a time
    ids = db.insert_all([one.result for one in judged], "enrolment_id")
    for one in judged:
        audit.record(
            "result.decided", f"module_result:{ids[one.result.enrolment_id]}", by=INSTITUTE, cohort_id=one.cohort_id,
            cause=one.result.cause,
        )  # fmt: skip


def _tell(passed: Sequence[ModuleResult]) -> None:
    for result in passed:
        emit(ModulePassed(result.enrolment_id, result.module_id))
    missing = queries.eligibility_of([result.enrolment_id for result in passed]) if passed else {}
    for enrolment_id, reasons in missing.items():
        if not reasons:
            emit(ProgrammeCompleted(enrolment_id))


def _mastery(component: db.Record, mark: Decimal | None) -> list[Shown]:
    """The N of a competency is shown by the assessment that proves it, even when the module is not passed."""
    if mark is None or mark < PASS_MARK:
        return []
    return [
        Shown(taught["code"], mastery=taught.get("mastery"), cefr=taught.get("cefr"))
        for taught in component.sheet["competencies"]
        if taught["code"] in component.competencies
    ]


def show_first_transmission(evidence: Evidence) -> None:
    """The module's teaching practice is signed off: T1 in each competency it is meant to transmit."""
    module = db.session().get_one(Module, evidence.module_id)
    first = [
        Shown(taught["code"], transmission="T1")
        for taught in module.sheet["competencies"]
        if taught.get("transmission") not in (None, "T0")
    ]
    _settle_practice(evidence, first)


def withdraw_first_transmission(evidence: Evidence) -> None:
    """The teaching practice was signed off in error."""
    _settle_practice(evidence, [])


def _settle_practice(evidence: Evidence, shown: list[Shown]) -> None:
    enrolment = db.session().get_one(Enrolment, evidence.enrolment_id, with_for_update=True)
    competencies.settle_attainments(enrolment.user_id, {f"enrolment:{enrolment.id} {evidence.cause}": shown})
