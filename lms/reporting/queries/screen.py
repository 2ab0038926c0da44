"""The cohort's screen: people × modules, and what blocks each. Its statements are built once, when the module is loaded:
building one costs more than running it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, literal, select

from lms import db
from lms.catalogue.models import Component, Module, PracticeTask
from lms.clock import today
from lms.cohorts import queries as cohorts
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.db import Record
from lms.paging import Page, key_of, page_of
from lms.reporting.filters import Filter
from lms.reporting.models import SavedView
from lms.reporting.queries.people import all_of, groups_of_cohort, last_seen_on, people_of, place_of
from lms.reporting.queries.standing import Standing, lessons_of_module, undone, with_standing
from lms.reporting.risk import ModuleFacts, Risk, risks
from lms.results.queries import GOOD_STATES
from lms.results.rules import Reason, eligibility

Standings = Mapping[tuple[int, int], Standing]


@dataclass(frozen=True)
class Person:
    """One line: who, what stands between them and the certificate (by the very function that decides it), and what points to
    trouble."""

    row: Record
    reasons: list[Reason]
    risks: list[Risk]


@dataclass(frozen=True)
class CohortScreen:
    """``modules`` in order, each with its dates and how many ``lessons`` it has; ``shown`` those the filter leaves;
    ``standing`` by enrolment and module; ``views``: the reader's own; ``groups``: the cohort's."""

    cohort: Record
    modules: Sequence[Record]
    shown: Sequence[Record]
    people: Page[Person]
    standing: Standings
    judged: Mapping[int, Sequence[Record]]
    views: Sequence[Record]
    groups: Sequence[Record]


def cohort_screen(cohort_id: int, chosen: Filter, *, reader: int | None, after: str | None = None) -> CohortScreen:
    """A cohort with one page of its people. Seven statements, whatever the class and the filter."""
    cohort, modules = cohorts.cohort_row(cohort_id), cohort_modules(cohort_id)
    people, standing = (
        _at_risk(cohort, modules, chosen, after) if chosen.at_risk else _page(cohort, modules, chosen, after)
    )
    shown = [row for row in modules if row.code == chosen.module] or modules
    return CohortScreen(
        cohort,
        modules,
        shown,
        people,
        standing,
        _judged(cohort_id),
        views_of(cohort_id, reader),
        groups_of_cohort(cohort_id),
    )


def whole_cohort(cohort_id: int, chosen: Filter) -> tuple[Sequence[Record], list[Person], Standings]:
    """Everybody the filter chooses, for files and paper: modules, people, and where they stand. Four statements."""
    cohort, modules = cohorts.cohort_row(cohort_id), cohort_modules(cohort_id)
    rows, standing = all_of(cohort_id, chosen), _standing_in(cohort_id)
    people = _people(cohort, modules, rows, standing)
    shown = [row for row in modules if row.code == chosen.module] or modules
    return shown, [person for person in people if person.risks or not chosen.at_risk], standing


def _page(
    cohort: Record, modules: Sequence[Record], chosen: Filter, after: str | None
) -> tuple[Page[Person], Standings]:
    page = people_of(cohort.id, chosen, after=after)
    standing = _standing_of([row.id for row in page.rows])
    return Page(_people(cohort, modules, page.rows, standing), page.next), standing


def _at_risk(
    cohort: Record, modules: Sequence[Record], chosen: Filter, after: str | None
) -> tuple[Page[Person], Standings]:
    """Who is at risk is decided by one function and not by the database, so everybody is looked at before the page is cut."""
    rows, standing = all_of(cohort.id, chosen), _standing_in(cohort.id)
    found = [person for person in _people(cohort, modules, rows, standing) if person.risks]
    place = key_of(after, 2)
    if place and isinstance(place[0], str) and isinstance(place[1], int):
        found = _behind(found, place)
    return page_of(found[: chosen.size + 1], lambda person: place_of(person.row), size=chosen.size), standing


def _behind(found: list[Person], place: list[str | int]) -> list[Person]:
    """Those after the one the last page ended with; the order is the database's, so its place is looked up, not compared."""
    for number, person in enumerate(found):
        if person.row.user_id == place[1]:
            return found[number + 1 :]
    return found


def _people(cohort: Record, modules: Sequence[Record], rows: Iterable[Record], standing: Standings) -> list[Person]:
    day = today()
    runs = cohort.starts_on <= day <= cohort.ends_on
    return [
        Person(
            row, _reasons(row, modules, standing),
            _risks(row, modules, standing) if runs and row.state in LEARNING else [],
        )
        for row in rows
    ]  # fmt: skip


def _reasons(row: Record, modules: Sequence[Record], standing: Standings) -> list[Reason]:
    return eligibility(
        is_enrolled=row.state in GOOD_STATES,
        modules=[(module.code, standing[(row.id, module.module_id)].reasons) for module in modules],
    )


def _risks(row: Record, modules: Sequence[Record], standing: Standings) -> list[Risk]:
    day = today()
    facts = [module_facts(module, standing[(row.id, module.module_id)]) for module in modules if module.opens_on <= day]
    return risks(facts, last_seen_on(row), day)


def module_facts(module: Record, standing: Standing) -> ModuleFacts:
    """What ``risks`` asks of one participant in one module."""
    return ModuleFacts(
        module.code, module.due_on, standing.attendance, None, standing.mark, bool(standing.passed), standing.undone > 0
    )


_MODULES = (
    select(
        CohortModule.module_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
        Module.code, Module.title_fr, Module.title_en, Module.minutes, lessons_of_module(),
    )
    .join(Cohort, Cohort.id == CohortModule.cohort_id).join(Module, Module.id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort")).order_by(CohortModule.position)
)  # fmt: skip
_STANDING = with_standing(select(Enrolment.id, CohortModule.module_id, undone()))
_STANDING_OF = _STANDING.where(Enrolment.id.in_(bindparam("enrolments", expanding=True)))
_STANDING_IN = _STANDING.where(Enrolment.cohort_id == bindparam("cohort"))
_PLACED = (CohortModule.module_id, CohortModule.position.label("place"))
_LIVE = (
    select(*_PLACED, literal("live").label("kind"), Component.id, Component.title_fr, Component.title_en,
           Component.position.label("rank"))
    .join(Component, Component.module_id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort"), Component.kind == "live")
)  # fmt: skip
_PRACTICE = (
    select(*_PLACED, literal("practice").label("kind"), PracticeTask.id, PracticeTask.title_fr, PracticeTask.title_en,
           PracticeTask.position.label("rank"))
    .join(PracticeTask, PracticeTask.module_id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort"))
)  # fmt: skip
_JUDGED = _LIVE.union_all(_PRACTICE).order_by("place", "kind", "rank")


def cohort_modules(cohort_id: int) -> Sequence[Record]:
    """The cohort's modules in order, each with its dates and how many ``lessons`` it has."""
    return db.session().execute(_MODULES, {"cohort": cohort_id}).all()


def _standing_of(enrolment_ids: Sequence[int]) -> Standings:
    rows = db.session().execute(_STANDING_OF, {"enrolments": enrolment_ids})
    return {(row.id, row.module_id): Standing.of(row) for row in rows}


def _standing_in(cohort_id: int) -> Standings:
    rows = db.session().execute(_STANDING_IN, {"cohort": cohort_id})
    return {(row.id, row.module_id): Standing.of(row) for row in rows}


def views_of(cohort_id: int, reader: int | None) -> Sequence[Record]:
    """What somebody keeps of this cohort's screen, by name."""
    return db.session().execute(
        select(SavedView.id, SavedView.name, SavedView.address)
        .where(SavedView.user_id == reader, SavedView.cohort_id == cohort_id).order_by(SavedView.name)
    ).all()  # fmt: skip


def _judged(cohort_id: int) -> Mapping[int, Sequence[Record]]:
    """What assessors judge on the spot, by module: live assessments, then teaching practice."""
    judged: dict[int, list[Record]] = {}
    for row in db.session().execute(_JUDGED, {"cohort": cohort_id}):
        judged.setdefault(row.module_id, []).append(row)
    return judged
