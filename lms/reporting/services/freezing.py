"""The figures of a closed month are worked out once and kept (INV-17)."""

from lms import db
from lms.clock import now
from lms.reporting.kpis import KPIS, Month
from lms.reporting.models import KpiValue
from lms.reporting.queries import kpis as queries


def freeze(month: Month) -> int:
    """Keep the month's figures; says how many. Keeping a month twice changes nothing."""
    if month in queries.closed_months():
        return 0
    all_scopes, figures = queries.work_out(month)
    named, versions = {scope.key: scope for scope in all_scopes}, {kpi.code: kpi.definition for kpi in KPIS}
    values = [
        KpiValue(
            code=code, definition=versions[code], period=str(month), scope=key, numerator=figure.rate.numerator,
            denominator=figure.rate.denominator, frozen_at=now(),
            detail={"people": figure.people, "apart": figure.apart, "name": named[key].name, "parent": named[key].parent,
                    "figures": dict(figure.detail)},
        )
        for code, of_scopes in figures.items() for key, figure in of_scopes.items()
    ]  # fmt: skip
    db.session().add_all(values)
    db.session().flush()  # another month asks which are kept
    return len(values)
