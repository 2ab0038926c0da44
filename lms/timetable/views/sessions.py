"""One session: planned, confirmed, changed, moved, cancelled."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.cohorts import queries as cohorts
from lms.db import Record
from lms.i18n import _, pick
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.forms.sessions import CancelForm, ConfirmForm, MoveForm, PlaceAndStaff, SessionForm, staff_fields
from lms.timetable.lifecycle import OPEN, SessionState, half_of
from lms.timetable.services import SessionPlan
from lms.timetable.views import bp
from lms.timetable.views.cohorts import WORDS
from lms.timetable.views.sheets import READABLE
from lms.timetable.weeks import day_in
from lms.web.access import allow
from lms.web.forms import Form


@bp.route("/cohorts/<int:cohort_id>/timetable/new", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def new_session(cohort_id: int) -> ResponseReturnValue:
    row, modules = cohorts.cohort_row(cohort_id), cohorts.cohort_modules(cohort_id)
    form = SessionForm(day=day_in(request.args.get("day"), row.starts_on))
    form.module.choices = [
        SelectChoice(module.module_id, f"{module.code} · {pick(module.title_fr, module.title_en)}")
        for module in modules
    ]
    form.group.choices = [
        *form.group.choices, *(SelectChoice(group.id, group.name) for group in queries.group_choices(cohort_id))
    ]  # fmt: skip
    form.offer(queries.rooms(open_only=True), queries.facilitators_for(cohort_id))
    if form.validate_on_submit():
        plan = SessionPlan(
            cohort_id, form.module.data, form.day.data, form.starts.data, form.ends.data, half_of(form.starts.data),
            form.room.data, form.remote_link.data or "", form.group.data, form.staff(),
        )  # fmt: skip
        with form.refusals():
            session = services.plan_session(plan, by=me())
            flash(_("The session is planned."), "success")
            return redirect(url_for(".session", cohort_id=cohort_id, session_id=session.id), 303)
    return render_template("timetable/new_session.html", form=form, cohort=row), form.status


@bp.get("/cohorts/<int:cohort_id>/sessions/<int:session_id>")
@allow(Permission.COHORT_VIEW)
def session(cohort_id: int, session_id: int) -> ResponseReturnValue:
    return _page(cohort_id, session_id, ConfirmForm())


@bp.post("/cohorts/<int:cohort_id>/sessions/<int:session_id>/confirm")
@allow(Permission.TIMETABLE_EDIT)
def confirm_session(cohort_id: int, session_id: int) -> ResponseReturnValue:
    queries.session_row(cohort_id, session_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        with form.refusals():
            services.confirm_session(session_id, version=form.version.value, by=me())
            flash(_("The session is confirmed."), "success")
            return redirect(url_for(".session", cohort_id=cohort_id, session_id=session_id), 303)
    return _page(cohort_id, session_id, form)


def _page(cohort_id: int, session_id: int, form: Form) -> ResponseReturnValue:
    row = queries.session_row(cohort_id, session_id)
    staff = _staff(session_id)
    may_edit = me().may(Permission.TIMETABLE_EDIT, cohort_id)
    page = {
        "session": row, "staff": staff, "history": queries.history_of_session(session_id), "form": form,
        "successor": queries.successor_of(session_id) if row.state == SessionState.RESCHEDULED else None,
        "is_open": row.state in OPEN, "has_sheet": row.state in READABLE, "may_edit": may_edit,
        "cohort": cohorts.cohort_row(cohort_id),
        "calendar": queries.institute_calendar(row.day, row.day),
        "blocks": services.hindrances(session_id) if may_edit and row.state == SessionState.PLANNED else [],
    }  # fmt: skip
    return render_template("timetable/session.html", **page, **WORDS), form.status


@bp.route("/cohorts/<int:cohort_id>/sessions/<int:session_id>/change", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def change_session(cohort_id: int, session_id: int) -> ResponseReturnValue:
    row, staff = queries.session_row(cohort_id, session_id), _staff(session_id)
    shown = {"room": row.room_id, "remote_link": row.remote_link, "version": row.version}
    form = PlaceAndStaff(**shown, **staff_fields({one.user_id: one.part for one in staff}))
    form.offer(queries.rooms(open_only=True), queries.facilitators_for(cohort_id))
    if form.validate_on_submit():
        with form.refusals():
            services.change_session(
                session_id, version=form.version.value, room_id=form.room.data, remote_link=form.remote_link.data or "",
                staff=form.staff(), by=me(),
            )  # fmt: skip
            flash(_("The session is saved."), "success")
            return redirect(url_for(".session", cohort_id=cohort_id, session_id=session_id), 303)
    return _form_page("timetable/change_session.html", cohort_id, session_id, form)


@bp.route("/cohorts/<int:cohort_id>/sessions/<int:session_id>/move", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def move_session(cohort_id: int, session_id: int) -> ResponseReturnValue:
    row = queries.session_row(cohort_id, session_id)
    form = MoveForm(day=day_in(request.args.get("day"), row.day), starts=row.starts, ends=row.ends, version=row.version)
    form.room.choices = [
        *form.room.choices,
        *(
            SelectChoice(room.id, f"{room.site_fr} · {room.name} ({room.capacity})")
            for room in queries.rooms(open_only=True)
        ),
    ]
    if form.validate_on_submit():
        with form.refusals():
            moved = services.move_session(
                session_id, version=form.version.value, day=form.day.data, starts=form.starts.data, ends=form.ends.data,
                half=half_of(form.starts.data), reason=form.reason.data or "", room_id=form.room.data, by=me(),
            )  # fmt: skip
            flash(_("The session is moved. Those concerned are told by e-mail."), "success")
            return redirect(url_for(".session", cohort_id=cohort_id, session_id=moved.id), 303)
    return _form_page("timetable/move_session.html", cohort_id, session_id, form)


@bp.route("/cohorts/<int:cohort_id>/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def cancel_session(cohort_id: int, session_id: int) -> ResponseReturnValue:
    row = queries.session_row(cohort_id, session_id)
    form = CancelForm(version=row.version)
    if form.validate_on_submit():
        with form.refusals():
            services.cancel_session(session_id, version=form.version.value, reason=form.reason.data or "", by=me())
            flash(_("The session is cancelled. Those concerned are told by e-mail."), "success")
            return redirect(url_for(".session", cohort_id=cohort_id, session_id=session_id), 303)
    return _form_page("timetable/cancel_session.html", cohort_id, session_id, form)


def _form_page(
    template: str, cohort_id: int, session_id: int, form: PlaceAndStaff | MoveForm | CancelForm
) -> ResponseReturnValue:
    """The form again. When somebody else saved first, with what they saved beside it: saving once more is then a choice."""
    row = queries.session_row(cohort_id, session_id)
    is_stale = form.version.value != row.version
    form.version.data = row.version
    page = {
        "session": row, "staff": _staff(session_id), "form": form, "is_stale": is_stale,
        "cohort": cohorts.cohort_row(cohort_id), "history": queries.history_of_session(session_id)[:1],
    }  # fmt: skip
    return render_template(template, **page, **WORDS), form.status


def _staff(session_id: int) -> Sequence[Record]:
    return queries.staff_of_sessions([session_id]).get(session_id, ())
