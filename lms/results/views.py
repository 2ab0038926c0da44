"""A cohort's results, one person's, one's own."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.db import Record
from lms.permissions import Permission
from lms.results import queries
from lms.results.rules import Reason
from lms.results.wording import sentence
from lms.spreadsheets import csv_text
from lms.web.access import allow
from lms.web.downloads import attachment

bp = Blueprint("results", __name__)

MOST_EXPORTED = 5000


@bp.app_template_filter("why")
def why(reason: Reason | dict[str, object]) -> str:
    """A reason as a sentence, wherever it comes from."""
    return sentence(reason if isinstance(reason, Reason) else Reason.from_json(reason))


@bp.get("/cohorts/<int:cohort_id>/results")
@allow(Permission.RESULTS_VIEW)
def gradebook(cohort_id: int) -> ResponseReturnValue:
    book = queries.gradebook(cohort_id, after=request.args.get("after"))
    return render_template("results/gradebook.html", book=book)


@bp.get("/cohorts/<int:cohort_id>/results.csv")
@allow(Permission.RESULTS_VIEW)
def gradebook_csv(cohort_id: int) -> Response:
    book = queries.gradebook(cohort_id, size=MOST_EXPORTED)
    header = ["enrolment", "name", "state", *(module.code for module in book.modules), "may_issue", "why_not"]
    rows = [
        [
            row.enrolment_id, row.name, row.state.value, *(_cell(result) for result in row.results),
            "0" if row.reasons else "1", " ".join(sentence(reason) for reason in row.reasons),
        ]
        for row in book.page.rows
    ]  # fmt: skip
    return attachment(csv_text(header, rows), f"{book.cohort.code}-results.csv", "text/csv; charset=utf-8")


def _cell(result: Record | None) -> object:
    if result is not None and result.is_exempted:
        return "exempted"
    return "" if result is None or result.mark is None else result.mark


@bp.get("/cohorts/<int:cohort_id>/results/<int:enrolment_id>")
@allow(Permission.RESULTS_VIEW)
def person(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    participant, rows = queries.history(cohort_id, enrolment_id)
    page = {
        "participant": participant,
        "rows": rows,
        "reasons": queries.why_not_yet(enrolment_id),
        "cohort_id": cohort_id,
    }
    return render_template("results/person.html", **page)


@bp.get("/results")
@allow(Permission.LEARN)
def mine() -> ResponseReturnValue:
    return render_template("results/mine.html", rows=queries.my_results(me().user_id or 0))
