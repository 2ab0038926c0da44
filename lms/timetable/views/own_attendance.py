"""What participants see and say of their own attendance: rates, signatures, and that they are in the room."""

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import now
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.checkin import Redeemed, is_current
from lms.timetable.forms.checking import CodeForm, SignForm
from lms.timetable.models import TrainingSession
from lms.timetable.rates import Attendance
from lms.timetable.services import TAKING
from lms.timetable.sheet import Line, Presence
from lms.timetable.signing import SIGNED_BY_PARTICIPANTS, digest_of_line
from lms.timetable.views import agenda
from lms.timetable.wording import PRESENCE_KINDS, PRESENCES, REDEEMED
from lms.web.access import allow


def wall_secret() -> bytes:
    """What the codes on the wall are made of."""
    secret: str = current_app.config["SETTINGS"].secret_key
    return secret.encode()


@dataclass(frozen=True)
class OwnLine:
    """One session with what its sheet says of the reader. ``may_sign``: that they were there, and they have not signed it."""

    session: Record
    presence: Presence
    is_signed: bool
    may_sign: bool


@agenda.get("/attendance")
@allow(Permission.LEARN)
def attendance() -> ResponseReturnValue:
    user_id = me().user_id or 0
    sessions = queries.my_sheets(user_id)
    signed = queries.my_signatures(user_id)
    modules = {(row.enrolment_id, row.module_id): row for row in sessions}
    rates = queries.counted_attendance_of({row.enrolment_id for row in sessions})
    lines: dict[tuple[int, int], list[OwnLine]] = {}
    for row in sessions:
        lines.setdefault((row.enrolment_id, row.module_id), []).append(_own_line(row, signed))
    page = {
        "modules": modules, "lines": lines, "rates": _shown(rates, modules),
        "presences": PRESENCES, "presence_kinds": PRESENCE_KINDS, "under_way": queries.my_sheets_under_way(user_id),
    }  # fmt: skip
    return render_template("agenda/attendance.html", **page)


def _shown(
    rates: dict[tuple[int, int], Attendance], modules: dict[tuple[int, int], Record]
) -> dict[tuple[int, int], Attendance]:
    return {key: minutes for key, minutes in rates.items() if key in modules}


def _own_line(row: Record, signed: frozenset[tuple[int, str]]) -> OwnLine:
    presence = Presence(row.presence) if row.presence else Presence.EXPECTED
    line = Line(int((row.ends_at - row.starts_at).total_seconds()) // 60, presence, row.minutes)
    is_signed = (row.id, digest_of_line(row.id, row.enrolment_id, line)) in signed
    return OwnLine(
        row, presence, is_signed, presence in SIGNED_BY_PARTICIPANTS and not is_signed and row.state in TAKING
    )


@agenda.post("/attendance/<int:session_id>/sign")
@allow(Permission.LEARN)
def sign_line(session_id: int) -> ResponseReturnValue:
    form = SignForm()
    if form.validate_on_submit():
        with form.refusals():
            services.sign_line(session_id, by=me())
            flash(_("You have signed for this session."), "success")
    for message in form.form_errors:
        flash(message, "danger")
    return redirect(url_for(".attendance"), 303)


@agenda.route("/check-in", methods=["GET", "POST"])
@allow(Permission.LEARN)
def check_in() -> ResponseReturnValue:
    """The code typed by hand, in the session that is under way."""
    sessions = queries.my_sheets_under_way(me().user_id or 0)
    form = CodeForm()
    if sessions and form.validate_on_submit():
        return _redeemed(sessions[0].id, form.code.data or "", form)
    return render_template("agenda/check_in.html", form=form, session=sessions[0] if sessions else None), form.status


@agenda.route("/check-in/<int:session_id>/<code>", methods=["GET", "POST"])
@allow(Permission.LEARN)
def scanned(session_id: int, code: str) -> ResponseReturnValue:
    """The code as it was scanned. Looking at the page says nothing yet; the button does."""
    session = queries.training_session(session_id)
    if queries.enrolment_on_sheet(session, me().user_id or 0) is None:
        return _refused(Redeemed.NOT_ON_SHEET)
    form = CodeForm(code=code)
    if form.is_submitted() and form.validate():
        return _redeemed(session_id, code, form)
    if not is_current(wall_secret(), session_id, code, now()):
        return _refused(Redeemed.WRONG_OR_OVER)
    return render_template("agenda/scanned.html", form=form, session=_row(session), code=code), form.status


def _row(session: TrainingSession) -> Record:
    return queries.session_row(session.cohort_id, session.id)


def _redeemed(session_id: int, code: str, form: CodeForm) -> ResponseReturnValue:
    outcome = services.check_in(session_id, code, secret=wall_secret(), by=me())
    if outcome in (Redeemed.ACCEPTED, Redeemed.ALREADY):
        flash(REDEEMED[outcome], "success")
        return redirect(url_for(".attendance"), 303)
    return _refused(outcome)


def _refused(outcome: Redeemed) -> ResponseReturnValue:
    return render_template("agenda/check_in_refused.html", reason=REDEEMED[outcome]), 409


def require_taking(session: TrainingSession) -> None:
    """The wall is for whoever leads the session, while it is under way. Raises Missing."""
    if session.state not in TAKING or not queries.may_take(session, by=me()):
        raise Missing
