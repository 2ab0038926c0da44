"""Many sessions at once: from a pattern, and by copying a cohort. Each is looked at before it is saved."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from lms.accounts.current import me
from lms.clock import today
from lms.cohorts import queries as cohorts
from lms.errors import Forbidden
from lms.i18n import _, _n, pick
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.forms.generating import CopyForm, PatternForm
from lms.timetable.sentences import clash_sentence
from lms.timetable.services import Draft
from lms.timetable.views import bp
from lms.timetable.views.cohorts import WORDS
from lms.web.access import allow


@bp.route("/cohorts/<int:cohort_id>/timetable/generate", methods=["GET", "POST"])
@allow(Permission.TIMETABLE_EDIT)
def generate(cohort_id: int) -> ResponseReturnValue:
    """Asked for by GET it shows what would be planned; sent by POST it plans it."""
    row, modules = cohorts.cohort_row(cohort_id), cohorts.cohort_modules(cohort_id)
    left = services.left_to_plan(cohort_id)
    is_preview = request.method == "GET" and "pattern" in request.args
    given = {"formdata": request.args, "meta": {"csrf": False}} if is_preview else {}
    form = PatternForm(first=max(row.starts_on, today()) if row.ends_on >= today() else row.starts_on, **given)
    form.modules.choices = [
        SelectChoice(module.module_id, f"{module.code} · {pick(module.title_fr, module.title_en)}")
        for module in modules
    ]
    if not is_preview and request.method == "GET":
        form.modules.data = [module_id for module_id, minutes in left.items() if minutes]
    form.offer(queries.rooms(open_only=True), queries.facilitators_for(cohort_id))
    draft = None
    if form.validate() if is_preview else form.validate_on_submit():
        if is_preview:
            draft = services.draft_sessions(cohort_id, form.wish())
        else:
            with form.refusals():
                planned = services.generate_sessions(cohort_id, form.wish(), by=me())
                flash(_n("One session is planned.", "%(num)d sessions are planned.", planned), "success")
                return redirect(url_for(".cohort", cohort_id=cohort_id, week=_first_day(cohort_id)), 303)
    page = {
        "cohort": row, "form": form, "modules": {module.module_id: module for module in modules}, "left": left, "draft": draft,
        "reasons": _reasons(draft) if draft else {},
    }  # fmt: skip
    return render_template("timetable/generate.html", **page, **WORDS), form.status


def _first_day(cohort_id: int) -> str:
    first = queries.sessions_of(cohort_id, since=today(), size=1).rows or queries.sessions_of(cohort_id, size=1).rows
    return first[0].day.isoformat() if first else today().isoformat()


def _reasons(draft: Draft) -> dict[int, list[str]]:
    """What each line clashes with, in sentences, by its place."""
    names = queries.names_of({user_id for line in draft.lines for clash in line.clashes for user_id in clash.who})
    return {number: [clash_sentence(clash, names) for clash in line.clashes] for number, line in enumerate(draft.lines)}


@bp.route("/cohorts/<int:cohort_id>/copy", methods=["GET", "POST"])
@allow(Permission.COHORT_OPEN)
def copy(cohort_id: int) -> ResponseReturnValue:
    """Asked for by GET with the new facts it shows the new cohort; sent by POST it opens it."""
    if me().scope(Permission.COHORT_OPEN) is not None:
        raise Forbidden
    row = cohorts.cohort_row(cohort_id)
    is_preview = request.method == "GET" and "starts_on" in request.args
    given = {"formdata": request.args, "meta": {"csrf": False}} if is_preview else {}
    form = CopyForm(capacity=row.capacity, name=row.name, **given)
    draft = None
    if form.validate() if is_preview else form.validate_on_submit():
        if is_preview:
            with form.refusals():
                draft = services.draft_copy(cohort_id, form.starts_on.data)
        else:
            with form.refusals():
                made = services.copy_cohort(
                    cohort_id, code=form.code.data or "", name=form.name.data or "", starts_on=form.starts_on.data,
                    capacity=form.capacity.data or 0, by=me(),
                )  # fmt: skip
                flash(_("The cohort is open, with its sessions planned."), "success")
                return redirect(url_for(".cohort", cohort_id=made.id), 303)
    page = {"cohort": row, "form": form, "draft": draft, "modules": cohorts.cohort_modules(cohort_id),
            "rooms": {room.id: room for room in queries.rooms()}}  # fmt: skip
    return render_template("timetable/copy.html", **page, **WORDS), form.status
