"""Who may lead what, and until when."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.catalogue import queries as catalogue
from lms.clock import today
from lms.competencies import queries as competencies
from lms.competencies import services
from lms.competencies.qualifying import Level
from lms.i18n import _
from lms.permissions import Permission
from lms.spreadsheets import MOST_ROWS, whole
from lms.timetable import exports
from lms.timetable.forms.planning import LEVELS, QualificationForm
from lms.timetable.views import planning
from lms.timetable.views.places import for_the_institute
from lms.web.access import allow
from lms.web.tables import send_table


@planning.get("/qualifications")
@allow(Permission.TIMETABLE_EDIT)
def qualifications() -> ResponseReturnValue:
    return _page(_form())


@planning.post("/qualifications/export")
@allow(Permission.TIMETABLE_EDIT, own_frame=True)
def export_qualifications() -> ResponseReturnValue:
    return send_table(exports.qualifications(whole(competencies.qualifications(size=MOST_ROWS))), "qualifications")


@planning.post("/qualifications")
@allow(Permission.TIMETABLE_EDIT)
def add_qualification() -> ResponseReturnValue:
    for_the_institute()
    form = _form()
    if form.validate_on_submit():
        kind, code = form.covers.data.split(":")
        with form.refusals():
            services.qualify(
                form.email.data or "", level=Level(form.level.data), track=code if kind == "track" else None,
                module_code=code if kind == "module" else None, valid_from=form.valid_from.data,
                valid_until=form.valid_until.data, source=form.source.data or "", by=me(),
            )  # fmt: skip
            flash(_("The qualification is recorded."), "success")
            return redirect(url_for(".qualifications"), 303)
    return _page(form)


@planning.post("/qualifications/<int:qualification_id>/end")
@allow(Permission.TIMETABLE_EDIT)
def end_qualification(qualification_id: int) -> ResponseReturnValue:
    for_the_institute()
    services.end_qualification(qualification_id, by=me())
    flash(_("The qualification ended yesterday at the latest. Sessions already confirmed stay so."), "success")
    return redirect(url_for(".qualifications"), 303)


def _form() -> QualificationForm:
    form = QualificationForm(valid_from=today())
    shelf = catalogue.catalogue()
    tracks = [
        SelectChoice(f"track:{course.track}", f"{course.track} · {_('the whole track')}") for course in shelf.courses
    ]
    modules = [SelectChoice(f"module:{one.code}", one.code) for course in shelf.courses for one in course.modules]
    form.covers.choices = [*{choice.value: choice for choice in tracks}.values(), *modules]
    return form


def _page(form: QualificationForm) -> ResponseReturnValue:
    page = {
        "form": form, "found": competencies.qualifications(after=request.args.get("after")), "levels": LEVELS, "today": today(),
        "may_edit": me().scope(Permission.TIMETABLE_EDIT) is None,
    }  # fmt: skip
    return render_template("planning/qualifications.html", **page), form.status
