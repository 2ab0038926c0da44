"""Attendance as it stands: the latest record of each participant and module."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from lms import db
from lms.accounts.models import User
from lms.db import Record
from lms.timetable.models import AttendanceRecord
from lms.timetable.rates import Attendance


def attendance_of(enrolment_ids: Iterable[int], module_id: int | None = None) -> dict[tuple[int, int], Attendance]:
    """By enrolment and module; nothing for those of whom nothing was recorded. One module only when it is named."""
    latest = select(func.max(AttendanceRecord.id)).where(AttendanceRecord.enrolment_id.in_(list(enrolment_ids)))
    if module_id is not None:
        latest = latest.where(AttendanceRecord.module_id == module_id)
    rows = db.session().execute(
        select(
            AttendanceRecord.enrolment_id, AttendanceRecord.module_id, AttendanceRecord.scheduled_minutes,
            AttendanceRecord.held_minutes, AttendanceRecord.present_minutes,
        ).where(AttendanceRecord.id.in_(latest.group_by(AttendanceRecord.enrolment_id, AttendanceRecord.module_id)))
    )  # fmt: skip
    return {
        (row.enrolment_id, row.module_id): Attendance(row.scheduled_minutes, row.held_minutes, row.present_minutes)
        for row in rows
    }


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
