"""Long work: how far it is, and how to stop it."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from lms.accounts.current import me
from lms.clock import now
from lms.db import Record
from lms.i18n import _
from lms.jobs import JobState
from lms.operations import exports, queries, services
from lms.operations.views import bp
from lms.operations.wording import JOB_STATES, JOBS, RESULTS, words_of
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import SIGNED_IN, allow
from lms.web.forms import safe_next
from lms.web.tables import send_table

OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
SLOWER = ((timedelta(minutes=1), 2), (timedelta(minutes=5), 5))
SLOWEST = 10


@bp.get("/jobs")
@allow(SIGNED_IN)
def jobs() -> ResponseReturnValue:
    state = _state()
    found = queries.jobs_page(by=me(), state=state, after=request.args.get("after"))
    page = {
        "found": found,
        "state": state,
        "states": JOB_STATES,
        "state_words": words_of(JOB_STATES),
        "labels": JOBS,
        "sees_all": me().may(Permission.JOBS_VIEW),
    }
    return render_template("operations/jobs.html", **page)


@bp.post("/jobs/export")
@allow(SIGNED_IN, own_frame=True)
def export_jobs() -> ResponseReturnValue:
    found = queries.jobs_page(by=me(), state=_state(), size=MOST_ROWS)
    return send_table(exports.jobs(whole(found)), "jobs")


def _state() -> JobState | None:
    wanted = request.args.get("state", "")
    return JobState(wanted) if wanted in set(JobState) else None


@bp.get("/jobs/<int:job_id>")
@allow(SIGNED_IN)
def job(job_id: int) -> ResponseReturnValue:
    """The page of any job, or only what changes on it when htmx asks."""
    found = queries.job(job_id, by=me())
    is_open = found.state in OPEN
    page = {
        "job": found, "label": JOBS.get(found.kind, found.kind), "state": JOB_STATES[JobState(found.state)], "is_open": is_open,
        "is_parked": found.state == JobState.PARKED, "so_far": _length((found.finished_at or now()) - found.created_at),
        "seconds": _pause(found.created_at), "result": _result(found) if found.state == JobState.DONE else None,
        "looks_after": me().may(Permission.JOBS_VIEW),
    }  # fmt: skip
    name = "_job" if request.headers.get("HX-Request") else "job"
    return render_template(f"operations/{name}.html", **page)


def _length(span: timedelta) -> str:
    return str(
        format_timedelta(span, granularity="second", threshold=1.5, format="long", locale=str(get_locale() or "en"))
    )


def _pause(since: datetime) -> int:
    """How many seconds to wait before asking again: the longer it takes, the less often."""
    age = now() - since
    return next((seconds for limit, seconds in SLOWER if age < limit), SLOWEST)


def _result(found: Record) -> tuple[str, str] | None:
    """Address and words of the link to what came of it: a page we know, or the one the job named, if it is ours."""
    if found.kind in RESULTS:
        endpoint, names, words = RESULTS[found.kind]
        ids = found.arguments | {"job_id": found.id}
        return url_for(endpoint, **{name: ids[name] for name in names}), str(words)
    url = safe_next(found.result.get("url"), "")
    return (url, found.result.get("label") or _("See the result")) if url else None


@bp.post("/jobs/<int:job_id>/cancel")
@allow(SIGNED_IN)
def cancel_job(job_id: int) -> ResponseReturnValue:
    services.cancel_job(job_id, by=me())
    flash(_("The job is cancelled. What it did before stays."), "success")
    return redirect(url_for(".job", job_id=job_id), 303)


@bp.post("/jobs/<int:job_id>/retry")
@allow(Permission.JOBS_VIEW)
def retry_job(job_id: int) -> ResponseReturnValue:
    services.retry_job(job_id, by=me())
    flash(_("The job is tried again."), "success")
    return redirect(url_for(".job", job_id=job_id), 303)
