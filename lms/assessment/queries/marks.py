"""The marks that count, for whoever adds them up (docs/rules.md §3)."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import aliased

from lms import db
from lms.assessment.models import Attempt, LiveMark, Marking, Outcome, PracticeSignOff, Review, Submission
from lms.catalogue.models import Assignment, Component, Quiz
from lms.cohorts.arrangements import extra_attempts
from lms.cohorts.models import Enrolment

NewerMarking, NewerReview, NewerLiveMark = aliased(Marking), aliased(Review), aliased(LiveMark)
LaterSubmission = aliased(Submission)


def component_marks(enrolment_ids: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """By enrolment and component: of a quiz the best attempt, of an assignment the last review of the last submission, of a
    component judged on the spot the last mark. Work that was returned and may still be handed in again has no mark yet.
    One statement, however many people."""
    rows = db.read(_marks(), enrolments=list(enrolment_ids))
    return {(row.enrolment_id, row.component_id): row.mark for row in rows}


@cache
def _marks() -> CompoundSelect[*tuple[Any, ...]]:
    """The statement, made once."""
    return union_all(_quiz_marks(), _work_marks(), _live_marks())


_AMONG: BindParameter[Any] = bindparam("enrolments", expanding=True)


def _quiz_marks() -> Select[*tuple[Any, ...]]:
    superseded = select(1).where(NewerMarking.attempt_id == Marking.attempt_id, NewerMarking.id > Marking.id).exists()
    return (
        select(Attempt.enrolment_id, Component.id.label("component_id"), func.max(Marking.mark).label("mark"))
        .join(Marking, Marking.attempt_id == Attempt.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Component, and_(Component.module_id == Quiz.module_id, Component.kind == "quiz"))
        .where(Attempt.enrolment_id.in_(_AMONG), ~superseded)
        .group_by(Attempt.enrolment_id, Component.id)
    )


def _work_marks() -> Select[*tuple[Any, ...]]:
    replaced = select(1).where(
        LaterSubmission.enrolment_id == Submission.enrolment_id, LaterSubmission.assignment_id == Submission.assignment_id,
        LaterSubmission.number > Submission.number,
    ).exists()  # fmt: skip
    superseded = (
        select(1).where(NewerReview.submission_id == Review.submission_id, NewerReview.number > Review.number).exists()
    )
    may_come_back = Assignment.resubmissions + extra_attempts(Assignment.module_id)
    is_final = or_(Review.outcome == Outcome.ACCEPTED, Submission.number > may_come_back)
    return (
        select(Submission.enrolment_id, Component.id.label("component_id"), Review.mark)
        .join(Review, Review.submission_id == Submission.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(Component, and_(Component.module_id == Assignment.module_id, Component.kind == "assignment"))
        .where(Submission.enrolment_id.in_(_AMONG), ~replaced, ~superseded, is_final)
    )


def _live_marks() -> Select[*tuple[Any, ...]]:
    superseded = select(1).where(
        NewerLiveMark.enrolment_id == LiveMark.enrolment_id, NewerLiveMark.component_id == LiveMark.component_id,
        NewerLiveMark.id > LiveMark.id,
    ).exists()  # fmt: skip
    return select(LiveMark.enrolment_id, LiveMark.component_id, LiveMark.mark).where(
        LiveMark.enrolment_id.in_(_AMONG), ~superseded
    )


def sign_offs_of(enrolment_ids: Collection[int]) -> dict[tuple[int, int], datetime]:
    """By enrolment and practice task: when it was signed off. What was withdrawn is not there."""
    rows = db.session().execute(
        select(PracticeSignOff.enrolment_id, PracticeSignOff.practice_task_id, PracticeSignOff.signed_at).where(
            PracticeSignOff.enrolment_id.in_(enrolment_ids), PracticeSignOff.withdrawn_at.is_(None)
        )
    )
    return {(row.enrolment_id, row.practice_task_id): row.signed_at for row in rows}
