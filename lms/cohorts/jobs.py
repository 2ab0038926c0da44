"""Long work on cohorts."""

from lms import db
from lms.accounts import queries as people
from lms.cohorts import queries
from lms.cohorts.services import seats, starting
from lms.cohorts.services.rosters import finish_roster, follow_rows
from lms.jobs import Running
from lms.permissions import INSTITUTE

STEP = 50


def import_roster(job: Running) -> None:
    """Follow a roster, fifty rows a step; a step that was done is not done again."""
    cohort_id, import_id = job.arguments["cohort_id"], job.arguments["import_id"]
    with db.reading():
        total = len(queries.roster_import(cohort_id, import_id).rows)
        by = INSTITUTE if job.created_by is None else people.actor_of(job.created_by)
    for start in range(job.done, total, STEP):
        end = min(start + STEP, total)
        with job.step(done=end, total=total):
            follow_rows(queries.roster_import(cohort_id, import_id), start, end, by=by)
    with job.step(cohort_id=cohort_id, import_id=import_id):
        finish_roster(queries.roster_import(cohort_id, import_id), by=by)


def expire_holds(job: Running) -> None:
    """Places kept for people whose time is over are free for others."""
    with job.step():
        seats.expire_holds()


def start_cohorts(job: Running) -> None:
    """Whoever was registered in a cohort that has started is active."""
    with job.step():
        starting.start_cohorts()


def watch_head_counts(job: Running) -> None:
    """Tell of cohorts that start soon with too few people."""
    with job.step():
        starting.watch_head_counts()
