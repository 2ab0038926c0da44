"""What anybody reads of calls, where a file is begun, and where a lost link is asked for."""

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.accounts import throttle
from lms.accounts.current import me
from lms.admissions import queries, services
from lms.admissions.forms import LostLinkForm, StartForm
from lms.admissions.lifecycle import CallState, takes_applications
from lms.admissions.models import Call
from lms.admissions.services import APPLICANT, Applicant
from lms.admissions.views import apply
from lms.admissions.wording import CALL_KINDS, CALL_STATES, CRITERIA, STATE_KINDS, STATES
from lms.clock import today
from lms.db import Record
from lms.errors import TooMany
from lms.i18n import _
from lms.permissions import Actor
from lms.web.access import PUBLIC, allow
from lms.web.headers import cacheable
from lms.web.requests import client_block

A_MINUTE = 60


def person() -> Actor:
    """Who is signed in, all the way; else the applicant without an account."""
    return me() if current_user.is_authenticated and current_user.factor_passed else APPLICANT


def is_open(call: Call) -> bool:
    return takes_applications(CallState(call.state), call.opens_on, call.closes_on, today())


@apply.get("/calls")
@allow(PUBLIC)
def calls() -> ResponseReturnValue:
    by, found = person(), queries.public_calls()
    page = {
        "open_now": [call for call in found if is_open(call)], "others": [call for call in found if not is_open(call)],
        "states": CALL_STATES, "kinds": CALL_KINDS, "file_states": STATES, "file_kinds": STATE_KINDS,
        "own": queries.applications_of(by.user_id) if by.user_id else (),
    }  # fmt: skip
    return cacheable(make_response(render_template("admissions/public/calls.html", **page)), A_MINUTE)


@apply.get("/calls/<code>")
@allow(PUBLIC)
def call(code: str) -> ResponseReturnValue:
    found = queries.call_by_code(code)
    page = {
        "call": found, "is_open": is_open(found), "today": today(), "tracks": queries.tracks(found.id),
        "criteria": queries.criteria(found.id), "quotas": queries.quotas(found.id),
        "documents": queries.documents_asked(found.id), "words": CRITERIA, "states": CALL_STATES, "kinds": CALL_KINDS,
    }  # fmt: skip
    return cacheable(make_response(render_template("admissions/public/call.html", **page)), A_MINUTE)


@apply.route("/calls/<code>/apply", methods=["GET", "POST"])
@allow(PUBLIC)
def start(code: str) -> ResponseReturnValue:
    """Begin a file: whoever has no account is sent on by the private link, which is mailed too."""
    found, by = queries.call_by_code(code), person()
    tracks = queries.tracks(found.id)
    form = StartForm()
    form.track_id.choices = [(row.id, track_words(row)) for row in tracks]
    if not form.is_submitted():
        _show_person(form, by)
    if form.validate_on_submit():
        with form.refusals():
            _count_start(form.email.data.strip().lower())
            application = services.start_application(found.id, Applicant(**form.facts()), by=by)
            key = str(application.id) if by.user_id else services.new_link(application.id)
            return redirect(url_for(".fill_in", key=key), 303)
    page = {"call": found, "is_open": is_open(found), "form": form}
    return render_template("admissions/public/start.html", **page), form.status


def track_words(row: Record) -> str:
    return _("%(cohort)s, %(places)d places", cohort=row.name, places=row.places)


def _show_person(form: StartForm, by: Actor) -> None:
    if by.user_id:
        user = accounts.user(by.user_id)
        form.email.data, form.given_name.data, form.family_name.data = user.email, user.given_name, user.family_name


def _count_start(address: str) -> None:
    """A mail goes to the address that was typed: nobody is written to a hundred times, from wherever it is asked."""
    throttle.refuse_when_spent(throttle.APPLY_ADDRESS, "start", address)
    throttle.refuse_when_spent(throttle.APPLY_BLOCK, "start", client_block())
    throttle.count(throttle.APPLY_ADDRESS, "start", address)
    throttle.count(throttle.APPLY_BLOCK, "start", client_block())


@apply.route("/applications/lost", methods=["GET", "POST"])
@allow(PUBLIC)
def lost_link() -> ResponseReturnValue:
    """The same answer whether or not somebody applied with that address."""
    form = LostLinkForm()
    if form.validate_on_submit():
        services.ask_link(form.email.data, block=client_block())
        return render_template("admissions/public/link_sent.html")
    return render_template("admissions/public/lost_link.html", form=form), form.status


def count_upload(application_id: int) -> None:
    """Raises TooMany when more files came in for an application than anybody needs to send."""
    if not throttle.count(throttle.APPLY_FILES, "files", str(application_id)):
        raise TooMany(_("Too many files were sent. Wait an hour, or write to us."), retry_after=3600)
