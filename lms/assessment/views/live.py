"""What is judged on the spot: a cohort's mark sheets and teaching practice."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import db
from lms.accounts.current import me
from lms.assessment import exports, queries, services
from lms.assessment.forms import MarkRow, WithdrawForm
from lms.assessment.queries import live as reading
from lms.assessment.services import NewMark
from lms.assessment.views import bp
from lms.db import Record
from lms.errors import Refused
from lms.i18n import _, _n
from lms.paging import Page
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.web.access import allow
from lms.web.tables import send_table


@bp.get("/cohorts/<int:cohort_id>/marks")
@allow(Permission.PERFORMANCE_MARK)
def marking(cohort_id: int) -> ResponseReturnValue:
    return render_template("assessment/marking.html", plan=queries.marking_plan(cohort_id))


@bp.route("/cohorts/<int:cohort_id>/marks/<int:component_id>", methods=["GET", "POST"])
@allow(Permission.PERFORMANCE_MARK)
def live_marks(cohort_id: int, component_id: int) -> ResponseReturnValue:
    component = reading.live_component(cohort_id, component_id)
    people = queries.roster(cohort_id, by=me(), after=request.args.get("after"))
    standing = queries.live_marks(component_id, [person.enrolment_id for person in people.rows])
    sheet = {person.enrolment_id: _row(person.enrolment_id, standing) for person in people.rows}
    if request.method == "POST" and _are_valid(sheet, standing):
        try:
            count = services.record_live_marks(component, _new_marks(sheet), by=me())
        except Refused as refusal:  # belongs to one row of many, so no form can show it by itself
            db.session().rollback()
            standing = queries.live_marks(component_id, list(sheet))
            _show(refusal, sheet, standing)
        else:
            flash(_n("%(num)d mark is recorded.", "%(num)d marks are recorded.", count) if count
                  else _("Nothing had changed; nothing was recorded."), "success")  # fmt: skip
            return redirect(_sheet(".live_marks", cohort_id=cohort_id, component_id=component_id), 303)
    return _sheet_page(component, people, sheet, standing)


@bp.post("/cohorts/<int:cohort_id>/marks/<int:component_id>/export")
@allow(Permission.PERFORMANCE_MARK, own_frame=True)
def export_live_marks(cohort_id: int, component_id: int) -> ResponseReturnValue:
    component = reading.live_component(cohort_id, component_id)
    people = whole(queries.roster(cohort_id, by=me(), size=MOST_ROWS))
    standing = queries.live_marks(component_id, [person.enrolment_id for person in people])
    return send_table(exports.live_marks(people, standing), f"{component.module}-marks-{component_id}")


@bp.post("/cohorts/<int:cohort_id>/practice/<int:task_id>/export")
@allow(Permission.PERFORMANCE_MARK, own_frame=True)
def export_practice(cohort_id: int, task_id: int) -> ResponseReturnValue:
    task = reading.practice_task(cohort_id, task_id)
    people = whole(queries.roster(cohort_id, by=me(), size=MOST_ROWS))
    signed = queries.practice_sign_offs(task_id, [person.enrolment_id for person in people])
    return send_table(exports.practice(people, signed), f"{task.module}-practice-{task_id}")


def _sheet(endpoint: str, **ids: Any) -> str:
    """The page one came from, at the same place in the list."""
    return url_for(endpoint, **ids, after=request.args.get("after"))


def _row(enrolment_id: int, standing: dict[int, Record]) -> MarkRow:
    last = standing.get(enrolment_id)
    return MarkRow(
        prefix=f"p{enrolment_id}-", mark=_plain(last.mark) if last else None, sitting=str(last.sitting if last else 1),
        known=str(last.id) if last else "",
    )  # fmt: skip


def _plain(mark: Decimal) -> Decimal:
    """Without zeros at its end, and without an exponent."""
    return Decimal(f"{mark.normalize():f}")


def _are_valid(sheet: dict[int, MarkRow], standing: dict[int, Record]) -> bool:
    valid = [row.validate() for row in sheet.values()]
    for enrolment_id, row in sheet.items():
        if row.mark.data is None and not row.mark.errors and enrolment_id in standing:
            row.mark.errors = [_("A mark that stands cannot be taken away; correct it instead.")]
            valid.append(False)
    return all(valid)


def _new_marks(sheet: dict[int, MarkRow]) -> list[NewMark]:
    return [
        NewMark(enrolment_id, row.mark.data, int(row.sitting.data), row.comment.data or "", row.known_id)
        for enrolment_id, row in sheet.items()
        if row.mark.data is not None
    ]


def _show(refusal: Refused, sheet: dict[int, MarkRow], standing: dict[int, Record]) -> None:
    """Put the refusal beside its row. What the row shows now is what saving again replaces."""
    enrolment_id = int((refusal.field or "mark-0").rpartition("-")[2])
    if enrolment_id not in sheet:
        raise refusal
    row = sheet[enrolment_id]
    row.mark.errors = [str(refusal)]
    row.known.data = str(standing[enrolment_id].id) if enrolment_id in standing else ""


def _sheet_page(
    component: Record, people: Page[Record], sheet: dict[int, MarkRow], standing: dict[int, Record]
) -> ResponseReturnValue:
    has_errors = any(row.errors for row in sheet.values())
    page = {"component": component, "people": people, "sheet": sheet, "standing": standing, "has_errors": has_errors}
    return render_template("assessment/live_marks.html", **page), 422 if has_errors else 200


@bp.get("/cohorts/<int:cohort_id>/practice/<int:task_id>")
@allow(Permission.PERFORMANCE_MARK)
def practice(cohort_id: int, task_id: int) -> ResponseReturnValue:
    return _practice_page(cohort_id, task_id)


def _practice_page(
    cohort_id: int, task_id: int, *, refused: tuple[int, WithdrawForm] | None = None, problem: str | None = None
) -> ResponseReturnValue:
    task = reading.practice_task(cohort_id, task_id)
    people = queries.roster(cohort_id, by=me(), after=request.args.get("after"))
    signed = queries.practice_sign_offs(task_id, [person.enrolment_id for person in people.rows])
    page = {"task": task, "people": people, "signed": signed, "problem": problem, "refused": refused}
    return render_template("assessment/practice.html", **page), 422 if refused or problem else 200


@bp.post("/cohorts/<int:cohort_id>/practice/<int:task_id>")
@allow(Permission.PERFORMANCE_MARK)
def sign_off(cohort_id: int, task_id: int) -> ResponseReturnValue:
    chosen = [int(value) for value in request.form.getlist("enrolment") if value.isascii() and value.isdigit()]
    if not chosen:
        return _practice_page(cohort_id, task_id, problem=_("Tick at least one person."))
    task = reading.practice_task(cohort_id, task_id)
    comments = {enrolment_id: request.form.get(f"comment-{enrolment_id}", "")[:1000] for enrolment_id in chosen}
    count = services.sign_off_practice(task, comments, by=me())
    flash(_n("%(num)d person is signed off.", "%(num)d people are signed off.", count), "success")
    return redirect(_sheet(".practice", cohort_id=cohort_id, task_id=task_id), 303)


@bp.post("/cohorts/<int:cohort_id>/practice/<int:task_id>/<int:sign_off_id>/withdraw")
@allow(Permission.PERFORMANCE_MARK)
def withdraw(cohort_id: int, task_id: int, sign_off_id: int) -> ResponseReturnValue:
    form = WithdrawForm()
    if not form.validate_on_submit():
        return _practice_page(cohort_id, task_id, refused=(sign_off_id, form))
    task = reading.practice_task(cohort_id, task_id)
    services.withdraw_sign_off(task, sign_off_id, reason=form.reason.data or "", by=me())
    flash(_("The signature is withdrawn."), "success")
    return redirect(_sheet(".practice", cohort_id=cohort_id, task_id=task_id), 303)
