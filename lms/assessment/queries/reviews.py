"""Work handed in, for those who judge it: of the cohorts they may, never their own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from lms import db
from lms.accounts.models import User
from lms.assessment.models import Review, Submission, SubmissionFile
from lms.catalogue.models import Assignment, Module, Rubric
from lms.cohorts.arrangements import extra_attempts, extra_days
from lms.cohorts.lifecycle import SEATED
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.cohorts.windows import own_window
from lms.db import Record
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Permission

_REVIEWED = select(1).where(Review.submission_id == Submission.id).exists()


def _mine_to_judge(by: Actor) -> ColumnElement[bool]:
    cohorts = by.scope(Permission.WORK_REVIEW)
    in_scope = true() if cohorts is None else Enrolment.cohort_id.in_(cohorts)
    not_own = true() if by.user_id is None else Enrolment.user_id != by.user_id
    return in_scope & not_own & Enrolment.state.in_(SEATED)


_LIST = (
    select(
        Submission.id, Submission.number, Submission.submitted_at, User.given_name, User.family_name, Assignment.title_fr,
        Assignment.title_en, Module.code.label("module"), Cohort.id.label("cohort_id"), Cohort.name.label("cohort"),
        CohortModule.opens_on, CohortModule.due_on, Cohort.ends_on.label("closes_on"), extra_days(),
    )
    .join(Enrolment, Enrolment.id == Submission.enrolment_id)
    .join(User, User.id == Enrolment.user_id)
    .join(Assignment, Assignment.id == Submission.assignment_id)
    .join(Module, Module.id == Assignment.module_id)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(
        CohortModule, (CohortModule.cohort_id == Enrolment.cohort_id) & (CohortModule.module_id == Assignment.module_id)
    )
)  # fmt: skip


def waiting_for_review(by: Actor, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Work nobody has judged yet, oldest first. Columns: id, number, submitted_at, names, titles, module, cohort, due_on."""
    return _page(_LIST.where(~_REVIEWED), by, after, size, newest_first=False)


def reviewed_work(by: Actor, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Work that was judged, newest first."""
    return _page(_LIST.where(_REVIEWED), by, after, size, newest_first=True)


def _page(
    query: Select[*tuple[Any, ...]], by: Actor, after: str | None, size: int, *, newest_first: bool
) -> Page[Record]:
    query = query.where(_mine_to_judge(by)).limit(size + 1)
    query = query.order_by(Submission.id.desc() if newest_first else Submission.id)
    place = key_of(after, 1)
    if place and isinstance(place[0], int):
        query = query.where(Submission.id < place[0] if newest_first else Submission.id > place[0])
    rows = [own_window(row) for row in db.session().execute(query)]
    return page_of(rows, lambda row: (row.id,), size=size)


def waiting_count(by: Actor) -> int:
    """How many wait; for a figure on the first screen."""
    waiting = select(func.count(Submission.id)).join(Enrolment, Enrolment.id == Submission.enrolment_id)
    return db.session().execute(waiting.where(~_REVIEWED, _mine_to_judge(by))).scalar_one()


def next_waiting(by: Actor, after_id: int) -> int | None:
    """The work to judge after this one; the oldest when there is none after it."""
    ids: Sequence[int] = db.session().execute(
        select(Submission.id).join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(~_REVIEWED, _mine_to_judge(by), Submission.id != after_id)
        .order_by(Submission.id < after_id, Submission.id).limit(1)
    ).scalars().all()  # fmt: skip
    return ids[0] if ids else None


def work_to_review(submission_id: int, *, by: Actor) -> Record:
    """One piece of work with everything its judge needs; Missing when it is not theirs to judge."""
    found = db.session().execute(
        select(
            Submission.id, Submission.number, Submission.submitted_at, Submission.enrolment_id, Submission.assignment_id,
            Assignment.module_id, Assignment.title_fr, Assignment.title_en, Assignment.brief_fr, Assignment.brief_en,
            Assignment.ai_use, (Assignment.resubmissions + extra_attempts()).label("resubmissions"), Rubric.criteria,
            Module.code.label("module"), Enrolment.user_id,
            Enrolment.cohort_id, Cohort.name.label("cohort"), CohortModule.opens_on, CohortModule.due_on,
            Cohort.ends_on.label("closes_on"), extra_days(), User.given_name, User.family_name,
        )
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Rubric, Rubric.id == Assignment.rubric_id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortModule, (CohortModule.cohort_id == Cohort.id) & (CohortModule.module_id == Module.id))
        .where(Submission.id == submission_id, _mine_to_judge(by))
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Missing
    return own_window(found)


def file_to_review(file_id: int, *, by: Actor) -> Record:
    """A file of work one may judge: name, content_type, key."""
    found = (
        db.session()
        .execute(
            select(SubmissionFile.name, SubmissionFile.content_type, SubmissionFile.key)
            .join(Submission, Submission.id == SubmissionFile.submission_id)
            .join(Enrolment, Enrolment.id == Submission.enrolment_id)
            .where(SubmissionFile.id == file_id, _mine_to_judge(by))
        )
        .one_or_none()
    )
    if found is None:
        raise Missing
    return found
