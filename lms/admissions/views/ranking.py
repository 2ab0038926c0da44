"""The ranking: made, read track by track, published."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import storage
from lms.accounts.current import me
from lms.admissions import queries
from lms.admissions.lifecycle import CallState
from lms.admissions.queries import lists, selection
from lms.admissions.queries.minutes import minutes_in, minutes_of, run_of
from lms.admissions.services import results
from lms.admissions.services.minutes import LANGUAGES, promise_minutes
from lms.admissions.views import bp
from lms.admissions.views.tracks import chosen_track
from lms.admissions.wording import CRITERIA, OUTCOME_KINDS, OUTCOMES, REASONS, TIE_BREAKS
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.downloads import attachment


@bp.post("/admissions/<int:call_id>/ranking")
@allow(Permission.CALL_MANAGE)
def rank(call_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    if results.is_large(call_id):
        return redirect(url_for("operations.job", job_id=results.promise_ranking(call_id, by=me())), 303)
    results.make_ranking(call_id, by=me())
    flash(_("The ranking is made. Nobody is told before you publish it."), "success")
    return redirect(url_for(".ranking", call_id=call_id), 303)


@bp.get("/admissions/<int:call_id>/ranking")
@allow(Permission.CALL_MANAGE)
def ranking(call_id: int) -> ResponseReturnValue:
    call, run, tracks = lists.call_for(call_id, me()), selection.latest_run(call_id), queries.tracks(call_id)
    if run is None:
        raise Missing
    track = chosen_track(tracks)
    page = {
        "call": call, "run": run, "tracks": tracks, "track": track, "criteria": queries.criteria(call_id), "words": CRITERIA,
        "found": lists.ranking_page(run.id, track.id, after=request.args.get("after")), "outcomes": OUTCOMES,
        "kinds": OUTCOME_KINDS, "reasons": REASONS, "ties": TIE_BREAKS,
        "minutes": minutes_of(run.id), "codes": {row.id: row.cohort_code for row in tracks},
        "may_publish": run.published_at is None and call.state in (CallState.CLOSED, CallState.IN_SELECTION),
    }  # fmt: skip
    return render_template("admissions/ranking.html", **page)


@bp.post("/admissions/<int:call_id>/results")
@allow(Permission.CALL_MANAGE)
def publish_results(call_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    if results.is_large(call_id):
        return redirect(url_for("operations.job", job_id=results.promise_results(call_id, by=me())), 303)
    results.publish_results(call_id, by=me())
    flash(_("The results are published: places are offered, everybody reads why."), "success")
    return redirect(url_for(".call", call_id=call_id), 303)


@bp.post("/admissions/<int:call_id>/ranking/<int:run_id>/minutes")
@allow(Permission.CALL_MANAGE)
def print_minutes(call_id: int, run_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise Missing
    job_id = promise_minutes(run_of(call_id, run_id), language, by=me())
    return redirect(url_for("operations.job", job_id=job_id), 303)


@bp.get("/admissions/<int:call_id>/minutes/<int:minutes_id>.pdf")
@allow(Permission.CALL_MANAGE)
def minutes(call_id: int, minutes_id: int) -> ResponseReturnValue:
    call, found = lists.call_for(call_id, me()), minutes_in(call_id, minutes_id)
    return attachment(storage.get(found.key), f"{call.code}-{found.track_id}-{found.language}.pdf", "application/pdf")
