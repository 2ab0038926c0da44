"""What the calendar does to cohorts: they start, and beforehand somebody must know that too few will be there."""

from sqlalchemy import select

from lms import db
from lms.clock import now, today
from lms.cohorts import queries
from lms.cohorts.events import HeadCountLow
from lms.cohorts.models import Cohort, Enrolment, EnrolmentState, HeadCountAlert
from lms.cohorts.services.enrolments import begin
from lms.events import emit


def start_cohorts() -> int:
    """Those who were registered are active from the first day on; says how many."""
    due = db.session().scalars(
        select(Enrolment).join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.state == EnrolmentState.REGISTERED, Cohort.starts_on <= today()).order_by(Enrolment.id)
    ).all()  # fmt: skip
    for enrolment in due:
        begin(enrolment)
    return len(due)


def watch_head_counts() -> int:
    """Tell, 14, 7 and 2 days before a cohort starts, that fewer people are in it than it needs; says of how many cohorts."""
    low = queries.low_head_counts()
    for row in low:
        db.session().add(HeadCountAlert(cohort_id=row.id, days_before=row.stage, people=row.taken, at=now()))
        emit(HeadCountLow(row.id, people=row.taken, least=row.least_people))
    return len(low)
