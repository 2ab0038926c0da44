"""The attendance sheet of one training session."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Module
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, Enrolment, GroupMember
from lms.db import Record
from lms.permissions import Actor, Permission
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import AttendanceEntry, AttendanceRecord, SessionFacilitator, TrainingSession
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


_TYPED_SINCE = (
    select(AttendanceRecord.id)
    .join(Enrolment, Enrolment.id == AttendanceRecord.enrolment_id)
    .where(Enrolment.cohort_id == TrainingSession.cohort_id, AttendanceRecord.module_id == TrainingSession.module_id,
           AttendanceRecord.session_id.is_(None), AttendanceRecord.recorded_at >= TrainingSession.ends_at)
    .exists()
)  # fmt: skip
"""Minutes of a session's cohort and module were typed off paper after it ended: they count it already."""


def is_typed(session: TrainingSession) -> bool:
    """Whether the minutes of this session were typed off paper."""
    typed = select(TrainingSession.id).where(TrainingSession.id == session.id, _TYPED_SINCE)
    return db.session().execute(typed).first() is not None


def has_sheets(enrolment_ids: Collection[int], module_id: int) -> bool:
    """Whether a sheet says something of one of these people in this module."""
    from_sheets = select(AttendanceRecord.id).where(
        AttendanceRecord.enrolment_id.in_(enrolment_ids), AttendanceRecord.module_id == module_id,
        AttendanceRecord.session_id.is_not(None),
    )  # fmt: skip
    return db.session().execute(select(from_sheets.exists())).scalar_one()


def may_take(session: TrainingSession, *, by: Actor) -> bool:
    """Whoever leads or assists the session, and who makes the cohort's timetable."""
    if by.may(Permission.TIMETABLE_EDIT, session.cohort_id):
        return True
    leads = select(SessionFacilitator.session_id).where(
        SessionFacilitator.session_id == session.id, SessionFacilitator.user_id == by.user_id
    )
    return db.session().execute(select(leads.exists())).scalar_one()


def last_act(session_id: int) -> Record | None:
    """Who wrote on the sheet last, and when; None where nobody did."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(AttendanceEntry.at, who).outerjoin(User, User.id == AttendanceEntry.by)
        .where(AttendanceEntry.session_id == session_id).order_by(AttendanceEntry.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip


def sheets_to_take(user_id: int, since: datetime) -> Sequence[Record]:
    """The sessions somebody leads that have begun since a moment and whose sheet says nothing yet, oldest first."""
    said = select(AttendanceEntry.id).where(AttendanceEntry.session_id == TrainingSession.id)
    return db.session().execute(
        select(TrainingSession.id, TrainingSession.cohort_id, TrainingSession.day, TrainingSession.starts, TrainingSession.ends,
               Module.code, Module.title_fr, Module.title_en, Cohort.name.label("cohort"))
        .join(SessionFacilitator, SessionFacilitator.session_id == TrainingSession.id)
        .join(Module, Module.id == TrainingSession.module_id).join(Cohort, Cohort.id == TrainingSession.cohort_id)
        .where(SessionFacilitator.user_id == user_id, TrainingSession.starts_at >= since,
               TrainingSession.state.in_((SessionState.IN_PROGRESS, SessionState.HELD)), ~said.exists(), ~_TYPED_SINCE)
        .order_by(TrainingSession.starts_at)
    ).all()  # fmt: skip
