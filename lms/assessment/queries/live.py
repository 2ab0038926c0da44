"""What is judged on the spot, for those who judge: a cohort's people with the marks and sign-offs they have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import User
from lms.assessment.models import LiveMark, PracticeSignOff
from lms.catalogue.models import Component, Module, PracticeTask
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.db import Record
from lms.errors import Missing
from lms.paging import Page, key_of, page_of
from lms.permissions import Actor

CLASS = 60
"""People on a page: a class fits on one."""


def live_component(cohort_id: int, component_id: int) -> Record:
    """A component judged on the spot, of a module this cohort follows."""
    return _one(
        select(
            Component.id, Component.title_fr, Component.title_en, Component.module_id, Component.is_practical,
            Module.code.label("module"), Cohort.id.label("cohort_id"), Cohort.name.label("cohort"),
        )
        .join(Module, Module.id == Component.module_id)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .join(Cohort, Cohort.id == CohortModule.cohort_id)
        .where(Component.id == component_id, Component.kind == "live", Cohort.id == cohort_id)
    )  # fmt: skip


def practice_task(cohort_id: int, task_id: int) -> Record:
    """A teaching-practice task of a module this cohort follows."""
    return _one(
        select(
            PracticeTask.id, PracticeTask.title_fr, PracticeTask.title_en, PracticeTask.task_fr, PracticeTask.task_en,
            PracticeTask.minutes, PracticeTask.module_id, Module.code.label("module"), Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort"),
        )
        .join(Module, Module.id == PracticeTask.module_id)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .join(Cohort, Cohort.id == CohortModule.cohort_id)
        .where(PracticeTask.id == task_id, Cohort.id == cohort_id)
    )  # fmt: skip


def _one(query: Any) -> Record:
    found: Record | None = db.session().execute(query).one_or_none()
    if found is None:
        raise Missing
    return found


def roster(cohort_id: int, *, by: Actor, after: str | None = None, size: int = CLASS) -> Page[Record]:
    """The active participants by name, without the one who looks: nobody judges themselves."""
    people = (
        select(Enrolment.id.label("enrolment_id"), User.id.label("user_id"), User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(LEARNING), User.id != (by.user_id or 0))
        .order_by(User.family_name, User.id).limit(size + 1)
    )  # fmt: skip
    place = key_of(after, 2)
    if place and isinstance(place[0], str) and isinstance(place[1], int):
        people = people.where(tuple_(User.family_name, User.id) > tuple_(*place))
    return page_of(db.session().execute(people).all(), lambda row: (row.family_name, row.user_id), size=size)


def live_marks(component_id: int, enrolment_ids: Collection[int]) -> dict[int, Record]:
    """The mark that counts for each: id, sitting, mark, comment, assessor, marked_at."""
    newer = aliased(LiveMark)
    superseded = select(1).where(
        newer.enrolment_id == LiveMark.enrolment_id, newer.component_id == LiveMark.component_id, newer.id > LiveMark.id
    ).exists()  # fmt: skip
    rows = db.session().execute(
        select(
            LiveMark.id, LiveMark.enrolment_id, LiveMark.sitting, LiveMark.mark, LiveMark.comment, LiveMark.marked_at,
            (User.given_name + " " + User.family_name).label("assessor"),
        )
        .outerjoin(User, User.id == LiveMark.assessor_id)
        .where(LiveMark.component_id == component_id, LiveMark.enrolment_id.in_(enrolment_ids), ~superseded)
    )  # fmt: skip
    return {row.enrolment_id: row for row in rows}


def practice_sign_offs(task_id: int, enrolment_ids: Collection[int]) -> dict[int, Record]:
    """The sign-off in force for each: id, comment, assessor, signed_at."""
    rows = db.session().execute(
        select(
            PracticeSignOff.id, PracticeSignOff.enrolment_id, PracticeSignOff.comment, PracticeSignOff.signed_at,
            (User.given_name + " " + User.family_name).label("assessor"),
        )
        .outerjoin(User, User.id == PracticeSignOff.assessor_id)
        .where(
            PracticeSignOff.practice_task_id == task_id, PracticeSignOff.enrolment_id.in_(enrolment_ids),
            PracticeSignOff.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    return {row.enrolment_id: row for row in rows}


@dataclass(frozen=True)
class Plan:
    """What there is to judge on the spot in a cohort, in the order of its modules, and how many have it already."""

    cohort: Record
    people: int
    components: Sequence[Record]
    tasks: Sequence[Record]


def marking_plan(cohort_id: int) -> Plan:
    """Three statements, however many modules."""
    session = db.session()
    active = and_(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(LEARNING))
    people = select(func.count()).select_from(Enrolment).where(active).scalar_subquery()
    cohort = _one(select(Cohort.id, Cohort.code, Cohort.name, people.label("people")).where(Cohort.id == cohort_id))
    marked = (
        select(func.count(LiveMark.enrolment_id.distinct())).join(Enrolment, Enrolment.id == LiveMark.enrolment_id)
        .where(LiveMark.component_id == Component.id, active).scalar_subquery()
    )  # fmt: skip
    signed = (
        select(func.count(PracticeSignOff.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == PracticeSignOff.enrolment_id)
        .where(PracticeSignOff.practice_task_id == PracticeTask.id, PracticeSignOff.withdrawn_at.is_(None), active)
        .scalar_subquery()
    )  # fmt: skip
    components = session.execute(
        select(
            Component.id, Component.title_fr, Component.title_en, Component.weight, Component.is_practical,
            Module.code.label("module"), CohortModule.due_on, marked.label("done"),
        )
        .join(Module, Module.id == Component.module_id)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort_id, Component.kind == "live")
        .order_by(CohortModule.position, Component.position)
    ).all()  # fmt: skip
    tasks = session.execute(
        select(
            PracticeTask.id, PracticeTask.title_fr, PracticeTask.title_en, PracticeTask.minutes,
            Module.code.label("module"), CohortModule.due_on, signed.label("done"),
        )
        .join(Module, Module.id == PracticeTask.module_id)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort_id)
        .order_by(CohortModule.position, PracticeTask.position)
    ).all()  # fmt: skip
    return Plan(cohort, cohort.people, components, tasks)
