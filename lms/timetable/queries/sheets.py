"""The attendance sheet of one training session."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.catalogue.models import Module
from lms.clock import now
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, Enrolment, GroupMember
from lms.db import Record
from lms.permissions import Actor, Permission, Role
from lms.timetable.lifecycle import SessionState
from lms.timetable.models import (
    AttendanceEntry,
    AttendanceRecord,
    SessionFacilitator,
    SheetSignature,
    TrainingSession,
)
from lms.timetable.sheet import Line, Presence
from lms.timetable.signing import LOCKED_AFTER, unsigned

OVERDUE_AT_ONCE = 50


def people_on_sheet(session: TrainingSession) -> Sequence[Record]:
    """Who is expected: the participants of the cohort, or of the group the session is for, and everybody of whom the sheet speaks
    already, by name. id is the enrolment's."""
    expected = and_(Enrolment.cohort_id == session.cohort_id, Enrolment.state.in_(LEARNING))
    if session.group_id is not None:
        members = select(GroupMember.enrolment_id).where(GroupMember.group_id == session.group_id)
        expected = and_(expected, Enrolment.id.in_(members))
    spoken_of = select(AttendanceEntry.enrolment_id).where(AttendanceEntry.session_id == session.id)
    return db.session().execute(
        select(Enrolment.id, Enrolment.user_id, User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id).where(or_(expected, Enrolment.id.in_(spoken_of)))
        .order_by(User.family_name, User.given_name, Enrolment.id)
    ).all()  # fmt: skip


def enrolment_on_sheet(session: TrainingSession, user_id: int) -> int | None:
    """The enrolment by which somebody stands on the sheet; None when they do not."""
    return next((person.id for person in people_on_sheet(session) if person.user_id == user_id), None)


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


def entries_since(session_id: int, seen: int) -> Sequence[Record]:
    """The acts on a sheet after one: enrolment_id, and whether the person wrote it themselves, by the code on the wall."""
    return db.session().execute(
        select(AttendanceEntry.enrolment_id, (AttendanceEntry.by == Enrolment.user_id).label("is_own"))
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .where(AttendanceEntry.session_id == session_id, AttendanceEntry.id > seen)
    ).all()  # fmt: skip


def signatures_of(session_id: int) -> Sequence[Record]:
    """Every signature: enrolment_id (None: of the whole sheet), digest, method, at, by."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(SheetSignature.enrolment_id, SheetSignature.digest, SheetSignature.method, SheetSignature.at, who)
        .join(User, User.id == SheetSignature.user_id).where(SheetSignature.session_id == session_id)
        .order_by(SheetSignature.id)
    ).all()  # fmt: skip


def missing_signatures(session: TrainingSession) -> list[int | None] | None:
    """As ``signing.unsigned``."""
    people = [person.id for person in people_on_sheet(session)]
    return unsigned(session.id, people, lines_of(session), signed_in(signatures_of(session.id)))


def signed_in(signatures: Iterable[Record]) -> frozenset[tuple[int | None, str]]:
    """What ``signing.unsigned`` asks, of rows of ``signatures_of``."""
    return frozenset((row.enrolment_id, row.digest) for row in signatures)


def overdue_sheets(ended_before: datetime) -> Select[TrainingSession]:
    """The sessions over since before a moment whose sheet is still open, oldest first; those typed off paper apart."""
    return (
        select(TrainingSession)
        .where(TrainingSession.state == SessionState.HELD, TrainingSession.ends_at <= ended_before, ~_TYPED_SINCE)
        .order_by(TrainingSession.ends_at).limit(OVERDUE_AT_ONCE)
    )  # fmt: skip


def keepers_of_sheet(session_id: int) -> Sequence[int]:
    """The users who see to it that a sheet is filled in: who leads or assists the session, and the cohort's coordinators."""
    session = select(TrainingSession.cohort_id).where(TrainingSession.id == session_id).scalar_subquery()
    leads = select(SessionFacilitator.user_id).where(SessionFacilitator.session_id == session_id)
    coordinates = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.COORDINATOR, RoleGrant.ended_at.is_(None),
        or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == session),
    )  # fmt: skip
    return db.session().scalars(select(User.id).where(or_(User.id.in_(leads), User.id.in_(coordinates)))).all()


def is_any_sheet_overdue() -> bool:
    """Whether a sheet should be closed, or told of, that was not yet."""
    waiting = overdue_sheets(now() - LOCKED_AFTER).where(TrainingSession.sheet_told_at.is_(None)).limit(1)
    return db.session().execute(waiting).first() is not None


def may_take(session: TrainingSession, *, by: Actor) -> bool:
    """Whoever leads or assists the session, and who makes the cohort's timetable."""
    if by.may(Permission.TIMETABLE_EDIT, session.cohort_id):
        return True
    leads = select(SessionFacilitator.session_id).where(
        SessionFacilitator.session_id == session.id, SessionFacilitator.user_id == by.user_id
    )
    return db.session().execute(select(leads.exists())).scalar_one()


def last_act(session_id: int) -> Record | None:
    """Who wrote on the sheet last, when, and the act's id; None where nobody did."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(AttendanceEntry.id, AttendanceEntry.at, who).outerjoin(User, User.id == AttendanceEntry.by)
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
