"""What the sign-in sheets say, written down."""

from collections.abc import Mapping

from lms import audit, db
from lms.clock import now
from lms.cohorts.models import Enrolment
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.events import AttendanceRecorded
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance, is_correction


class MinutesRefused(Refused):
    """More minutes present than held, or held than scheduled."""


class ReasonWanted(Refused):
    """What was recorded before would change, and nobody says why."""


def record_sheet(module_id: int, entries: Mapping[int, Attendance], *, by: Actor, reason: str = "") -> None:
    """Record one module's minutes of several participants, by enrolment; lines that say nothing new are left alone. All of it or
    nothing. Raises as ``record_attendance``."""
    before = queries.attendance_of(entries, module_id)
    for enrolment_id, minutes in entries.items():
        if before.get((enrolment_id, module_id)) != minutes:
            record_attendance(
                enrolment_id, module_id, minutes.scheduled, minutes.held, minutes.present, by=by, reason=reason
            )


def record_attendance(
    enrolment_id: int, module_id: int, scheduled: int, held: int, present: int, *, by: Actor, reason: str = ""
) -> None:
    """Add a record when it says something new; the ones before stay. More sessions need no reason, a correction does.
    Raises MinutesRefused, ReasonWanted."""
    after = Attendance(scheduled, held, present)
    if not after.is_valid:
        raise MinutesRefused(
            _("Minutes present cannot exceed minutes held, nor minutes held those scheduled."), field="present"
        )
    # Two people entering the same sheet are heard one after the other.
    enrolment = db.session().get(Enrolment, enrolment_id, with_for_update=True)
    if enrolment is None:
        raise Missing
    before = queries.attendance_of([enrolment_id], module_id).get((enrolment_id, module_id))
    if before == after:
        return
    corrects = before is not None and is_correction(before, after)
    if corrects and not reason.strip():
        raise ReasonWanted(_("This changes what was recorded before: say why."), field="reason")
    record = AttendanceRecord(
        enrolment_id=enrolment_id, module_id=module_id, scheduled_minutes=scheduled, held_minutes=held, present_minutes=present,
        reason=reason.strip() if corrects else "", recorded_by=by.user_id, recorded_at=now(),
    )  # fmt: skip
    db.session().add(record)
    db.session().flush()  # the event and the audit row name the id
    audit.record(
        "attendance.corrected" if corrects else "attendance.recorded", f"enrolment:{enrolment_id}", by=by,
        cohort_id=enrolment.cohort_id, module_id=module_id, record_id=record.id,
    )  # fmt: skip
    emit(AttendanceRecorded(enrolment_id, module_id, f"attendance_record:{record.id}"))
