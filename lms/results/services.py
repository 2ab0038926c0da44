"""Results follow from evidence: whatever is marked, signed or recorded leads here."""

from decimal import Decimal
from typing import Protocol

from lms import audit, db
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
from lms.results.rules import PASS_MARK, RULES, module_verdict


class Evidence(Protocol):
    """Any event that may change a module's result. ``cause`` names the record, ``review:41``."""

    @property
    def enrolment_id(self) -> int: ...
    @property
    def module_id(self) -> int: ...
    @property
    def cause(self) -> str: ...


def review_module(evidence: Evidence) -> None:
    """Judge the module again, and write the result if it says something new (docs/rules.md §3)."""
    enrolment_id, module_id = evidence.enrolment_id, evidence.module_id
    db.session().flush()  # the rules read the evidence that was just written
    rows = queries.to_judge(enrolment_id, module_id)
    judged = rows[0]
    marks = queries.with_marks(enrolment_id, [row for row in rows if row.id is not None])
    components = [queries.as_component(component, mark) for component, mark in marks]
    verdict = module_verdict(judged.module, components, queries.presence(enrolment_id, module_id))
    competencies.settle_attainments(judged.user_id, {
        f"enrolment:{enrolment_id} component:{component.id}": _mastery(component, mark) for component, mark in marks
    })  # fmt: skip
    previous = queries.current_result(enrolment_id, module_id)
    result = ModuleResult(
        enrolment_id=enrolment_id, module_id=module_id, mark=verdict.mark, passed=verdict.passed, rules=RULES,
        components={c.slug: None if c.mark is None else str(c.mark) for c in components},
        reasons=[reason.as_json() for reason in verdict.reasons], cause=evidence.cause, decided_at=now(),
    )  # fmt: skip
    if previous is not None and _says_the_same(previous, result):
        return
    _supersede(previous, result, judged.cohort_id)
    if verdict.passed and (previous is None or not previous.passed):
        _tell(enrolment_id, module_id)


def _says_the_same(one: ModuleResult, other: ModuleResult) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("mark", "passed", "components", "reasons"))


def _supersede(previous: ModuleResult | None, result: ModuleResult, cohort_id: int) -> None:
    if previous is not None:
        previous.superseded_at = now()
        db.session().flush()  # only one result stands at a time
    db.session().add(result)
    db.session().flush()  # the audit row names the id
    audit.record("result.decided", f"module_result:{result.id}", by=INSTITUTE, cohort_id=cohort_id, cause=result.cause)


def _tell(enrolment_id: int, module_id: int) -> None:
    emit(ModulePassed(enrolment_id, module_id))
    if not queries.why_not_yet(enrolment_id):
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
