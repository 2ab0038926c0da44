"""The code on the wall, for the projector in the room, and the signature of whoever led."""

from io import BytesIO

import segno
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.accounts.current import me
from lms.clock import now
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.checkin import code_at, seconds_left
from lms.timetable.forms.sheets import SheetSignForm
from lms.timetable.models import TrainingSession
from lms.timetable.views import bp
from lms.timetable.views.own_attendance import require_taking, wall_secret
from lms.web.access import allow
from lms.web.links import absolute


@bp.get("/cohorts/<int:cohort_id>/sessions/<int:session_id>/wall")
@allow(Permission.ATTENDANCE_RECORD)
def wall(cohort_id: int, session_id: int) -> ResponseReturnValue:
    session = _led(cohort_id, session_id)
    row = queries.session_row(cohort_id, session_id)
    return render_template("timetable/wall.html", session=row, **_code(session))


@bp.get("/cohorts/<int:cohort_id>/sessions/<int:session_id>/wall/code")
@allow(Permission.ATTENDANCE_RECORD)
def wall_code(cohort_id: int, session_id: int) -> ResponseReturnValue:
    """The part of the wall that changes."""
    session = _led(cohort_id, session_id)
    return render_template("timetable/_wall_code.html", session=session, **_code(session))


@bp.post("/cohorts/<int:cohort_id>/sessions/<int:session_id>/sheet/sign")
@allow(Permission.ATTENDANCE_RECORD)
def sign_sheet(cohort_id: int, session_id: int) -> ResponseReturnValue:
    _led(cohort_id, session_id)
    form = SheetSignForm()
    if form.validate_on_submit():
        with form.refusals():
            services.sign_sheet(session_id, seen=form.seen.value, by=me())
            flash(_("You have signed the sheet."), "success")
    for message in form.form_errors:
        flash(message, "danger")
    return redirect(url_for(".sheet", cohort_id=cohort_id, session_id=session_id), 303)


def _led(cohort_id: int, session_id: int) -> TrainingSession:
    session = queries.training_session(session_id)
    if session.cohort_id != cohort_id:
        raise Missing
    require_taking(session)
    return session


def _code(session: TrainingSession) -> dict[str, object]:
    code = code_at(wall_secret(), session.id, now())
    return {
        "code": f"{code[:4]} {code[4:]}", "qr": _qr(absolute("agenda.scanned", session_id=session.id, code=code)),
        "seconds": seconds_left(now()), "there": len(queries.lines_of(session)),
        "expected": len(queries.people_on_sheet(session)),
    }  # fmt: skip


def _qr(address: str) -> Markup:
    out = BytesIO()
    segno.make_qr(address, error="m").save(
        out, kind="svg", scale=8, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's own drawing
