"""What time brings about in admissions, and what takes longer than a request."""

from concurrent.futures import ThreadPoolExecutor, wait

from flask import current_app, url_for

from lms import db, storage
from lms.accounts.jobs import actor_of
from lms.admissions import queries, services
from lms.admissions.minutes import LINES, minutes
from lms.admissions.queries import minutes as minutes_reads
from lms.admissions.queries import selection as reads
from lms.admissions.services import calls, results, selection
from lms.admissions.services.minutes import keep_minutes
from lms.errors import Refused
from lms.i18n import _
from lms.jobs import Running
from lms.paper.renderer import shared_renderer
from lms.paper.report import compose

BATCH = 250
RENEW = 15
"""Seconds after which a job that draws says that it lives."""
FOLDER = "minutes"


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
    call_id, by = job.arguments["call_id"], actor_of(job)
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
    call_id, by = job.arguments["call_id"], actor_of(job)
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


def print_minutes(job: Running) -> None:
    """Part after part; while one is drawn the lease is renewed, and one that is kept already is not drawn again."""
    call_id, run_id, language = (job.arguments[name] for name in ("call_id", "run_id", "language"))
    by = actor_of(job)
    with db.reading():
        sizes = minutes_reads.sizes(run_id)
        tracks = [track for track in queries.tracks(call_id) if track.id in sizes]
        kept = {(row.track_id, row.part) for row in minutes_reads.minutes_of(run_id) if row.language == language}
    sheets = [
        (track, part, -(-sizes[track.id] // LINES))
        for track in tracks
        for part in range(1, -(-sizes[track.id] // LINES) + 1)
    ]
    with ThreadPoolExecutor(1) as drawing:
        for number, (track, part, parts) in enumerate(sheets, 1):
            if (track.id, part) in kept:
                continue
            with db.reading():
                run = minutes_reads.run_of(call_id, run_id)
                issuer = current_app.config["SETTINGS"].institute
                page = compose(minutes(run, track, language, issuer, part=part, parts=parts))
            drawn = drawing.submit(shared_renderer().render, page)
            while not wait([drawn], timeout=RENEW).done:
                with job.step(total=len(sheets)):
                    pass
            key = storage.put(drawn.result(), FOLDER)
            with job.step(done=number, total=len(sheets)):
                keep_minutes(run_id, track.id, language, part, key=key, size=len(drawn.result()), by=by)
    url = url_for("admissions.ranking", call_id=call_id)
    with job.step(done=len(sheets), total=len(sheets), url=f"{url}#minutes", label=_("See the minutes")):
        pass
