"""Assignments and what was handed in, for those who hand in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import bindparam, func, select

from lms import db
from lms.accounts.models import User
from lms.assessment.models import Outcome, Review, Submission, SubmissionDraft, SubmissionFile
from lms.catalogue.models import Assignment, Module, Rubric
from lms.clock import CASABLANCA, today
from lms.cohorts.arrangements import extra_attempts, extra_days
from lms.cohorts.lifecycle import READING
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.cohorts.windows import WindowState, own, own_window, window_of
from lms.db import Record
from lms.errors import Missing


class WorkState(StrEnum):
    """Where the work for one assignment stands. FINISHED: returned for the last time; it cannot be handed in again."""

    TO_DO = "to_do"
    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    FINISHED = "finished"


def assignment_for(user_id: int | None, enrolment_id: int, assignment_id: int) -> Record:
    """The assignment as this participant meets it, with its rubric and the window of its module in their cohort. Missing
    before that opens."""
    found = db.session().execute(
        select(
            Assignment.id, Assignment.module_id, Assignment.title_fr, Assignment.title_en, Assignment.brief_fr,
            Assignment.brief_en, Assignment.ai_use, Assignment.takes_text, Assignment.files, Assignment.resubmissions,
            Rubric.criteria, Module.code.label("module"), Enrolment.id.label("enrolment_id"), Enrolment.state,
            Enrolment.cohort_id, CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"),
            extra_days(), extra_attempts(),
        )
        .join(Rubric, Rubric.id == Assignment.rubric_id)
        .join(Module, Module.id == Assignment.module_id)
        .join(CohortModule, CohortModule.module_id == Assignment.module_id)
        .join(Cohort, Cohort.id == CohortModule.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Assignment.id == assignment_id, Enrolment.id == enrolment_id, Enrolment.user_id == user_id,
            Enrolment.state.in_(READING),
        )
    ).one_or_none()  # fmt: skip
    if found is None or window_of(found, today()) is WindowState.UPCOMING:
        raise Missing
    return own(own_window(found), resubmissions=found.resubmissions + found.extra_attempts)


def draft_of(enrolment_id: int, assignment_id: int) -> Record | None:
    """The text typed so far: body, revision, saved_at."""
    return db.session().execute(
        select(SubmissionDraft.body, SubmissionDraft.revision, SubmissionDraft.saved_at).where(
            SubmissionDraft.enrolment_id == enrolment_id, SubmissionDraft.assignment_id == assignment_id
        )
    ).one_or_none()  # fmt: skip


@dataclass(frozen=True)
class Version:
    """Work as it was handed in, with its files and every review it got, oldest first."""

    submission: Record
    files: Sequence[Record]
    reviews: Sequence[Record]
    is_late: bool

    @property
    def review(self) -> Record | None:
        """The review that counts; None while it waits."""
        return self.reviews[-1] if self.reviews else None


def versions_of(enrolment_id: int, assignment_id: int, due_on: date) -> list[Version]:
    """Everything handed in for an assignment, oldest first. Three statements."""
    rows = db.session().execute(
        select(Submission.id, Submission.number, Submission.body, Submission.ai_statement, Submission.submitted_at)
        .where(Submission.enrolment_id == enrolment_id, Submission.assignment_id == assignment_id)
        .order_by(Submission.number)
    ).all()  # fmt: skip
    if not rows:
        return []
    ids = [row.id for row in rows]
    files, reviews = files_of(ids), reviews_of(ids)
    return [
        Version(row, files.get(row.id, []), reviews.get(row.id, []), is_late(row.submitted_at, due_on)) for row in rows
    ]


def is_late(submitted_at: datetime, due_on: date) -> bool:
    """Whether it was handed in after the day it was due, as the institute counts days."""
    return submitted_at.astimezone(CASABLANCA).date() > due_on


def files_of(submission_ids: Collection[int]) -> dict[int, list[Record]]:
    rows = db.session().execute(
        select(SubmissionFile.id, SubmissionFile.submission_id, SubmissionFile.name, SubmissionFile.size)
        .where(SubmissionFile.submission_id.in_(submission_ids)).order_by(SubmissionFile.id)
    )  # fmt: skip
    return _grouped(rows.all())


def reviews_of(submission_ids: Collection[int]) -> dict[int, list[Record]]:
    rows = db.session().execute(
        select(
            Review.id, Review.submission_id, Review.number, Review.assessor_id, Review.levels, Review.comments,
            Review.comment, Review.mark, Review.outcome, Review.reviewed_at,
            (User.given_name + " " + User.family_name).label("assessor"),
        )
        .join(User, User.id == Review.assessor_id)
        .where(Review.submission_id.in_(submission_ids)).order_by(Review.number)
    )  # fmt: skip
    return _grouped(rows.all())


def _grouped(rows: Sequence[Record]) -> dict[int, list[Record]]:
    groups: dict[int, list[Record]] = {}
    for row in rows:
        groups.setdefault(row.submission_id, []).append(row)
    return groups


def state_of(versions: Sequence[Version], resubmissions: int) -> WorkState:
    """Where the work stands, told by its versions."""
    if not versions:
        return WorkState.TO_DO
    last = versions[-1]
    return _state(last.review.outcome if last.review else None, last.submission.number, resubmissions)


def _state(outcome: str | None, number: int, resubmissions: int) -> WorkState:
    if outcome is None:
        return WorkState.WAITING
    if outcome == Outcome.ACCEPTED:
        return WorkState.ACCEPTED
    return WorkState.RETURNED if number <= resubmissions else WorkState.FINISHED


_LAST_OUTCOME = (
    select(Review.outcome).where(Review.submission_id == Submission.id).order_by(Review.number.desc()).limit(1)
)
_WORK_STATES = (
    select(
        Submission.enrolment_id, Submission.assignment_id, Submission.number,
        (Assignment.resubmissions + extra_attempts(Assignment.module_id)).label("resubmissions"),
        _LAST_OUTCOME.scalar_subquery().label("outcome"),
    )
    .join(Assignment, Assignment.id == Submission.assignment_id)
    .join(Enrolment, Enrolment.id == Submission.enrolment_id)
    .where(Submission.enrolment_id.in_(bindparam("enrolments", expanding=True))).order_by(Submission.number)
)  # fmt: skip


def work_states_of(enrolment_ids: Collection[int]) -> dict[tuple[int, int], WorkState]:
    """By enrolment and assignment, for what was handed in at least once. One statement."""
    rows = db.read(_WORK_STATES, enrolments=list(enrolment_ids))
    return {(row.enrolment_id, row.assignment_id): _state(row.outcome, row.number, row.resubmissions) for row in rows}


def last_number(enrolment_id: int, assignment_id: int) -> int:
    """The number of the latest version; 0 when nothing was handed in."""
    numbers = select(func.max(Submission.number)).where(
        Submission.enrolment_id == enrolment_id, Submission.assignment_id == assignment_id
    )
    return db.session().execute(numbers).scalar_one() or 0


def my_file(user_id: int | None, file_id: int) -> Record:
    """A file one handed in: name, content_type, key."""
    mine = _FILE.where(SubmissionFile.id == file_id, Enrolment.user_id == user_id, Enrolment.state.in_(READING))
    found = db.session().execute(mine).one_or_none()
    if found is None:
        raise Missing
    return found


_FILE = (
    select(SubmissionFile.name, SubmissionFile.content_type, SubmissionFile.key)
    .join(Submission, Submission.id == SubmissionFile.submission_id)
    .join(Enrolment, Enrolment.id == Submission.enrolment_id)
)
