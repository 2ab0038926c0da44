"""The lists of admissions as files."""

from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.admissions import exports, queries
from lms.admissions.queries import appeals as reads
from lms.admissions.queries import lists, selection
from lms.admissions.views import bp
from lms.admissions.views.files import sought_files
from lms.admissions.views.tracks import chosen_track
from lms.errors import Missing
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table


@bp.post("/admissions/export")
@allow(Permission.CALL_MANAGE, own_frame=True)
def export_calls() -> ResponseReturnValue:
    return send_table(exports.calls(whole(lists.calls(me(), size=MOST_ROWS))), "calls")


@bp.post("/admissions/<int:call_id>/files/export")
@allow(Permission.CALL_MANAGE, own_frame=True)
def export_files(call_id: int) -> ResponseReturnValue:
    call = lists.call_for(call_id, me())
    found = lists.applications(call_id, sought_files(), size=MOST_ROWS)
    return send_table(exports.files(whole(found)), f"{call.code}-files")


@bp.post("/admissions/<int:call_id>/ranking/export")
@allow(Permission.CALL_MANAGE, own_frame=True)
def export_ranking(call_id: int) -> ResponseReturnValue:
    """The track in the address, as its page shows it."""
    call, run = lists.call_for(call_id, me()), selection.latest_run(call_id)
    if run is None:
        raise Missing
    track = chosen_track(queries.tracks(call_id))
    found = lists.ranking_page(run.id, track.id, size=MOST_ROWS)
    table = exports.ranking(whole(found), queries.criteria(call_id))
    return send_table(table, f"{call.code}-ranking-{track.cohort_code}")


@bp.post("/admissions/<int:call_id>/waiting/export")
@allow(Permission.CALL_MANAGE, own_frame=True)
def export_waiting(call_id: int) -> ResponseReturnValue:
    call, track = lists.call_for(call_id, me()), chosen_track(queries.tracks(call_id))
    found = lists.waiting_page(call_id, track.id, size=MOST_ROWS)
    return send_table(exports.waiting(whole(found)), f"{call.code}-waiting-{track.cohort_code}")


@bp.post("/admissions/<int:call_id>/appeals/export")
@allow(Permission.CALL_MANAGE, own_frame=True)
def export_appeals(call_id: int) -> ResponseReturnValue:
    call = lists.call_for(call_id, me())
    return send_table(exports.appeals(whole(reads.appeals(call_id, size=MOST_ROWS))), f"{call.code}-appeals")
