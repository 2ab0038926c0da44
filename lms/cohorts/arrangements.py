"""Accommodations and extensions as they stand: the columns that other queries add to a row about one person in one module, for
``windows`` to apply, and what the pages show."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Label, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Module
from lms.cohorts.models import Accommodation, Cohort, CohortModule, Enrolment, Extension
from lms.db import Record


def _always(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Of the accommodation in force of the enrolment's person."""
    mine = select(column).where(Accommodation.user_id == Enrolment.user_id, Accommodation.ended_at.is_(None))
    return func.coalesce(mine.correlate(Enrolment).scalar_subquery(), 0)


def _once(column: InstrumentedAttribute[int], module_id: Any) -> ColumnElement[int]:
    """Of the enrolment's extensions in this module, together."""
    granted = select(func.coalesce(func.sum(column), 0)).where(
        Extension.enrolment_id == Enrolment.id, Extension.module_id == module_id, Extension.withdrawn_at.is_(None)
    )  # fmt: skip
    return granted.correlate(Enrolment, module_id.class_).scalar_subquery()


def extra_days(module_id: Any = CohortModule.module_id) -> Label[int]:
    """For a query over ``Enrolment`` and a table with this ``module_id``."""
    return (_always(Accommodation.extra_days) + _once(Extension.extra_days, module_id)).label("extra_days")


def extra_attempts(module_id: Any = CohortModule.module_id) -> Label[int]:
    """The same: attempts at the quiz, and times the work may be handed in again."""
    return (_always(Accommodation.extra_attempts) + _once(Extension.extra_attempts, module_id)).label("extra_attempts")


def extras(module_id: Any = CohortModule.module_id) -> tuple[Label[int], ...]:
    """Everything ``windows.allowance_of`` reads."""
    return (
        extra_days(module_id), extra_attempts(module_id), _always(Accommodation.extra_percent).label("extra_percent"),
        _once(Extension.extra_minutes, module_id).label("extra_minutes"),
    )  # fmt: skip


def accommodation_of(user_id: int) -> Record | None:
    """The one in force: extra_percent, extra_days, extra_attempts, note, recorded_at."""
    return db.session().execute(
        select(Accommodation.id, Accommodation.extra_percent, Accommodation.extra_days, Accommodation.extra_attempts,
               Accommodation.note, Accommodation.recorded_at)
        .where(Accommodation.user_id == user_id, Accommodation.ended_at.is_(None))
    ).one_or_none()  # fmt: skip


def extensions_of(user_id: int, enrolment_id: int | None = None) -> Sequence[Record]:
    """What somebody was granted, newest first, withdrawn ones too; in one place only when it is named. With module,
    titles, cohort and ``by``."""
    giver = aliased(User)
    query = (
        select(Extension.id, Extension.extra_days, Extension.extra_minutes, Extension.extra_attempts, Extension.reason,
               Extension.granted_at, Extension.withdrawn_at, Module.code, Module.title_fr, Module.title_en,
               Cohort.name.label("cohort"), (giver.given_name + " " + giver.family_name).label("by"))
        .join(Enrolment, Enrolment.id == Extension.enrolment_id).join(Module, Module.id == Extension.module_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id).outerjoin(giver, giver.id == Extension.granted_by)
        .where(Enrolment.user_id == user_id).order_by(Extension.id.desc())
    )  # fmt: skip
    if enrolment_id is not None:
        query = query.where(Extension.enrolment_id == enrolment_id)
    return db.session().execute(query).all()
