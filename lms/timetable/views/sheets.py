"""The attendance sheet of a session, taken by whoever leads it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.current import me
from lms.db import Record
from lms.errors import Missing
from lms.i18n import _
from lms.permissions import Permission
from lms.timetable import queries, services
from lms.timetable.forms.sheets import SAID, Said, SessionSheetForm, fields_of, said_of
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import TrainingSession
from lms.timetable.sheet import Line
from lms.timetable.signing import unsigned
from lms.timetable.views import bp
from lms.timetable.wording import PRESENCE_KINDS, PRESENCES
from lms.web.access import allow

READABLE = (SessionState.IN_PROGRESS, SessionState.HELD, SessionState.LOCKED)


@bp.get("/cohorts/<int:cohort_id>/sessions/<int:session_id>/sheet")
@allow(Permission.COHORT_VIEW)
def sheet(cohort_id: int, session_id: int) -> ResponseReturnValue:
    session = _readable(cohort_id, session_id)
    people, lines = queries.people_on_sheet(session), queries.lines_of(session)
    last = queries.last_act(session_id)
    form = SessionSheetForm(formdata=None, people=fields_of(people, lines), seen=last.id if last else 0)
    return _page(session, people, lines, last, form)


@bp.post("/cohorts/<int:cohort_id>/sessions/<int:session_id>/sheet")
@allow(Permission.ATTENDANCE_RECORD)
def take_sheet(cohort_id: int, session_id: int) -> ResponseReturnValue:
    session = _readable(cohort_id, session_id)
    if not queries.may_take(session, by=me()):
        raise Missing
    form = SessionSheetForm()
    if form.validate_on_submit():
        marks = form.marks(session.minutes)
        with form.refusals():
            services.take_sheet(session_id, marks, seen=form.seen.value, by=me())
            flash(_summary(marks), "success")
            return redirect(url_for(".sheet", cohort_id=cohort_id, session_id=session_id), 303)
    # Who reads below what somebody else saved meanwhile, and saves again, means it.
    last = queries.last_act(session_id)
    form.seen.data = last.id if last else 0
    return _page(session, queries.people_on_sheet(session), queries.lines_of(session), last, form)


def _readable(cohort_id: int, session_id: int) -> TrainingSession:
    """A session of this cohort that has begun; Missing otherwise."""
    session = queries.training_session(session_id)
    if session.cohort_id != cohort_id or session.state not in READABLE:
        raise Missing
    return session


def _summary(marks: Mapping[int, Line]) -> str:
    said = Counter(said_of(line)["said"] for line in marks.values())
    words = ", ".join(f"{SAID[one]}{_(':')} {said[one]}" for one in Said if said[one])
    return _("The sheet is saved. %(summary)s.", summary=words)


def _page(
    session: TrainingSession,
    people: Sequence[Record],
    lines: Mapping[int, Line],
    last: Record | None,
    form: SessionSheetForm,
) -> ResponseReturnValue:
    signatures = queries.signatures_of(session.id)
    page = {
        "session": queries.session_row(session.cohort_id, session.id), "people": people, "form": form,
        "typed": {int(line.enrolment_id.data): line for line in form.people if str(line.enrolment_id.data).isdecimal()},
        "may_take": session.state in services.TAKING and queries.may_take(session, by=me()), "length": session.minutes,
        "presences": PRESENCES, "presence_kinds": PRESENCE_KINDS, "said": SAID, "lines": lines,
        "signatures": signatures,
        "missing": unsigned(session.id, [person.id for person in people], lines, queries.signed_in(signatures)),
        "shown": {key: said_of(line) for key, line in lines.items()}, "last": last,
    }  # fmt: skip
    return render_template("timetable/sheet.html", **page), form.status
