"""The attendance of a cohort, module by module."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.cohorts import queries as cohorts
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _
from lms.paging import Page
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.timetable import exports, queries, services
from lms.timetable.forms.attendance import SheetForm
from lms.timetable.rates import Attendance
from lms.timetable.views import bp
from lms.web.access import allow
from lms.web.tables import send_table

ON_A_SHEET = 50


@bp.get("/cohorts/<int:cohort_id>/attendance/<int:module_id>")
@allow(Permission.COHORT_VIEW)
def attendance(cohort_id: int, module_id: int) -> ResponseReturnValue:
    module, people, recorded = _sheet(cohort_id, module_id)
    lines = [_line(row.id, recorded.get((row.id, module_id))) for row in people.rows]
    scheduled = max((minutes.scheduled for minutes in recorded.values()), default=module.minutes)
    return _page(cohort_id, module, people, recorded, SheetForm(formdata=None, scheduled=scheduled, lines=lines))


@bp.post("/cohorts/<int:cohort_id>/attendance/<int:module_id>")
@allow(Permission.ATTENDANCE_RECORD)
def record(cohort_id: int, module_id: int) -> ResponseReturnValue:
    module, people, recorded = _sheet(cohort_id, module_id)
    form = SheetForm()
    if form.validate_on_submit():
        entries = form.entries()
        if not entries.keys() <= {row.id for row in people.rows}:
            raise Missing  # a sheet of another cohort
        with form.refusals():
            services.record_sheet(module_id, entries, reason=form.reason.data or "", by=me())
            flash(_("The attendance is recorded."), "success")
            return redirect(
                url_for(".attendance", cohort_id=cohort_id, module_id=module_id, after=request.args.get("after")), 303
            )
    return _page(cohort_id, module, people, recorded, form)


@bp.post("/cohorts/<int:cohort_id>/attendance/<int:module_id>/export")
@allow(Permission.COHORT_VIEW, own_frame=True)
def export_attendance(cohort_id: int, module_id: int) -> ResponseReturnValue:
    module = cohorts.cohort_module(cohort_id, module_id)
    people = whole(cohorts.participants(cohort_id, seated=True, size=MOST_ROWS))
    table = exports.attendance(module, people, queries.attendance_of([row.id for row in people], module_id))
    return send_table(table, f"{cohorts.cohort_row(cohort_id).code}-attendance-{module.code}")


@bp.get("/cohorts/<int:cohort_id>/attendance/<int:module_id>/<int:enrolment_id>")
@allow(Permission.COHORT_VIEW)
def history(cohort_id: int, module_id: int, enrolment_id: int) -> ResponseReturnValue:
    page = {
        "module": cohorts.cohort_module(cohort_id, module_id), "person": cohorts.participant(cohort_id, enrolment_id),
        "records": queries.records_of(enrolment_id, module_id),
    }  # fmt: skip
    return render_template("timetable/history.html", **page)


Recorded = dict[tuple[int, int], Attendance]


def _sheet(cohort_id: int, module_id: int) -> tuple[Record, Page[Record], Recorded]:
    """The module, one sheet of participants, and what was recorded of them."""
    module = cohorts.cohort_module(cohort_id, module_id)
    people = cohorts.participants(cohort_id, seated=True, after=request.args.get("after"), size=ON_A_SHEET)
    return module, people, queries.attendance_of([row.id for row in people.rows], module_id)


def _line(enrolment_id: int, minutes: Attendance | None) -> dict[str, int | None]:
    if minutes is None:
        return {"enrolment_id": enrolment_id, "held": None, "present": None}
    return {"enrolment_id": enrolment_id, "held": minutes.held, "present": minutes.present}


def _page(
    cohort_id: int, module: Record, people: Page[Record], recorded: Recorded, form: SheetForm
) -> ResponseReturnValue:
    page = {
        "cohort": cohorts.cohort_row(cohort_id), "module": module, "people": people, "form": form,
        "lines": {str(line.enrolment_id.data): line for line in form.lines},
        "recorded": {key[0]: minutes for key, minutes in recorded.items()},
        "may_record": me().may(Permission.ATTENDANCE_RECORD, cohort_id),
    }  # fmt: skip
    return render_template("timetable/attendance.html", **page), form.status
