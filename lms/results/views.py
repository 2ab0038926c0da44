"""A cohort's results, one person's, one's own."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.permissions import Permission
from lms.results import exports, queries
from lms.results.rules import Reason
from lms.results.wording import sentence
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table

bp = Blueprint("results", __name__)


@bp.app_template_filter("why")
def why(reason: Reason | dict[str, object]) -> str:
    """A reason as a sentence, wherever it comes from."""
    return sentence(reason if isinstance(reason, Reason) else Reason.from_json(reason))


@bp.get("/cohorts/<int:cohort_id>/results")
@allow(Permission.RESULTS_VIEW)
def gradebook(cohort_id: int) -> ResponseReturnValue:
    book = queries.gradebook(cohort_id, after=request.args.get("after"))
    return render_template("results/gradebook.html", book=book)


@bp.post("/cohorts/<int:cohort_id>/results/export")
@allow(Permission.RESULTS_VIEW, own_frame=True)
def export_gradebook(cohort_id: int) -> ResponseReturnValue:
    book = queries.gradebook(cohort_id, size=MOST_ROWS)
    whole(book.page)
    return send_table(exports.gradebook(book), f"{book.cohort.code}-results")


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
