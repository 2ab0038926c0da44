"""What the sign-in sheets say, written down."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from lms import audit, db
from lms.clock import now
from lms.cohorts.models import Enrolment
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.events import AttendanceRecorded, SheetRecorded
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance, is_correction


class MinutesRefused(Refused):
    """More minutes present than held, or held than scheduled."""


class KeptBySheets(Refused):
    """The module's attendance is taken session by session; typing sums would count some of it twice."""


class ReasonWanted(Refused):
    """What was recorded before would change, and nobody says why."""


def record_sheet(
    module_id: int, entries: Mapping[int, Attendance], *, by: Actor, reason: str = "", session_id: int | None = None
) -> None:
    """Record one module's minutes of several participants, by enrolment; lines that say nothing new are left alone. All of it or
    nothing, with as many statements for a full room as for one person. ``session_id``: what the sheet of that session changes;
    None: typed off paper. More sessions need no reason, a correction does. Raises MinutesRefused, ReasonWanted, KeptBySheets,
    Missing."""
    if session_id is None and queries.has_sheets(entries, module_id):
        raise KeptBySheets(
            _("The attendance of this module is taken session by session. Correct it on the session's sheet.")
        )
    causes = _record(module_id, entries, by, reason, session_id)
    if causes:
        emit(SheetRecorded(module_id, causes))


def record_attendance(
    enrolment_id: int, module_id: int, scheduled: int, held: int, present: int, *, by: Actor, reason: str = ""
) -> None:
    """As ``record_sheet``, for one participant."""
    causes = _record(module_id, {enrolment_id: Attendance(scheduled, held, present)}, by, reason, None)
    for cause in causes.values():
        emit(AttendanceRecorded(enrolment_id, module_id, cause))


def _record(
    module_id: int, entries: Mapping[int, Attendance], by: Actor, reason: str, session_id: int | None
) -> dict[int, str]:
    """Add a record where it says something new; those added, by enrolment."""
    if not all(minutes.is_valid for minutes in entries.values()):
        raise MinutesRefused(
            _("Minutes present cannot exceed minutes held, nor minutes held those scheduled."), field="present"
        )
    before = queries.attendance_of(entries, module_id)
    wanted = {key: minutes for key, minutes in entries.items() if before.get((key, module_id)) != minutes}
    if not wanted:
        return {}
    # Two people entering the same sheet are heard one after the other, each on what the other wrote.
    cohorts = _hold(wanted)
    before = queries.attendance_of(wanted, module_id)
    changed = {key: minutes for key, minutes in wanted.items() if before.get((key, module_id)) != minutes}
    corrected = {key for key, minutes in changed.items() if _corrects(before.get((key, module_id)), minutes)}
    if corrected and not reason.strip():
        raise ReasonWanted(_("This changes what was recorded before: say why."), field="reason")
    ids = db.insert_all([
        AttendanceRecord(
            enrolment_id=key, module_id=module_id, scheduled_minutes=minutes.scheduled, held_minutes=minutes.held,
            present_minutes=minutes.present, reason=reason.strip() if key in corrected else "", recorded_by=by.user_id,
            recorded_at=now(), session_id=session_id,
        )
        for key, minutes in changed.items()
    ], "enrolment_id")  # fmt: skip
    for key, record_id in ids.items():
        audit.record(
            "attendance.corrected" if key in corrected else "attendance.recorded", f"enrolment:{key}", by=by,
            cohort_id=cohorts[key], module_id=module_id, record_id=record_id,
        )  # fmt: skip
    return {key: f"attendance_record:{record_id}" for key, record_id in ids.items()}


def _hold(enrolment_ids: Collection[int]) -> dict[int, int]:
    """The cohort of each enrolment, held until this is over. Raises Missing."""
    rows = db.session().execute(
        select(Enrolment.id, Enrolment.cohort_id).where(Enrolment.id.in_(enrolment_ids)).order_by(Enrolment.id)
        .with_for_update()
    ).all()  # fmt: skip
    if len(rows) != len(enrolment_ids):
        raise Missing
    return {row.id: row.cohort_id for row in rows}


def _corrects(before: Attendance | None, after: Attendance) -> bool:
    return before is not None and is_correction(before, after)
