"""Files of a call: the list, one of them, and steps for many at once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import storage
from lms.accounts.current import me
from lms.accounts.places import region_name
from lms.admissions import queries
from lms.admissions.forms import StepForm, TogetherForm
from lms.admissions.lifecycle import ApplicationState, may_follow
from lms.admissions.models import Application
from lms.admissions.queries import lists, selection
from lms.admissions.queries.lists import Sought
from lms.admissions.services import selection as examining
from lms.admissions.views import bp
from lms.admissions.wording import CRITERIA, STATE_KINDS, STATES
from lms.errors import Missing
from lms.i18n import _, _n
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.downloads import attachment

STEPS = (*sorted(examining.EXAMINED, key=list(ApplicationState).index), ApplicationState.INCOMPLETE)
FOR_MANY = STEPS[:-1]


@bp.get("/admissions/<int:call_id>/files")
@allow(Permission.CALL_MANAGE)
def files(call_id: int) -> ResponseReturnValue:
    sought = sought_files()
    page = {
        "call": lists.call_for(call_id, me()), "sought": sought, "tracks": queries.tracks(call_id), "states": STATES,
        "kinds": STATE_KINDS, "steps": [(state, STATES[state]) for state in FOR_MANY],
        "found": lists.applications(call_id, sought, after=request.args.get("after")),
    }  # fmt: skip
    return render_template("admissions/files.html", **page)


def sought_files() -> Sought:
    state, track = request.values.get("state", ""), request.values.get("track", "")
    return Sought(
        ApplicationState(state) if state in set(ApplicationState) else None,
        int(track) if track.isdecimal() and len(track) < 10 else None, request.values.get("search", "").strip()[:100],
    )  # fmt: skip


@bp.get("/admissions/<int:call_id>/together")
@allow(Permission.CALL_MANAGE)
def together(call_id: int) -> ResponseReturnValue:
    """What a step for many would do, before it is done."""
    lists.call_for(call_id, me())
    step = request.args.get("step", "")
    if step not in FOR_MANY:
        raise Missing
    if request.args.get("who") == "all":
        ids = lists.ids_of(call_id, sought_files())
    else:
        ids = [int(number) for number in request.args.getlist("file") if number.isdecimal() and len(number) < 10]
    form = TogetherForm(formdata=None, files=",".join(map(str, ids)), state=step)
    return _summary(call_id, form)


@bp.post("/admissions/<int:call_id>/together")
@allow(Permission.CALL_MANAGE)
def do_together(call_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    form = TogetherForm()
    if form.state.data not in FOR_MANY:
        raise Missing
    if form.validate_on_submit():
        rows = lists.names_of(_numbers(form), call_id)
        report = examining.examine_many(
            [row.id for row in rows], ApplicationState(form.state.data), by=me(), reason=form.reason.data or ""
        )
        if report.done or not report.refused:
            flash(_n("One file went on.", "%(num)d files went on.", report.done), "success")
        for file_id, why in report.refused[:10]:
            flash(_("File %(number)d stays as it is. %(why)s", number=file_id, why=why), "warning")
        return redirect(url_for(".files", call_id=call_id), 303)
    return _summary(call_id, form)


def _numbers(form: TogetherForm) -> list[int]:
    return [int(number) for number in (form.files.data or "").split(",") if number.isdecimal() and len(number) < 10]


def _summary(call_id: int, form: TogetherForm) -> ResponseReturnValue:
    new = ApplicationState(form.state.data)
    rows = lists.names_of(_numbers(form), call_id)
    able = [row for row in rows if may_follow(ApplicationState(row.state), new)]
    page = {
        "call": lists.call_for(call_id, me()), "form": form, "rows": rows, "able": able, "word": STATES[new],
        "states": STATES, "kinds": STATE_KINDS,
    }  # fmt: skip
    return render_template("admissions/together.html", **page), form.status


@bp.get("/admissions/<int:call_id>/files/<int:application_id>")
@allow(Permission.CALL_MANAGE)
def file(call_id: int, application_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    return _page(lists.application_in(call_id, application_id), None)


@bp.post("/admissions/<int:call_id>/files/<int:application_id>")
@allow(Permission.CALL_MANAGE)
def step_file(call_id: int, application_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    application = lists.application_in(call_id, application_id)
    form = _form(application)
    if form.validate_on_submit():
        with form.refusals():
            state, reason = ApplicationState(form.state.data), form.reason.data or ""
            if state is ApplicationState.INCOMPLETE:
                missing = [row.document_id for row in queries.missing_documents(application_id)]
                examining.ask_to_complete(application_id, missing, reason=reason, by=me())
            else:
                examining.examine(application_id, state, by=me(), reason=reason)
            flash(_("The file went on."), "success")
            return redirect(url_for(".file", call_id=call_id, application_id=application_id), 303)
    return _page(lists.application_in(call_id, application_id), form)


@bp.get("/admissions/<int:call_id>/files/<int:application_id>/documents/<int:document_id>")
@allow(Permission.CALL_MANAGE)
def document(call_id: int, application_id: int, document_id: int) -> ResponseReturnValue:
    lists.call_for(call_id, me())
    lists.application_in(call_id, application_id)
    return send(application_id, document_id)


def send(application_id: int, document_id: int) -> ResponseReturnValue:
    """What was sent in for a document, as a download."""
    for row in queries.documents_of(application_id):
        if row.document_id == document_id and row.file_id is not None:
            return attachment(storage.get(row.key), row.name, row.content_type)
    raise Missing


def _form(application: Application) -> StepForm:
    form = StepForm()
    now = ApplicationState(application.state)
    form.state.choices = [(state.value, STATES[state]) for state in STEPS if may_follow(now, state)]
    return form


def _page(application: Application, form: StepForm | None) -> ResponseReturnValue:
    form = form or _form(application)
    page = {
        "call": lists.call_for(application.call_id, me()), "file": application, "form": form, "states": STATES,
        "kinds": STATE_KINDS, "documents": queries.documents_of(application.id), "events": queries.events_of(application.id),
        "scores": selection.scores_of(application.id), "words": CRITERIA, "region": region_name(application.region),
        "track": next(row for row in queries.tracks(application.call_id) if row.id == application.track_id),
    }  # fmt: skip
    return render_template("admissions/file.html", **page), form.status
