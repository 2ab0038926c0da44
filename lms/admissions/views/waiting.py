"""The waiting list: who is next, and who is passed over with whose agreement."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.admissions import queries
from lms.admissions.forms import SkipForm
from lms.admissions.queries import lists, selection
from lms.admissions.services import skips
from lms.admissions.views import bp
from lms.admissions.views.tracks import chosen_track
from lms.admissions.wording import STATE_KINDS, STATES
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow


@bp.get("/admissions/<int:call_id>/waiting")
@allow(Permission.CALL_MANAGE)
def waiting(call_id: int) -> ResponseReturnValue:
    call, tracks = lists.call_for(call_id, me()), queries.tracks(call_id)
    track = chosen_track(tracks)
    page = {
        "call": call, "tracks": tracks, "track": track, "states": STATES, "kinds": STATE_KINDS, "mine": me().user_id,
        "found": lists.waiting_page(call_id, track.id, after=request.args.get("after")), "skips": selection.skips_of(call_id),
    }  # fmt: skip
    return render_template("admissions/waiting.html", **page)


@bp.route("/admissions/<int:call_id>/files/<int:application_id>/skip", methods=["GET", "POST"])
@allow(Permission.CALL_MANAGE)
def skip(call_id: int, application_id: int) -> ResponseReturnValue:
    call, form = lists.call_for(call_id, me()), SkipForm()
    file = lists.application_in(call_id, application_id)
    if form.validate_on_submit():
        with form.refusals():
            skips.propose_skip(application_id, reason=form.reason.data, by=me())
            flash(_("It is proposed. Somebody else has to confirm it."), "success")
            return redirect(url_for(".waiting", call_id=call_id, track=file.track_id), 303)
    return render_template("admissions/skip.html", call=call, file=file, form=form), form.status


@bp.post("/admissions/<int:call_id>/skips/<int:skip_id>/confirm")
@allow(Permission.CALL_MANAGE)
def confirm_skip(call_id: int, skip_id: int) -> ResponseReturnValue:
    skips.confirm_skip(_skip_of(call_id, skip_id), by=me())
    flash(_("It is confirmed: the next place goes to the rank after."), "success")
    return redirect(url_for(".waiting", call_id=call_id), 303)


@bp.post("/admissions/<int:call_id>/skips/<int:skip_id>/drop")
@allow(Permission.CALL_MANAGE)
def drop_skip(call_id: int, skip_id: int) -> ResponseReturnValue:
    skips.drop_skip(_skip_of(call_id, skip_id), by=me())
    flash(_("The rank is kept."), "success")
    return redirect(url_for(".waiting", call_id=call_id), 303)


def _skip_of(call_id: int, skip_id: int) -> int:
    lists.call_for(call_id, me())
    return selection.skip_in(call_id, skip_id).id
