"""Work judged by its rubric. A judgement is never changed; a new one is written after it."""

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from lms import audit, db
from lms.assessment import grading
from lms.assessment.events import WorkReviewed
from lms.assessment.models import Outcome, Review
from lms.assessment.queries import work as queries
from lms.assessment.services.live import OwnWork
from lms.clock import now
from lms.db import Record
from lms.errors import Refused, Stale
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class ReviewConflict(Stale):
    """Somebody else judged the work since the page was opened, or a newer version was handed in."""


class CannotAccept(Refused):
    """A critical criterion is insufficient, so the work cannot be accepted."""


def review_work(
    work: Record, *, levels: Mapping[str, int], comments: Mapping[str, str], comment: str, outcome: Outcome, number: int,
    by: Actor,
) -> Review:  # fmt: skip
    """Judge the work of ``queries.work_to_review`` as its review ``number``, one more than the page showed. The database
    lets one review have each number, so of two markers at once the second meets a conflict. Raises ReviewConflict,
    CannotAccept, OwnWork."""
    if work.user_id == by.user_id:
        raise OwnWork(_("Nobody judges their own work."))
    criteria = grading.criteria_of(work.criteria)
    if outcome is Outcome.ACCEPTED and not grading.may_pass(criteria, levels):
        raise CannotAccept(
            _("A critical criterion is at level 1: this work cannot be accepted, only returned."), field="outcome"
        )
    if queries.last_number(work.enrolment_id, work.assignment_id) != work.number:
        raise ReviewConflict(_("A newer version of this work was handed in meanwhile. Judge that one."))
    review = Review(
        submission_id=work.id, number=number, assessor_id=by.user_id, levels=dict(levels),
        comments={name: text.strip() for name, text in comments.items() if text.strip()}, comment=comment.strip(),
        mark=grading.rubric_mark(criteria, levels), outcome=outcome, reviewed_at=now(),
    )  # fmt: skip
    if number != len(queries.reviews_of([work.id]).get(work.id, ())) + 1:
        raise _conflict()
    try:
        with db.session().begin_nested():
            db.session().add(review)
            db.session().flush()  # the constraint answers now
    except IntegrityError:
        raise _conflict() from None
    audit.record(
        "work.reviewed", f"submission:{work.id}", by=by, cohort_id=work.cohort_id, review=review.id, number=number,
        outcome=outcome,
    )  # fmt: skip
    emit(WorkReviewed(work.enrolment_id, work.module_id, f"review:{review.id}"))
    return review


def _conflict() -> ReviewConflict:
    return ReviewConflict(
        _("Somebody else judged this work while you were at it. Both judgements are below; yours is not saved.")
    )
