"""The cohort's screen and the participant's programme page. They read packages above ``cohorts`` and ``learning``, and stand in
the blueprints of those two: links to them need not know who draws them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts.views import bp as cohorts
from lms.cohorts.windows import phase_of, window_of
from lms.cohorts.wording import ENROLMENT_STATES, PHASE_KINDS, PHASES, STATE_KINDS, WINDOW_KINDS, WINDOWS
from lms.learning.views import bp as learning
from lms.permissions import Permission
from lms.reporting import queries
from lms.web.access import allow

blueprints = (cohorts, learning)


@cohorts.get("/cohorts/<int:cohort_id>")
@allow(Permission.COHORT_VIEW)
def cohort(cohort_id: int) -> ResponseReturnValue:
    search = request.args.get("search", "").strip()[:100]
    screen = queries.cohort_screen(cohort_id, search=search, after=request.args.get("after"))
    day = today()
    page = {
        "screen": screen, "cohort": screen.cohort, "search": search, "states": ENROLMENT_STATES, "state_kinds": STATE_KINDS,
        "phase": phase_of(screen.cohort.starts_on, screen.cohort.ends_on, day), "phases": PHASES, "phase_kinds": PHASE_KINDS,
        "windows": {row.module_id: window_of(row, day) for row in screen.modules}, "window_words": WINDOWS,
        "window_kinds": WINDOW_KINDS,
    }  # fmt: skip
    return render_template("cohorts/cohort.html", **page)


@learning.get("/cohorts/<int:cohort_id>/learn")
@allow(Permission.LEARN)
def programme(cohort_id: int) -> ResponseReturnValue:
    found, day = queries.programme(me().user_id or 0, cohort_id), today()
    page = {
        "programme": found, "place": found.place, "windows": {m.row.module_id: window_of(m.row, day) for m in found.modules},
        "phase": phase_of(found.place.starts_on, found.place.ends_on, day), "phases": PHASES, "phase_kinds": PHASE_KINDS,
    }  # fmt: skip
    return render_template("learning/programme.html", **page)
