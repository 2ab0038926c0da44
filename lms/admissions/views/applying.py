"""A file being written, step by step: what one says, the documents, then everything before it is sent.

``key`` is the token of a link, or the file's number for whoever is signed in and owns it. The steps are apart so that a
document that is refused loses nothing that was typed.
"""

from http import HTTPStatus

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lms.admissions import queries, services
from lms.admissions.forms import ApplicationForm, DocumentForm
from lms.admissions.lifecycle import EDITABLE, ApplicationState
from lms.admissions.models import Application
from lms.admissions.services import APPLICANT, Applicant
from lms.admissions.views import apply
from lms.admissions.views.files import send
from lms.admissions.views.public import count_upload, is_open, person, track_words
from lms.errors import Missing, Stale
from lms.i18n import _
from lms.permissions import Actor
from lms.uploads import Problem
from lms.web.access import PUBLIC, allow
from lms.web.files import worded
from lms.web.filters import size
from lms.web.requests import wants_json

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""Of every page whose address opens a file."""


def opened(key: str) -> tuple[Application, Actor]:
    """The file and who acts in it. Raises Missing, the same for a wrong token and somebody else's number."""
    by = person()
    if key.isdecimal() and len(key) < 10:
        if by.user_id is None:
            raise Missing
        return queries.application_of_user(int(key), by.user_id), by
    return queries.application_of_token(key), APPLICANT


def _writable(key: str) -> tuple[Application, Actor]:
    """The same for a file that is still written in; whoever comes too late is sent on to where they follow it."""
    application, by = opened(key)
    if ApplicationState(application.state) not in EDITABLE:
        abort(_to_file(key))
    return application, by


def _to_file(key: str) -> Response:
    return redirect(url_for(".file", key=key), 303)


@apply.route("/applications/<key>/form", methods=["GET", "POST"])
@allow(PUBLIC)
def fill_in(key: str) -> ResponseReturnValue:
    application, _by = _writable(key)
    form = ApplicationForm()
    form.track_id.choices = [(row.id, track_words(row)) for row in queries.tracks(application.call_id)]
    is_stale = False
    if not form.is_submitted():
        form.show(application)
    elif form.validate():
        with form.refusals():
            try:
                services.save_draft(application.id, Applicant(**form.facts()), version=form.version.value)
            except Stale:
                is_stale = True
                raise
            flash(_("Saved as a draft. Come back to it whenever you like."), "success")
            return redirect(url_for(".documents" if queries.documents_of(application.id) else ".check", key=key), 303)
    application, _by = opened(key)
    if is_stale:
        form.version.data = str(application.version)
    page = {"file": application, "call": queries.call(application.call_id), "key": key, "form": form,
            "saved": application if is_stale else None, "missing": services.missing_fields(application)}  # fmt: skip
    return render_template("admissions/public/form.html", **page), form.status, PRIVATE


@apply.get("/applications/<key>/documents")
@allow(PUBLIC)
def documents(key: str) -> ResponseReturnValue:
    return _documents(key, _writable(key)[0])


def _documents(
    key: str, application: Application, refused: int = 0, why: str = "", status: int = 200
) -> ResponseReturnValue:
    page = {
        "file": application, "call": queries.call(application.call_id), "key": key, "refused": refused, "why": why,
        "documents": queries.documents_of(application.id), "accept": ",".join(f".{end}" for end in DocumentForm.ENDINGS),
    }  # fmt: skip
    return render_template("admissions/public/documents.html", **page), status, PRIVATE


@apply.post("/applications/<key>/documents/<int:document_id>")
@allow(PUBLIC)
def add_document(key: str, document_id: int) -> ResponseReturnValue:
    """Answers with a page, and to the script that shows progress with JSON."""
    application, _by = _writable(key)
    form = DocumentForm()
    if not form.validate_on_submit():
        return _refused(key, application, document_id, " ".join(map(str, form.file.errors)))
    count_upload(application.id)
    sent = services.add_document(application.id, document_id, form.upload)
    if wants_json():
        return jsonify(name=sent.name, size=size(sent.size))
    flash(_("“%(name)s” is in your file.", name=sent.name), "success")
    return redirect(url_for(".documents", key=key), 303)


def _refused(key: str, application: Application, document_id: int, why: str, status: int = 422) -> ResponseReturnValue:
    if wants_json():
        return jsonify(problem=why), status
    return _documents(key, application, document_id, why, status)


@apply.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file larger than any request may be: said at its field, as for one that is a little too large."""
    key, document_id = request.view_args["key"], request.view_args["document_id"]  # type: ignore[index]
    application, _by = opened(key)
    why = worded(_("This file"), Problem.TOO_LARGE)
    return _refused(key, application, document_id, why, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@apply.post("/applications/<key>/documents/<int:document_id>/drop")
@allow(PUBLIC)
def drop_document(key: str, document_id: int) -> ResponseReturnValue:
    services.drop_document(_writable(key)[0].id, document_id)
    flash(_("The document is taken back."), "success")
    return redirect(url_for(".documents", key=key), 303)


@apply.get("/applications/<key>/documents/<int:document_id>")
@allow(PUBLIC)
def document(key: str, document_id: int) -> ResponseReturnValue:
    return send(opened(key)[0].id, document_id)


@apply.get("/applications/<key>/send")
@allow(PUBLIC)
def check(key: str) -> ResponseReturnValue:
    """Everything as it would be sent, and what is still missing."""
    application, _by = _writable(key)
    call, sent = queries.call(application.call_id), queries.documents_of(application.id)
    labels = ApplicationForm()
    page = {
        "file": application, "call": call, "key": key, "documents": sent,
        "is_open": is_open(call) or application.state == ApplicationState.INCOMPLETE,
        "fields": [(name, labels[name].label.text) for name in services.missing_fields(application)],
        "lacking": [row for row in sent if row.is_required and row.file_id is None],
        "track": next(row for row in queries.tracks(call.id) if row.id == application.track_id),
    }  # fmt: skip
    return render_template("admissions/public/check.html", **page), 200, PRIVATE


@apply.post("/applications/<key>/send")
@allow(PUBLIC)
def send_in(key: str) -> ResponseReturnValue:
    application, by = _writable(key)
    if application.state == ApplicationState.INCOMPLETE:
        services.resubmit(application.id, by=by)
    else:
        services.submit(application.id, by=by)
    flash(_("Your application is sent. A receipt is on its way to your address."), "success")
    return _to_file(key)
