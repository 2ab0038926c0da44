"""What one person has beyond the others: set by those who coordinate, read by the person."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.cohorts import arrangements as standing
from lms.cohorts import queries
from lms.cohorts.forms import AccommodationForm, ExtensionForm
from lms.cohorts.services import arrangements as services
from lms.cohorts.views import bp
from lms.cohorts.windows import Allowance
from lms.i18n import _, pick
from lms.permissions import Permission
from lms.web.access import SIGNED_IN, allow


@bp.route("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/arrangements", methods=["GET", "POST"])
@allow(Permission.ACCOMMODATION_MANAGE)
def arrangements(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    form = AccommodationForm(obj=standing.accommodation_of(person.user_id))
    if form.validate_on_submit():
        with form.refusals():
            allowance = Allowance(
                form.extra_days.data or 0, form.extra_percent.data or 0, 0, form.extra_attempts.data or 0
            )
            services.set_accommodation(person.user_id, allowance, form.note.data or "", by=me())
            flash(_("The arrangements are saved. They hold at once, in quizzes under way too."), "success")
            return redirect(url_for(".arrangements", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
    return _page(cohort_id, enrolment_id, form, ExtensionForm(formdata=None))


@bp.post("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/extensions")
@allow(Permission.ACCOMMODATION_MANAGE)
def grant_extension(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    form = ExtensionForm()
    form.module.choices = _modules(cohort_id)
    if form.validate_on_submit():
        with form.refusals():
            allowance = Allowance(
                form.extra_days.data or 0, 0, form.extra_minutes.data or 0, form.extra_attempts.data or 0
            )
            services.grant_extension(enrolment_id, form.module.data, allowance, reason=form.reason.data or "", by=me())
            flash(_("The extension is granted. It holds at once, in a quiz under way too."), "success")
            return redirect(url_for(".arrangements", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)
    always = AccommodationForm(formdata=None, obj=standing.accommodation_of(person.user_id))
    return _page(cohort_id, enrolment_id, always, form)


@bp.post("/cohorts/<int:cohort_id>/participants/<int:enrolment_id>/extensions/<int:extension_id>/withdraw")
@allow(Permission.ACCOMMODATION_MANAGE)
def withdraw_extension(cohort_id: int, enrolment_id: int, extension_id: int) -> ResponseReturnValue:
    queries.participant(cohort_id, enrolment_id)
    services.withdraw_extension(enrolment_id, extension_id, by=me())
    flash(_("The extension is withdrawn. What was begun under it keeps its time."), "success")
    return redirect(url_for(".arrangements", cohort_id=cohort_id, enrolment_id=enrolment_id), 303)


@bp.get("/me/arrangements")
@allow(SIGNED_IN)
def my_arrangements() -> ResponseReturnValue:
    user_id = me().user_id or 0
    page = {"always": standing.accommodation_of(user_id), "extensions": standing.extensions_of(user_id)}
    return render_template("cohorts/my_arrangements.html", **page)


def _modules(cohort_id: int) -> list[SelectChoice]:
    return [
        SelectChoice(row.module_id, f"{row.code} · {pick(row.title_fr, row.title_en)}")
        for row in queries.cohort_modules(cohort_id)
    ]


def _page(cohort_id: int, enrolment_id: int, form: AccommodationForm, extension: ExtensionForm) -> ResponseReturnValue:
    person = queries.participant(cohort_id, enrolment_id)
    extension.module.choices = _modules(cohort_id)
    page = {
        "person": person, "form": form, "extension": extension,
        "extensions": standing.extensions_of(person.user_id, enrolment_id),
    }  # fmt: skip
    return render_template("cohorts/arrangements.html", **page), max(form.status, extension.status)
