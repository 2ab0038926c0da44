"""Welcome for visitors, home for those signed in, help for all; and the bar above every page."""

from datetime import timedelta

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms import jobs
from lms.accounts.current import me
from lms.assessment import queries as assessment
from lms.clock import now, today
from lms.home import queries
from lms.home.navigation import FOR_VISITORS, IN_BAR, ON_PHONE, entries_for
from lms.jobs import JobState
from lms.notifications import queries as notifications
from lms.operations import queries as operations
from lms.permissions import Permission, Role
from lms.settings import VERSION
from lms.timetable import queries as timetable
from lms.web.access import PUBLIC, SIGNED_IN, allow
from lms.web.headers import cacheable

bp = Blueprint("home", __name__)

FIVE_MINUTES = 300
WORK_SHOWN = 5
SHEETS_FOR = timedelta(days=14)
"""An attendance sheet that nobody filled in is shown for so long."""


@bp.app_context_processor
def navigation() -> dict[str, object]:
    entries = entries_for(me()) if current_user.factor_passed else list(FOR_VISITORS)
    return {"bar": entries[:IN_BAR], "menu": entries[ON_PHONE:], "beyond_bar": entries[IN_BAR:], "version": VERSION}


@bp.get("/")
@allow(PUBLIC)
def welcome() -> ResponseReturnValue:
    return cacheable(make_response(render_template("home/welcome.html")), FIVE_MINUTES)


@bp.get("/help")
@allow(PUBLIC)
def help_page() -> ResponseReturnValue:
    return cacheable(make_response(render_template("home/help.html")), FIVE_MINUTES)


@bp.get("/home")
@allow(SIGNED_IN)
def home() -> ResponseReturnValue:
    """One page, made of the sections that somebody's roles open."""
    actor = me()
    sections: dict[str, object] = {}
    if actor.may(Permission.LEARN):
        sections["learner"] = queries.learner(actor.user_id or 0)
    if actor.has_role(Role.FACILITATOR):
        sections["sessions"] = timetable.next_sessions(actor.user_id or 0)
        sections["sheets"] = timetable.sheets_to_take(actor.user_id or 0, now() - SHEETS_FOR)
    if actor.may(Permission.WORK_REVIEW):
        sections["waiting"] = assessment.waiting_for_review(actor, size=WORK_SHOWN)
    if actor.may(Permission.COHORT_VIEW):
        sections["cohorts"] = queries.cohorts_in_hand(actor)
    if actor.may(Permission.JOBS_VIEW):
        sections["parked"] = jobs.backlog().get(JobState.PARKED, 0)
    if actor.may(Permission.OUTBOX_VIEW):
        sections["failed"] = notifications.backlog()["failed"]
    if actor.may(Permission.AUDIT_READ):
        sections["verified"] = operations.last_verification()
    return render_template("home/home.html", today=today(), **sections)
