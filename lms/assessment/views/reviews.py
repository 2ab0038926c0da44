"""Work judged: the queue, and one piece of work beside its rubric."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.assessment import exports, queries, services
from lms.assessment.forms import LEVELS, ReviewForm, review_form
from lms.assessment.models import Outcome
from lms.assessment.queries import reviews as reading
from lms.assessment.queries import work
from lms.assessment.views import bp
from lms.assessment.views.work import download
from lms.db import Record
from lms.i18n import _
from lms.paging import Page
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.filters import mark
from lms.web.tables import send_table


@bp.get("/reviews")
@allow(Permission.WORK_REVIEW)
def reviews() -> ResponseReturnValue:
    found = _read()(me(), after=request.args.get("after"))
    return render_template("assessment/reviews.html", found=found, is_done=_is_done(), is_late=work.is_late)


@bp.post("/reviews/export")
@allow(Permission.WORK_REVIEW, own_frame=True)
def export_reviews() -> ResponseReturnValue:
    name = "work-reviewed" if _is_done() else "work-to-review"
    return send_table(exports.work(whole(_read()(me(), size=MOST_ROWS))), name)


def _is_done() -> bool:
    return request.args.get("state") == "reviewed"


def _read() -> Callable[..., Page[Record]]:
    return queries.reviewed_work if _is_done() else queries.waiting_for_review


@bp.route("/reviews/<int:submission_id>", methods=["GET", "POST"])
@allow(Permission.WORK_REVIEW)
def review(submission_id: int) -> ResponseReturnValue:
    found = queries.work_to_review(submission_id, by=me())
    versions = queries.versions_of(found.enrolment_id, found.assignment_id, found.due_on)
    this = next(version for version in versions if version.submission.id == submission_id)
    form = review_form(found.criteria, **_last_judgement(found, this), number=len(this.reviews) + 1)
    if form.validate_on_submit():
        with form.refusals():
            written = services.review_work(
                found, levels=form.levels, comments=form.comments, comment=form.comment.data or "",
                outcome=Outcome(form.outcome.data), number=form.number.value, by=me(),
            )  # fmt: skip
            flash(_("Saved: %(mark)s out of 20.", mark=mark(written.mark)), "success")
            return redirect(url_for(".review", submission_id=submission_id), 303)
    if form.status == HTTPStatus.OK:
        return _page(found, versions, this, form)
    versions = queries.versions_of(
        found.enrolment_id, found.assignment_id, found.due_on
    )  # somebody may have been faster
    this = next(version for version in versions if version.submission.id == submission_id)
    is_conflict = len(this.reviews) >= form.number.value
    form.number.data = len(this.reviews) + 1  # to send again is to write after what is now shown
    return _page(found, versions, this, form), HTTPStatus.CONFLICT if is_conflict else form.status


def _last_judgement(found: Record, version: work.Version) -> dict[str, object]:
    """What the form starts with: the judgement that stands, if there is one."""
    if version.review is None:
        return {}
    last = version.review
    values: dict[str, object] = {"comment": last.comment, "outcome": last.outcome}
    for index, criterion in enumerate(found.criteria):
        values[f"level_{index}"] = str(last.levels.get(criterion["id"], ""))
        values[f"comment_{index}"] = last.comments.get(criterion["id"], "")
    return values


def _page(found: Record, versions: list[work.Version], this: work.Version, form: ReviewForm) -> str:
    page = {
        "work": found,
        "this": this,
        "earlier": [version for version in versions if version.submission.number < found.number],
        "is_last": versions[-1].submission.number == found.number,
        "form": form,
        "levels": LEVELS,
        "next_id": reading.next_waiting(me(), found.id),
    }
    return render_template("assessment/review.html", **page)


@bp.get("/reviews/files/<int:file_id>")
@allow(Permission.WORK_REVIEW)
def review_file(file_id: int) -> ResponseReturnValue:
    return download(reading.file_to_review(file_id, by=me()))
