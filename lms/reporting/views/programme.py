"""What a participant follows."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts.windows import phase_of, window_of
from lms.cohorts.wording import PHASE_KINDS, PHASES
from lms.learning.views import bp as learning
from lms.permissions import Permission
from lms.reporting import queries
from lms.web.access import allow


@learning.get("/cohorts/<int:cohort_id>/learn")
@allow(Permission.LEARN)
def programme(cohort_id: int) -> ResponseReturnValue:
    found, day = queries.programme(me().user_id or 0, cohort_id), today()
    page = {
        "programme": found, "place": found.place, "windows": {m.row.module_id: window_of(m.row, day) for m in found.modules},
        "phase": phase_of(found.place.starts_on, found.place.ends_on, day), "phases": PHASES, "phase_kinds": PHASE_KINDS,
    }  # fmt: skip
    return render_template("learning/programme.html", **page)
