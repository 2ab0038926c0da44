"""Where the course files become the catalogue: what is wrong in them, what is new, and the button."""

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import db
from lms.accounts.current import me
from lms.catalogue import exports, queries, services, wording
from lms.catalogue.forms import PublishForm
from lms.catalogue.reader import CourseProblems, Problem
from lms.catalogue.services import Change, CourseFolder, IdsReused
from lms.catalogue.views import bp
from lms.errors import Refused, Stale
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.tables import send_table


@bp.route("/admin/courses", methods=["GET", "POST"])
@allow(Permission.CATALOGUE_SYNC, own_frame=True)
def courses() -> ResponseReturnValue:
    """Its own frame: the files are read and compared before anything is locked."""
    form = PublishForm()
    folder, problems = _folder()
    changes: tuple[Change, ...] = ()
    if folder is not None:
        try:
            changes = services.plan(folder.files, texts=folder.texts).changes
        except IdsReused as refusal:
            problems = refusal.problems
    if form.validate_on_submit():
        with form.refusals():
            count = _publish(folder, form.seen.data or "")
            flash(_n("%(num)d change is published.", "%(num)d changes are published.", count), "success")
            return redirect(url_for(".courses"), 303)
    form.seen.data = folder.fingerprint if folder else ""
    page = {
        "form": form, "root": _root(), "problems": problems, "changes": changes, "versions": queries.course_versions(),
        "syncs": queries.syncs(after=request.args.get("after")), "words": wording,
    }  # fmt: skip
    return render_template("catalogue/courses.html", **page), form.status


@bp.post("/admin/courses/export")
@allow(Permission.CATALOGUE_SYNC, own_frame=True)
def export_courses() -> ResponseReturnValue:
    """The modules of the courses in force."""
    return send_table(exports.modules(queries.catalogue().courses), "modules")


@bp.get("/admin/courses/syncs/<int:sync_id>")
@allow(Permission.CATALOGUE_SYNC)
def sync(sync_id: int) -> ResponseReturnValue:
    found = queries.sync_of(sync_id)
    changes = [Change(**change) for change in found.changes]
    return render_template("catalogue/sync.html", sync=found, changes=changes, words=wording)


def _root() -> Path:
    root: Path = current_app.config["SETTINGS"].courses
    return root


def _folder() -> tuple[CourseFolder | None, list[Problem]]:
    """The course files, or what is wrong with them; paths as authors know them."""
    try:
        return services.read_folder(_root()), []
    except CourseProblems as wrong:
        return None, [
            Problem(problem.path.removeprefix(f"{_root()}/"), problem.line, problem.field, problem.message)
            for problem in wrong.problems
        ]


def _publish(folder: CourseFolder | None, seen: str) -> int:
    if folder is None:
        raise Refused(_("Some course files have problems: they are listed below."))
    if folder.fingerprint != seen:
        raise Stale(_("The course files changed since you looked at them. Here are the changes as they stand."))
    with db.transaction():
        return len(services.sync(folder.files, by=me(), texts=folder.texts).changes)
