"""A CSV roster: sent, shown line by line, followed after a yes, reported on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.cohorts import queries, services
from lms.cohorts.forms import RosterForm, YesForm
from lms.cohorts.models import RosterImport
from lms.cohorts.preview import Action, Hindrance, Line, count
from lms.cohorts.roster import MOST_BYTES, TEMPLATE
from lms.cohorts.sentences import problem_sentence, remark_sentence
from lms.cohorts.services.rosters import lines_of, problems_of, promised_job
from lms.cohorts.views import bp
from lms.cohorts.wording import ACTION_KINDS, ACTIONS, HINDRANCES, SEPARATORS
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.spreadsheets import csv_text
from lms.web.access import allow
from lms.web.downloads import attachment

SHOWN = 100


@bp.route("/cohorts/<int:cohort_id>/roster", methods=["GET", "POST"])
@allow(Permission.COHORT_ENROL)
def roster(cohort_id: int) -> ResponseReturnValue:
    form = RosterForm()
    if form.validate_on_submit():
        with form.refusals():
            kept = services.keep_roster(cohort_id, form.file.data.stream.read(MOST_BYTES + 1), by=me())
            return redirect(url_for(".roster_preview", cohort_id=cohort_id, import_id=kept.id), 303)
    return render_template("cohorts/roster.html", form=form, cohort=queries.cohort_row(cohort_id)), form.status


@bp.get("/cohorts/<int:cohort_id>/roster/template.csv")
@allow(Permission.COHORT_ENROL)
def roster_template(cohort_id: int) -> ResponseReturnValue:
    example = ("amina.bennani@example.ma", "Amina", "Bennani", "أمينة", "بناني", "")
    return attachment(csv_text(TEMPLATE, [example]), "participants.csv", "text/csv; charset=utf-8")


@bp.get("/cohorts/<int:cohort_id>/roster/<int:import_id>/errors.csv")
@allow(Permission.COHORT_ENROL)
def roster_errors(cohort_id: int, import_id: int) -> ResponseReturnValue:
    """The lines to correct, each with why."""
    lines = [line for line in lines_of(queries.roster_import(cohort_id, import_id)) if line.action is Action.ERROR]
    rows = [(line.number, line.row.email if line.row else line.faults[0].email, _why(line)) for line in lines]
    header = (_("line"), "email", _("why"))
    return attachment(csv_text(header, rows), "errors.csv", "text/csv; charset=utf-8")


def _why(line: Line) -> str:
    return (
        str(HINDRANCES[line.hindrance])
        if line.hindrance
        else " ".join(problem_sentence(fault) for fault in line.faults)
    )


@bp.get("/cohorts/<int:cohort_id>/roster/<int:import_id>")
@allow(Permission.COHORT_ENROL)
def roster_preview(cohort_id: int, import_id: int) -> ResponseReturnValue:
    kept = queries.roster_import(cohort_id, import_id)
    return _report_page(kept) if kept.applied_at else _preview_page(kept, YesForm())


@bp.post("/cohorts/<int:cohort_id>/roster/<int:import_id>")
@allow(Permission.COHORT_ENROL)
def follow_roster(cohort_id: int, import_id: int) -> ResponseReturnValue:
    kept, form = queries.roster_import(cohort_id, import_id), YesForm()
    if form.validate_on_submit():
        with form.refusals():
            job_id = services.apply_roster(kept, by=me())
            if job_id is not None:
                return redirect(url_for("operations.job", job_id=job_id), 303)
            flash(_("The list is imported."), "success")
            return redirect(url_for(".roster_preview", cohort_id=cohort_id, import_id=import_id), 303)
    return _preview_page(kept, form), form.status


def _preview_page(kept: RosterImport, form: YesForm) -> str:
    lines = lines_of(kept)
    counts = count(lines)
    wanted = request.args.get("show", "")
    shown = [line for line in lines if line.action.value == wanted] if wanted in set(Action) else lines
    first = max(request.args.get("from", 0, int), 0)
    page = {
        "cohort": queries.cohort_row(kept.cohort_id), "kept": kept, "form": form, "counts": counts, "wanted": wanted,
        "lines": shown[first : first + SHOWN], "first": first, "last": min(first + SHOWN, len(shown)), "total": len(shown),
        "actions": ACTIONS, "kinds": ACTION_KINDS, "separators": SEPARATORS, "hindrances": HINDRANCES,
        "problem_sentence": problem_sentence, "remark_sentence": remark_sentence, "act": _import_act(counts),
        "job_id": promised_job(kept),
    }  # fmt: skip
    return render_template("cohorts/roster_preview.html", **page)


def _import_act(counts: dict[Action, int]) -> str:
    """What the button says; nothing when there is nobody to import."""
    good = counts[Action.CREATE] + counts[Action.ENROL]
    if not good:
        return ""
    if counts[Action.ERROR]:
        return _n("Import the only good line", "Import the %(num)d good lines", good)
    return _n("Enrol 1 person", "Enrol %(num)d people", good)


def _report_page(kept: RosterImport) -> str:
    problems = problems_of(kept)
    page = {
        "cohort": queries.cohort_row(kept.cohort_id), "kept": kept, "problems": problems, "problem_sentence": problem_sentence,
        "refused": [(number, HINDRANCES[Hindrance(why)]) for number, why in kept.report["refused"]],
        "faulty": len({problem.line for problem in problems}),
    }  # fmt: skip
    return render_template("cohorts/roster_report.html", **page)
