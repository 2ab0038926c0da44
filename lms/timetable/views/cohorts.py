"""The timetable of a cohort: week by week, and as a list."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import queries as cohorts
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.timetable import exports, queries, services
from lms.timetable.views import bp
from lms.timetable.weeks import day_in, monday, week_of
from lms.timetable.wording import HALVES, PARTS, SESSION_KINDS, SESSION_STATES
from lms.web.access import allow
from lms.web.tables import send_table

WORDS = {"states": SESSION_STATES, "kinds": SESSION_KINDS, "parts": PARTS, "halves": HALVES}


@bp.get("/cohorts/<int:cohort_id>/timetable")
@allow(Permission.COHORT_VIEW)
def cohort(cohort_id: int) -> ResponseReturnValue:
    row = cohorts.cohort_row(cohort_id)
    start = min(max(today(), row.starts_on), row.ends_on)
    first = monday(day_in(request.args.get("week"), start))
    sessions = queries.sessions_between(cohort_id, first, first.fromordinal(first.toordinal() + 6))
    page = {
        "cohort": row, "week": week_of(first, sessions), "counts": queries.session_counts(cohort_id),
        "staff": queries.staff_of_sessions([session.id for session in sessions]),
        "calendar": queries.institute_calendar(first, first.fromordinal(first.toordinal() + 7)), "today": today(),
        "may_edit": me().may(Permission.TIMETABLE_EDIT, cohort_id),
    }  # fmt: skip
    return render_template("timetable/cohort.html", **page, **WORDS)


@bp.get("/cohorts/<int:cohort_id>/timetable/list")
@allow(Permission.COHORT_VIEW)
def cohort_list(cohort_id: int) -> ResponseReturnValue:
    row = cohorts.cohort_row(cohort_id)
    found = queries.sessions_of(cohort_id, after=request.args.get("after"))
    page = {
        "cohort": row, "found": found, "counts": queries.session_counts(cohort_id),
        "staff": queries.staff_of_sessions([session.id for session in found.rows]),
        "calendar": queries.institute_calendar(row.starts_on, row.ends_on),
        "may_edit": me().may(Permission.TIMETABLE_EDIT, cohort_id),
    }  # fmt: skip
    return render_template("timetable/cohort_list.html", **page, **WORDS)


@bp.post("/cohorts/<int:cohort_id>/timetable/list/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_cohort_list(cohort_id: int) -> ResponseReturnValue:
    found = whole(queries.sessions_of(cohort_id, size=MOST_ROWS))
    table = exports.sessions(found, queries.staff_of_sessions([session.id for session in found]))
    return send_table(table, f"{cohorts.cohort_row(cohort_id).code}-sessions")


@bp.post("/cohorts/<int:cohort_id>/timetable/confirm")
@allow(Permission.TIMETABLE_EDIT)
def confirm_all(cohort_id: int) -> ResponseReturnValue:
    confirmed, left = services.confirm_ready(cohort_id, by=me())
    if confirmed:
        flash(_n("One session is confirmed.", "%(num)d sessions are confirmed.", confirmed), "success")
    if left:
        flash(_n("One session cannot be confirmed yet: its page says why.",
                 "%(num)d sessions cannot be confirmed yet: their pages say why.", left), "warning")  # fmt: skip
    if not confirmed and not left:
        flash(_("No session waits to be confirmed."), "info")
    return redirect(url_for(".cohort", cohort_id=cohort_id), 303)
