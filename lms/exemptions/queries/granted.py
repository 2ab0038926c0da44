"""What was granted, as the columns that other queries add to a row about one person in one module, and as plain reads."""

from typing import Any

from sqlalchemy import ColumnElement, func, select

from lms import db
from lms.exemptions.lifecycle import GRANTED, RequestState
from lms.exemptions.models import ExemptionRequest


def _granted(column: ColumnElement[Any], enrolment_id: Any, module_id: Any) -> Any:
    found = select(column).where(
        ExemptionRequest.enrolment_id == enrolment_id, ExemptionRequest.module_id == module_id,
        ExemptionRequest.state.in_(GRANTED),
    )  # fmt: skip
    return found.correlate(enrolment_id.class_, module_id.class_)


def minutes_exempted(enrolment_id: Any, module_id: Any) -> ColumnElement[int]:
    """Of the module, for the person: ``enrolment_id`` and ``module_id`` are columns of the query around it. 0: none."""
    asked = _granted(func.coalesce(func.sum(ExemptionRequest.exempted_minutes), 0), enrolment_id, module_id)
    column: ColumnElement[int] = asked.scalar_subquery().label("minutes_exempted")
    return column


def is_exempted(enrolment_id: Any, module_id: Any) -> ColumnElement[bool]:
    """Whether the whole module is."""
    whole = select(1).where(
        ExemptionRequest.enrolment_id == enrolment_id, ExemptionRequest.module_id == module_id,
        ExemptionRequest.state == RequestState.FULL,
    )  # fmt: skip
    return whole.correlate(enrolment_id.class_, module_id.class_).exists()


def minutes_exempted_in(enrolment_id: int, *, except_request: int) -> int:
    """In all modules together, but for one request."""
    return db.session().scalar(
        select(func.coalesce(func.sum(ExemptionRequest.exempted_minutes), 0)).where(
            ExemptionRequest.enrolment_id == enrolment_id, ExemptionRequest.state.in_(GRANTED),
            ExemptionRequest.id != except_request,
        )
    ) or 0  # fmt: skip
