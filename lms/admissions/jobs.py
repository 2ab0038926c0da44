"""What time brings about in admissions, and what takes longer than a request."""

from flask import url_for

from lms import db
from lms.accounts import queries as people
from lms.admissions import services
from lms.admissions.queries import selection as reads
from lms.admissions.services import calls, results, selection
from lms.errors import Refused
from lms.i18n import _
from lms.jobs import Running
from lms.permissions import INSTITUTE, Actor

BATCH = 250


def follow_calls(job: Running) -> None:
    """Calls open on their first day and close after their last; files not completed in time are out."""
    with job.step():
        calls.follow_dates()
        selection.reject_overdue()


def settle_offers(job: Running) -> None:
    """Offers nobody answered go on to the next; those with little time left are told."""
    with job.step():
        services.expire_offers()
        services.remind()


def make_ranking(job: Running) -> None:
    """Rank a large call. Done twice by a worker that died, it leaves two runs that say the same; the last one counts."""
    call_id, by = job.arguments["call_id"], _actor(job)
    url = url_for("admissions.ranking", call_id=call_id)
    try:
        with job.step():
            results.make_ranking(call_id, by=by)
    except Refused as refusal:
        with job.step(url=url_for("admissions.call", call_id=call_id), label=str(refusal)):
            return
    with db.reading():
        ranked = reads.count_candidates(call_id)
    with job.step(done=ranked, total=ranked, url=url, label=_("See the ranking")):
        pass


def publish_results(job: Running) -> None:
    """Decide in one step, so that each place is offered or none is; then tell the others, some at a time."""
    call_id, by = job.arguments["call_id"], _actor(job)
    url = url_for("admissions.call", call_id=call_id)
    if not job.done:
        try:
            with job.step(done=1):
                results.decide_results(call_id, by=by)
        except Refused as refusal:
            with job.step(done=0, url=url_for("admissions.ranking", call_id=call_id), label=str(refusal)):
                return
    with db.reading():
        run = reads.latest_run(call_id)
        run_id, many = (run.id, reads.count_not_admitted(run.id)) if run else (0, 0)
    for start in range(job.done - 1, many, BATCH):
        told = min(start + BATCH, many)
        with job.step(done=told + 1, total=many + 1):
            results.tell_next(run_id, start, BATCH, by=by)
    with job.step(done=many + 1, total=many + 1, url=url, label=_("See the call")):
        results.finish_results(call_id)


def _actor(job: Running) -> Actor:
    if job.created_by is None:
        return INSTITUTE
    with db.reading():
        return people.actor_of(job.created_by)
