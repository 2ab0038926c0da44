"""Assignments: the brief, the draft kept as it is typed, the work handed in, and what came back."""

from http import HTTPStatus
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from lms import storage
from lms.accounts.current import me
from lms.assessment import queries, services
from lms.assessment.forms import DraftForm, HandInForm
from lms.assessment.queries import work as reading
from lms.assessment.queries.work import Version
from lms.assessment.services.work import why_closed
from lms.assessment.views import bp
from lms.assessment.views.attempts import changes_sent
from lms.clock import now, today
from lms.cohorts.windows import window_of
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.downloads import attachment
from lms.web.filters import time


@bp.get("/enrolments/<int:enrolment_id>/assignments/<int:assignment_id>")
@allow(Permission.WORK_HAND_IN)
def assignment(enrolment_id: int, assignment_id: int) -> ResponseReturnValue:
    found = queries.assignment_for(me().user_id, enrolment_id, assignment_id)
    draft = queries.draft_of(enrolment_id, assignment_id)
    versions = queries.versions_of(enrolment_id, assignment_id, found.due_on)
    form = HandInForm(
        found, body=draft.body if draft else _last_text(versions), revision=draft.revision if draft else 0,
        number=len(versions) + 1,
    )  # fmt: skip
    return _page(found, versions, form, draft)


def _last_text(versions: list[Version]) -> str:
    """Returned work is improved, not typed again."""
    return str(versions[-1].submission.body) if versions else ""


def _page(found: Record, versions: list[Version], form: HandInForm, draft: Record | None, **more: Any) -> str:
    page = {
        "assignment": found,
        "versions": versions,
        "form": form,
        "draft": draft,
        "why_closed": why_closed(found, versions),
        "work_state": reading.state_of(versions, found.resubmissions),
        "window": window_of(found, today()),
    }
    return render_template("assessment/assignment.html", **page, **more)


@bp.post("/enrolments/<int:enrolment_id>/assignments/<int:assignment_id>/draft")
@allow(Permission.WORK_HAND_IN)
def save_draft(enrolment_id: int, assignment_id: int) -> ResponseReturnValue:
    """The button "Save the draft", for those without scripts."""
    found = queries.assignment_for(me().user_id, enrolment_id, assignment_id)
    form = DraftForm()
    if form.validate_on_submit():
        if services.save_draft(found, form.body.data or "", form.revision.value + 1):
            flash(_("Draft saved at %(time)s.", time=time(now())), "success")
            return redirect(url_for(".assignment", enrolment_id=enrolment_id, assignment_id=assignment_id), 303)
    else:
        flash(form.body.errors[0] if form.body.errors else _("This draft could not be saved."), "danger")
    draft = queries.draft_of(enrolment_id, assignment_id)
    versions = queries.versions_of(enrolment_id, assignment_id, found.due_on)
    again = HandInForm(found)
    again.revision.data, again.number.data = draft.revision if draft else 0, len(versions) + 1
    return _page(found, versions, again, draft, conflict=draft), form.status


@bp.post("/enrolments/<int:enrolment_id>/assignments/<int:assignment_id>/draft/saved")
@allow(Permission.WORK_HAND_IN)
def autosave_draft(enrolment_id: int, assignment_id: int) -> ResponseReturnValue:
    """What a script sends as it is typed, as ``attempts.save_answers`` takes it, with one item."""
    change = changes_sent()[0]
    found = queries.assignment_for(me().user_id, enrolment_id, assignment_id)
    if not isinstance(change.raw, str) or not 0 < change.revision < 1_000_000_000:
        abort(HTTPStatus.BAD_REQUEST)
    kept = services.save_draft(found, change.raw, change.revision)
    told: dict[str, Any] = {"id": change.question_id, "revision": change.revision, "kept": kept}
    if not kept:
        draft = queries.draft_of(enrolment_id, assignment_id)
        if draft is not None:
            told |= {"revision": draft.revision, "value": draft.body, "at": time(draft.saved_at)}
            told["kept"] = draft.body == change.raw
    return jsonify(items=[told], saved=time(now()), closes_in=None)


@bp.get("/enrolments/<int:enrolment_id>/assignments/<int:assignment_id>/state")
@allow(Permission.WORK_HAND_IN)
def work_state(enrolment_id: int, assignment_id: int) -> ResponseReturnValue:
    """What a page asks after a pause: whether one is still signed in, and a fresh form token."""
    queries.assignment_for(me().user_id, enrolment_id, assignment_id)
    return jsonify(token=generate_csrf(), closes_in=None, is_open=True)


@bp.post("/enrolments/<int:enrolment_id>/assignments/<int:assignment_id>/hand-in")
@allow(Permission.WORK_HAND_IN)
def hand_in(enrolment_id: int, assignment_id: int) -> ResponseReturnValue:
    found = queries.assignment_for(me().user_id, enrolment_id, assignment_id)
    form = HandInForm(found)
    if form.validate_on_submit():
        with form.refusals():
            services.hand_in(
                found, form.body.data or "", form.uploads, ai_statement=form.ai_statement.data or "",
                number=form.number.value, by=me(),
            )  # fmt: skip
            flash(_("Your work is handed in. You are told when it has been read."), "success")
            return redirect(url_for(".assignment", enrolment_id=enrolment_id, assignment_id=assignment_id), 303)
    versions = queries.versions_of(enrolment_id, assignment_id, found.due_on)
    return _page(found, versions, form, queries.draft_of(enrolment_id, assignment_id)), form.status


@bp.get("/work/files/<int:file_id>")
@allow(Permission.WORK_HAND_IN)
def my_file(file_id: int) -> ResponseReturnValue:
    return download(reading.my_file(me().user_id, file_id))


def download(file: Record) -> ResponseReturnValue:
    """The file as it was handed in; never a page of ours."""
    try:
        content = storage.get(file.key)
    except FileNotFoundError:
        raise Missing from None
    return attachment(content, file.name, file.content_type)
