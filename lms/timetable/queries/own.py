"""Somebody's own attendance."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, or_, select

from lms import db
from lms.catalogue.models import Module
from lms.cohorts.lifecycle import READING
from lms.cohorts.models import Cohort, Enrolment, GroupMember
from lms.db import Record
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import AttendanceEntry, SheetSignature, TrainingSession

_LATEST = (
    select(func.max(AttendanceEntry.id))
    .where(AttendanceEntry.session_id == TrainingSession.id, AttendanceEntry.enrolment_id == Enrolment.id)
    .correlate(TrainingSession, Enrolment).scalar_subquery()
)  # fmt: skip
_GROUPS = select(GroupMember.group_id).where(GroupMember.enrolment_id == Enrolment.id).correlate(Enrolment)
_BEGUN = (SessionState.IN_PROGRESS, SessionState.HELD, SessionState.LOCKED)
_MINE = (
    select(
        TrainingSession.id, TrainingSession.cohort_id, TrainingSession.module_id, TrainingSession.day, TrainingSession.starts,
        TrainingSession.ends, TrainingSession.starts_at, TrainingSession.ends_at, TrainingSession.state, Module.code,
        Module.title_fr, Module.title_en, Cohort.name.label("cohort"), Enrolment.id.label("enrolment_id"),
        AttendanceEntry.presence, AttendanceEntry.minutes,
    )
    .join(Enrolment, Enrolment.cohort_id == TrainingSession.cohort_id)
    .join(Module, Module.id == TrainingSession.module_id).join(Cohort, Cohort.id == TrainingSession.cohort_id)
    .outerjoin(AttendanceEntry, AttendanceEntry.id == _LATEST)
    .where(Enrolment.user_id == bindparam("user"), Enrolment.state.in_(READING), TrainingSession.state.in_(_BEGUN),
           or_(TrainingSession.group_id.is_(None), TrainingSession.group_id.in_(_GROUPS)))
    .order_by(TrainingSession.starts_at.desc(), TrainingSession.id).limit(bindparam("most"))
)  # fmt: skip


def my_sheets(user_id: int, most: int = 200) -> Sequence[Record]:
    """The sessions that have begun on whose sheet somebody stands, newest first, with what it says of them (presence None:
    nothing yet)."""
    return db.read(_MINE, user=user_id, most=most).all()


_UNDER_WAY = _MINE.where(TrainingSession.state == SessionState.IN_PROGRESS)


def my_sheets_under_way(user_id: int) -> Sequence[Record]:
    """As ``my_sheets``, of the sessions in progress."""
    return db.read(_UNDER_WAY, user=user_id, most=20).all()


_SIGNED = select(SheetSignature.session_id, SheetSignature.digest).where(
    and_(SheetSignature.user_id == bindparam("user"), SheetSignature.enrolment_id.is_not(None))
)


def my_signatures(user_id: int) -> frozenset[tuple[int, str]]:
    """The sessions and digests of lines somebody has signed."""
    return frozenset((row.session_id, row.digest) for row in db.read(_SIGNED, user=user_id))
