"""Attendance as it stands: the latest record of each participant and module."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from lms import db
from lms.accounts.models import User
from lms.db import Record
from lms.exemptions.queries import minutes_exempted
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance, spared


def attendance_of(enrolment_ids: Iterable[int], module_id: int | None = None) -> dict[tuple[int, int], Attendance]:
    """As it was recorded, by enrolment and module; nothing for those of whom nothing was. One module only when it is named."""
    return {key: recorded for key, (recorded, _minutes) in _recorded(enrolment_ids, module_id).items()}


def counted_attendance_of(
    enrolment_ids: Iterable[int], module_id: int | None = None
) -> dict[tuple[int, int], Attendance]:
    """The same as it counts: without the minutes somebody is exempted from (docs/rules.md §23)."""
    return {key: spared(*found) for key, found in _recorded(enrolment_ids, module_id).items()}


def _recorded(enrolment_ids: Iterable[int], module_id: int | None) -> dict[tuple[int, int], tuple[Attendance, int]]:
    """What was recorded, and the minutes exempted, in one statement."""
    latest = select(func.max(AttendanceRecord.id)).where(AttendanceRecord.enrolment_id.in_(list(enrolment_ids)))
    if module_id is not None:
        latest = latest.where(AttendanceRecord.module_id == module_id)
    rows = db.session().execute(
        select(
            AttendanceRecord.enrolment_id, AttendanceRecord.module_id, AttendanceRecord.scheduled_minutes,
            AttendanceRecord.held_minutes, AttendanceRecord.present_minutes,
            minutes_exempted(AttendanceRecord.enrolment_id, AttendanceRecord.module_id),
        ).where(AttendanceRecord.id.in_(latest.group_by(AttendanceRecord.enrolment_id, AttendanceRecord.module_id)))
    )  # fmt: skip
    return {
        (row.enrolment_id, row.module_id): (
            Attendance(row.scheduled_minutes, row.held_minutes, row.present_minutes), row.minutes_exempted
        )
        for row in rows
    }  # fmt: skip


def records_of(enrolment_id: int, module_id: int) -> Sequence[Record]:
    """All that was ever recorded, newest first, with who and why."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(
            AttendanceRecord.scheduled_minutes, AttendanceRecord.held_minutes, AttendanceRecord.present_minutes,
            AttendanceRecord.reason, AttendanceRecord.recorded_at, who,
        )
        .outerjoin(User, User.id == AttendanceRecord.recorded_by)
        .where(AttendanceRecord.enrolment_id == enrolment_id, AttendanceRecord.module_id == module_id)
        .order_by(AttendanceRecord.id.desc())
    ).all()  # fmt: skip
