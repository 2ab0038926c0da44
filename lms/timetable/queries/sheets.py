"""The attendance sheet of one training session."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from lms import db
from lms.accounts.models import User
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Enrolment, GroupMember
from lms.db import Record
from lms.timetable.models import AttendanceEntry, AttendanceRecord, TrainingSession
from lms.timetable.sheet import Line, Presence


def people_on_sheet(session: TrainingSession) -> Sequence[Record]:
    """Who is expected: the participants of the cohort, or of the group the session is for, by name. id is the enrolment's."""
    query = (
        select(Enrolment.id, Enrolment.user_id, User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == session.cohort_id, Enrolment.state.in_(LEARNING))
        .order_by(User.family_name, User.given_name, Enrolment.id)
    )
    if session.group_id is not None:
        members = select(GroupMember.enrolment_id).where(GroupMember.group_id == session.group_id)
        query = query.where(Enrolment.id.in_(members))
    return db.session().execute(query).all()


def lines_of(session: TrainingSession) -> dict[int, Line]:
    """What the sheet says, by enrolment; nobody of whom nothing was said."""
    latest = select(func.max(AttendanceEntry.id)).where(AttendanceEntry.session_id == session.id)
    rows = db.session().execute(
        select(AttendanceEntry.enrolment_id, AttendanceEntry.presence, AttendanceEntry.minutes)
        .where(AttendanceEntry.id.in_(latest.group_by(AttendanceEntry.enrolment_id)))
    )  # fmt: skip
    return {row.enrolment_id: Line(session.minutes, Presence(row.presence), row.minutes) for row in rows}


def last_entry(session_id: int) -> int:
    """The id of the latest act on a sheet, 0 before the first: whoever saves names the one they saw."""
    latest = select(func.max(AttendanceEntry.id)).where(AttendanceEntry.session_id == session_id)
    return db.session().scalars(latest).one() or 0


def is_typed(session: TrainingSession) -> bool:
    """Whether minutes of this session's cohort and module were typed off paper after it ended, so that they count it."""
    typed = (
        select(AttendanceRecord.id)
        .join(Enrolment, Enrolment.id == AttendanceRecord.enrolment_id)
        .where(Enrolment.cohort_id == session.cohort_id, AttendanceRecord.module_id == session.module_id,
               AttendanceRecord.session_id.is_(None), AttendanceRecord.recorded_at >= session.ends_at)
    )  # fmt: skip
    return db.session().execute(select(typed.exists())).scalar_one()


def has_sheets(enrolment_ids: Collection[int], module_id: int) -> bool:
    """Whether a sheet says something of one of these people in this module."""
    from_sheets = select(AttendanceRecord.id).where(
        AttendanceRecord.enrolment_id.in_(enrolment_ids), AttendanceRecord.module_id == module_id,
        AttendanceRecord.session_id.is_not(None),
    )  # fmt: skip
    return db.session().execute(select(from_sheets.exists())).scalar_one()
