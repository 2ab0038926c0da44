"""The cohort's screen."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import queries as cohort_queries
from lms.cohorts.views import bp as cohorts
from lms.cohorts.windows import phase_of, window_of
from lms.cohorts.wording import ENROLMENT_STATES, PHASE_KINDS, PHASES, PURPOSES, STATE_KINDS, WINDOW_KINDS, WINDOWS
from lms.permissions import Permission
from lms.reporting import queries
from lms.reporting.filters import SIZES, Filter
from lms.reporting.forms import ViewForm
from lms.reporting.queries.standing import Standing
from lms.reporting.wording import ACTS, BLOCKS, risk_sentence
from lms.results.wording import sentence
from lms.spreadsheets import csv_text
from lms.web.access import allow
from lms.web.downloads import attachment


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


@cohorts.get("/cohorts/<int:cohort_id>/screen.csv")
@allow(Permission.RESULTS_VIEW)
def screen_csv(cohort_id: int) -> Response:
    """Everybody the filters show, with columns that keep their names in both languages."""
    chosen = Filter.of(request.args)
    modules, people, standing = queries.whole_cohort(cohort_id, chosen)
    parts = ("mark", "lessons_done", "present_minutes", "held_minutes")
    header = ["enrolment", "family", "given", "email", "organisation", "state",
              *(f"{module.code}_{part}" for module in modules for part in parts),
              "may_issue", "why_not", "at_risk", "last_contact"]  # fmt: skip
    rows = [
        [
            person.row.id, person.row.family_name, person.row.given_name, person.row.email, person.row.organisation,
            person.row.state,
            *(cell for module in modules for cell in _cells(standing[(person.row.id, module.module_id)])),
            "0" if person.reasons else "1", " ".join(sentence(reason) for reason in person.reasons),
            " ".join(risk_sentence(risk) for risk in person.risks), person.row.contacted_on,
        ]
        for person in people
    ]  # fmt: skip
    code = cohort_queries.cohort_row(cohort_id).code
    return attachment(csv_text(header, rows), f"{code}-participants.csv", "text/csv; charset=utf-8")


def _cells(standing: Standing) -> tuple[object, ...]:
    attendance = standing.attendance
    minutes = (None, None) if attendance is None else (attendance.present, attendance.held)
    return (standing.mark, standing.done, *minutes)
