"""The cohort's screen."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import queries as cohort_queries
from lms.cohorts.views import bp as cohorts
from lms.cohorts.windows import phase_of, window_of
from lms.cohorts.wording import ENROLMENT_STATES, PHASE_KINDS, PHASES, PURPOSES, STATE_KINDS, WINDOW_KINDS, WINDOWS
from lms.permissions import Permission
from lms.reporting import exports, queries
from lms.reporting.filters import SIZES, Filter
from lms.reporting.forms import ViewForm
from lms.reporting.wording import ACTS, BLOCKS
from lms.web.access import allow
from lms.web.tables import send_table


@cohorts.get("/cohorts/<int:cohort_id>")
@allow(Permission.COHORT_VIEW)
def cohort(cohort_id: int) -> ResponseReturnValue:
    chosen = Filter.of(request.args)
    screen = queries.cohort_screen(cohort_id, chosen, reader=me().user_id, after=request.args.get("after"))
    day = today()
    page = {
        "screen": screen, "cohort": screen.cohort, "chosen": chosen, "states": ENROLMENT_STATES, "state_kinds": STATE_KINDS,
        "phase": phase_of(screen.cohort.starts_on, screen.cohort.ends_on, day), "phases": PHASES, "phase_kinds": PHASE_KINDS,
        "windows": {row.module_id: window_of(row, day) for row in screen.modules}, "window_words": WINDOWS,
        "window_kinds": WINDOW_KINDS, "blocks": BLOCKS, "sizes": SIZES, "acts": ACTS, "purposes": PURPOSES, "today": day,
        "view_form": ViewForm(formdata=None) if chosen.as_address() else None,
        "address": chosen.as_address(), "may_follow_up": me().may(Permission.FOLLOW_UP, cohort_id),
    }  # fmt: skip
    return render_template("cohorts/cohort.html", **page)


@cohorts.post("/cohorts/<int:cohort_id>/export")
@allow(Permission.RESULTS_VIEW, own_frame=True)
def export_cohort(cohort_id: int) -> ResponseReturnValue:
    """Everybody the filters show, with their marks."""
    table = exports.screen(*queries.whole_cohort(cohort_id, Filter.of(request.args)))
    return send_table(table, f"{cohort_queries.cohort_row(cohort_id).code}-participants")
