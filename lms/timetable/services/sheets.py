"""Attendance taken, session by session (docs/rules.md §5)."""

from collections.abc import Mapping

from lms import audit, db
from lms.catalogue.models import Module
from lms.clock import now
from lms.errors import Missing, Refused, Stale
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import AttendanceEntry, TrainingSession
from lms.timetable.rates import Attendance
from lms.timetable.services.attendance import MinutesRefused, record_sheet
from lms.timetable.sheet import TAKEN, Line, Presence, may_follow

TAKING = frozenset({SessionState.IN_PROGRESS, SessionState.HELD})


class SheetClosed(Refused):
    """The session has not begun, or its sheet is locked."""


def take_sheet(session_id: int, marks: Mapping[int, Line], *, seen: int, by: Actor) -> None:
    """Write what is said of several people, by enrolment; lines that say nothing new are left alone. All of it or nothing.

    ``seen`` is the ``last_entry`` the reader saw. Each person's minutes in the module follow. As many statements for a full
    room as for three people. Raises SheetClosed, Stale, MinutesRefused.
    """
    session = queries.training_session(session_id, for_update=True)
    if session.state not in TAKING:
        raise SheetClosed(_("Attendance is taken from the start of the session until its sheet is locked."))
    if queries.is_typed(session):
        raise SheetClosed(
            _(
                "The minutes of this half-day were typed off paper already. Correct them on the module's attendance page."
            )
        )
    since = queries.entries_since(session_id, seen)
    if not all(entry.is_own for entry in since):
        raise Stale(_("Somebody else saved this sheet while you were filling it in. Nothing of yours was saved."))
    if not marks.keys() <= {row.id for row in queries.people_on_sheet(session)}:
        raise Missing
    before = queries.lines_of(session)
    # Who said meanwhile, by the code on the wall, that they are there keeps that, unless something else is said on purpose.
    themselves = {entry.enrolment_id for entry in since}
    there = Line(session.minutes, Presence.PRESENT)
    changed = {
        key: line
        for key, line in marks.items()
        if before.get(key) != line and not (key in themselves and line == there)
    }
    if not changed:
        return
    for enrolment_id, line in changed.items():
        _refuse_impossible(session, before.get(enrolment_id), line)
    db.insert_all([
        AttendanceEntry(session_id=session_id, enrolment_id=enrolment_id, presence=line.presence, minutes=line.minutes,
                        reason="", by=by.user_id, at=now())
        for enrolment_id, line in changed.items()
    ], "enrolment_id")  # fmt: skip
    audit.record("sheet.taken", f"session:{session_id}", by=by, cohort_id=session.cohort_id, lines=len(changed))
    _follow(session, before, changed, by)


def _refuse_impossible(session: TrainingSession, before: Line | None, after: Line) -> None:
    follows = after.presence in TAKEN if before is None else may_follow(before.presence, after.presence)
    if not follows or after.length != session.minutes or not after.is_valid:
        raise MinutesRefused(_("This cannot be written on the sheet: check the minutes of each line."))


def _follow(session: TrainingSession, before: Mapping[int, Line], changed: Mapping[int, Line], by: Actor) -> None:
    """Carry what changed into the minutes of the module; those recorded otherwise stay beneath."""
    known = queries.attendance_of(changed, session.module_id)
    module = db.session().get_one(Module, session.module_id)
    entries = {}
    for enrolment_id, line in changed.items():
        old, earlier = known.get((enrolment_id, session.module_id)), before.get(enrolment_id)
        held = (old.held if old else 0) + (0 if earlier else line.length)
        present = (old.present if old else 0) + line.counted - (earlier.counted if earlier else 0)
        scheduled = max(old.scheduled if old else module.minutes, held)
        entries[enrolment_id] = Attendance(scheduled, held, min(max(present, 0), held))
    reason = _("Attendance sheet of %(day)s", day=session.day.isoformat())
    record_sheet(session.module_id, entries, by=by, reason=reason, session_id=session.id)
