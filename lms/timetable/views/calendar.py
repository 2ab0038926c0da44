"""The institute's calendar: holidays and periods."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.clock import today
from lms.i18n import _
from lms.permissions import Permission
from lms.timetable import exports, queries, services
from lms.timetable.forms.planning import HolidayForm, PeriodForm
from lms.timetable.models import CalendarPeriod, Holiday
from lms.timetable.views import planning
from lms.timetable.views.places import for_the_institute
from lms.timetable.wording import HOLIDAY_KINDS, HOLIDAY_STATE_KINDS, HOLIDAY_STATES, PERIOD_KINDS
from lms.web.access import allow
from lms.web.tables import send_table

WORDS = {
    "kinds": HOLIDAY_KINDS, "states": HOLIDAY_STATES, "state_kinds": HOLIDAY_STATE_KINDS, "period_kinds": PERIOD_KINDS
}  # fmt: skip


@planning.get("/calendar")
@allow(Permission.TIMETABLE_EDIT)
def calendar() -> ResponseReturnValue:
    first, last = _year()
    page = {
        "year": first.year, "holidays": queries.holidays(first, last), "periods": queries.periods(first, last),
        "may_edit": me().scope(Permission.TIMETABLE_EDIT) is None,
    }  # fmt: skip
    return render_template("planning/calendar.html", **page, **WORDS)


@planning.post("/calendar/export")
@allow(Permission.TIMETABLE_EDIT, own_frame=True)
def export_calendar() -> ResponseReturnValue:
    first, last = _year()
    table = exports.calendar(queries.holidays(first, last), queries.periods(first, last))
    return send_table(table, f"calendar-{first.year}")


def _year() -> tuple[date, date]:
    """First and last day of the year asked for, or of the present one."""
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else today().year
    return date(year, 1, 1), date(year, 12, 31)


@planning.route("/calendar/holidays/new", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def new_holiday() -> ResponseReturnValue:
    for_the_institute()
    form = HolidayForm()
    if form.validate_on_submit():
        with form.refusals():
            holiday = services.add_holiday(form.facts(), by=me())
            return _after(holiday)
    return render_template("planning/holiday.html", form=form, holiday=None), form.status


@planning.route("/calendar/holidays/<int:holiday_id>", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def edit_holiday(holiday_id: int) -> ResponseReturnValue:
    """Also where an estimate is confirmed: the days are looked at, then saved as confirmed."""
    for_the_institute()
    holiday = queries.holiday(holiday_id)
    form = HolidayForm(obj=holiday, certainty=holiday.status)
    if request.method == "GET" and request.args.get("confirm"):
        form.certainty.data = "confirmed"
    if form.validate_on_submit():
        with form.refusals():
            services.edit_holiday(holiday, form.facts(), version=form.version.value, by=me())
            return _after(holiday)
    form.version.data = holiday.version
    return render_template("planning/holiday.html", form=form, holiday=holiday), form.status


def _after(holiday: Holiday) -> ResponseReturnValue:
    """Where sessions stand on the holiday, they are shown with a day to move them to."""
    flash(_("The holiday is saved."), "success")
    if queries.sessions_on(holiday.first_day, holiday.last_day):
        return redirect(url_for(".holiday_sessions", holiday_id=holiday.id), 303)
    return redirect(url_for(".calendar", year=holiday.first_day.year), 303)


@planning.get("/calendar/holidays/<int:holiday_id>/sessions")
@allow(Permission.TIMETABLE_EDIT)
def holiday_sessions(holiday_id: int) -> ResponseReturnValue:
    for_the_institute()
    holiday = queries.holiday(holiday_id)
    sessions = queries.sessions_on(holiday.first_day, holiday.last_day)
    page = {"holiday": holiday, "sessions": sessions, "proposals": services.proposals_for(sessions)}
    return render_template("planning/holiday_sessions.html", **page, **WORDS)


@planning.post("/calendar/holidays/<int:holiday_id>/remove")
@allow(Permission.TIMETABLE_EDIT)
def remove_holiday(holiday_id: int) -> ResponseReturnValue:
    for_the_institute()
    holiday = queries.holiday(holiday_id)
    year = holiday.first_day.year
    services.remove_holiday(holiday, by=me())
    flash(_("The holiday is removed."), "success")
    return redirect(url_for(".calendar", year=year), 303)


@planning.route("/calendar/periods/new", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def new_period() -> ResponseReturnValue:
    for_the_institute()
    form = PeriodForm()
    if form.validate_on_submit():
        with form.refusals():
            period = services.add_period(form.facts(), by=me())
            return _after_period(period)
    return render_template("planning/period.html", form=form, period=None), form.status


@planning.route("/calendar/periods/<int:period_id>", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def edit_period(period_id: int) -> ResponseReturnValue:
    for_the_institute()
    period = queries.period(period_id)
    form = PeriodForm(obj=period)
    if form.validate_on_submit():
        with form.refusals():
            services.edit_period(period, form.facts(), version=form.version.value, by=me())
            return _after_period(period)
    form.version.data = period.version
    return render_template("planning/period.html", form=form, period=period), form.status


def _after_period(period: CalendarPeriod) -> ResponseReturnValue:
    flash(_("The period is saved."), "success")
    return redirect(url_for(".calendar", year=period.first_day.year), 303)


@planning.post("/calendar/periods/<int:period_id>/remove")
@allow(Permission.TIMETABLE_EDIT)
def remove_period(period_id: int) -> ResponseReturnValue:
    for_the_institute()
    period = queries.period(period_id)
    year = period.first_day.year
    services.remove_period(period, by=me())
    flash(_("The period is removed."), "success")
    return redirect(url_for(".calendar", year=year), 303)
