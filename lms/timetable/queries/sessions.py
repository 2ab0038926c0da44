"""Training sessions as pages show them, and who leads them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, tuple_

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.catalogue.models import CourseVersion, Module
from lms.clock import now
from lms.cohorts.lifecycle import LEARNING, READING
from lms.cohorts.models import Cohort, Enrolment, Group, GroupMember
from lms.db import Record
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Role
from lms.timetable.lifecycle import LIVE, OPEN, SessionState
from lms.timetable.models import Room, SessionEvent, SessionFacilitator, Site, TrainingSession

_S = TrainingSession
_SESSIONS = (
    select(
        _S.id, _S.cohort_id, _S.group_id, _S.module_id, _S.room_id, _S.remote_link, _S.half, _S.day, _S.starts, _S.ends, _S.zone,
        _S.starts_at, _S.ends_at, _S.state, _S.uid, _S.sequence, _S.moved_from_id, _S.version, Module.code, Module.title_fr,
        Module.title_en, Cohort.code.label("cohort_code"), Cohort.name.label("cohort_name"), Group.name.label("group"),
        Room.name.label("room"), Room.capacity, Site.id.label("site_id"), Site.name_fr.label("site_fr"),
        Site.name_en.label("site_en"), Site.city, Site.address,
    )
    .join(Module, Module.id == _S.module_id).join(Cohort, Cohort.id == _S.cohort_id)
    .outerjoin(Group, Group.id == _S.group_id).outerjoin(Room, Room.id == _S.room_id).outerjoin(Site, Site.id == Room.site_id)
)  # fmt: skip
_ORDER = (_S.day, _S.starts, _S.id)
SHOWN = tuple(state for state in SessionState if state is not SessionState.RESCHEDULED)
"""A session that was moved is shown where it went."""


def training_session(session_id: int, *, for_update: bool = False) -> TrainingSession:
    """The session itself, for services."""
    row = db.session().get(TrainingSession, session_id, with_for_update=for_update or None)
    if row is None:
        raise Missing
    return row


def session_row(cohort_id: int, session_id: int) -> Record:
    """A session of this cohort with its module, room and site; Missing for one of another cohort."""
    row = db.session().execute(_SESSIONS.where(_S.id == session_id, _S.cohort_id == cohort_id)).one_or_none()
    if row is None:
        raise Missing
    return row


def successor_of(session_id: int) -> Record | None:
    """The session that took the place of one that was moved."""
    return db.session().execute(_SESSIONS.where(_S.moved_from_id == session_id)).one_or_none()


_BETWEEN = _SESSIONS.where(
    _S.day >= bindparam("first"), _S.day <= bindparam("last"), _S.state.in_(SHOWN)
).order_by(*_ORDER)  # fmt: skip
_OF_COHORT = _BETWEEN.where(_S.cohort_id == bindparam("cohort"))


def sessions_between(cohort_id: int, first: date, last: date) -> Sequence[Record]:
    """A cohort's sessions on these days, cancelled ones included, in order."""
    return db.session().execute(_OF_COHORT, {"cohort": cohort_id, "first": first, "last": last}).all()


def sessions_on_days(first: date, last: date) -> Sequence[Record]:
    """Every cohort's sessions on these days but the cancelled ones, in order."""
    live = _SESSIONS.where(_S.day >= first, _S.day <= last, _S.state.in_(LIVE))
    return db.session().execute(live.order_by(*_ORDER)).all()


def sessions_of(
    cohort_id: int, *, since: date | None = None, after: str | None = None, size: int = SIZE
) -> Page[Record]:
    """A cohort's sessions in order, from a day on when one is named."""
    query = (
        _SESSIONS.where(_S.cohort_id == cohort_id, _S.state.in_(SHOWN)).order_by(_S.starts_at, _S.id).limit(size + 1)
    )
    if since is not None:
        query = query.where(_S.day >= since)
    return _page(query, after, size)


def _page(query: Select[*tuple[object, ...]], after: str | None, size: int) -> Page[Record]:
    match key_of(after, 1):
        case [int(last)]:
            place = select(_S.starts_at, _S.id).where(_S.id == last)
            query = query.where(tuple_(_S.starts_at, _S.id) > place.scalar_subquery())
    return page_of(db.session().execute(query).all(), lambda row: (row.id,), size=size)


def session_counts(cohort_id: int) -> dict[str, int]:
    """How many sessions of a cohort are in each state."""
    query = select(_S.state, func.count()).where(_S.cohort_id == cohort_id).group_by(_S.state)
    return {str(state): count for state, count in db.session().execute(query)}


_LEADS = select(SessionFacilitator.session_id).where(SessionFacilitator.user_id == bindparam("user"))
_FOLLOWS = select(Enrolment.cohort_id).where(Enrolment.user_id == bindparam("user"), Enrolment.state.in_(READING))
_MY_GROUPS = (
    select(GroupMember.group_id).join(Enrolment, Enrolment.id == GroupMember.enrolment_id)
    .where(Enrolment.user_id == bindparam("user"))
)  # fmt: skip
_MEANT = or_(_S.group_id.is_(None), _S.group_id.in_(_MY_GROUPS))
_MINE = _BETWEEN.where(or_(_S.id.in_(_LEADS), and_(_S.cohort_id.in_(_FOLLOWS), _MEANT)))


def my_sessions(user_id: int, first: date, last: date) -> Sequence[Record]:
    """What somebody follows or leads on these days, cancelled ones included, in order."""
    return db.session().execute(_MINE, {"user": user_id, "first": first, "last": last}).all()


_NEXT = (
    _SESSIONS.where(_S.state.in_(LIVE), _S.ends_at > bindparam("present"),
                    or_(_S.id.in_(_LEADS), and_(_S.cohort_id.in_(_FOLLOWS), _MEANT)))
    .order_by(_S.starts_at, _S.id).limit(bindparam("most"))
)  # fmt: skip


def next_sessions(user_id: int, most: int = 3) -> Sequence[Record]:
    """What somebody follows or leads next, the one under way included."""
    return db.session().execute(_NEXT, {"user": user_id, "present": now(), "most": most}).all()


def minutes_planned(cohort_id: int) -> dict[int, int]:
    """The minutes of a cohort's modules for which a session stands, by module. Groups meet beside each other: the one that has
    most counts."""
    rows = db.session().execute(
        select(_S.module_id, _S.group_id, _S.starts_at, _S.ends_at).where(_S.cohort_id == cohort_id, _S.state.in_(LIVE))
    )
    found: dict[int, dict[int | None, int]] = {}
    for row in rows:
        groups = found.setdefault(row.module_id, {})
        groups[row.group_id] = groups.get(row.group_id, 0) + int((row.ends_at - row.starts_at).total_seconds()) // 60
    return {
        module_id: groups.get(None, 0) + max((sum_ for group, sum_ in groups.items() if group is not None), default=0)
        for module_id, groups in found.items()
    }


def sheets_of(module_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The sheets of modules, by id."""
    rows = db.session().execute(select(Module.id, Module.sheet).where(Module.id.in_(module_ids)))
    return {row.id: row.sheet for row in rows}


def sessions_to_copy(cohort_id: int) -> Sequence[Record]:
    """The sessions of a cohort that took or take place, for all of it, in order."""
    live = _SESSIONS.where(_S.cohort_id == cohort_id, _S.state.in_(LIVE), _S.group_id.is_(None))
    return db.session().execute(live.order_by(*_ORDER)).all()


def staff_of_sessions(session_ids: Collection[int]) -> dict[int, Sequence[Record]]:
    """Who leads or assists each session: user_id, part, names; leads first."""
    if not session_ids:
        return {}
    rows = db.session().execute(
        select(SessionFacilitator.session_id, SessionFacilitator.user_id, SessionFacilitator.part, User.given_name,
               User.family_name, User.email)
        .join(User, User.id == SessionFacilitator.user_id)
        .where(SessionFacilitator.session_id.in_(session_ids))
        .order_by(SessionFacilitator.part.desc(), User.family_name, User.id)
    ).all()  # fmt: skip
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row.session_id, []).append(row)
    return dict(found)


def history_of_session(session_id: int) -> Sequence[Record]:
    """What became of a session, newest first, with who and why."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(SessionEvent.state, SessionEvent.at, SessionEvent.reason, SessionEvent.change, who)
        .outerjoin(User, User.id == SessionEvent.by)
        .where(SessionEvent.session_id == session_id).order_by(SessionEvent.id.desc())
    ).all()  # fmt: skip


def modules_facts(module_ids: Collection[int]) -> dict[int, Record]:
    """Codes and titles of modules, and the ``track`` their courses belong to."""
    rows = db.session().execute(
        select(Module.id, Module.code, Module.title_fr, Module.title_en, CourseVersion.track)
        .join(CourseVersion, CourseVersion.id == Module.course_version_id).where(Module.id.in_(module_ids))
    )  # fmt: skip
    return {row.id: row for row in rows}


def module_facts(module_id: int) -> Record:
    """The same of one; Missing when there is none."""
    row = modules_facts([module_id]).get(module_id)
    if row is None:
        raise Missing
    return row


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """What these people are called."""
    rows = db.session().execute(select(User.id, User.given_name, User.family_name).where(User.id.in_(user_ids)))
    return {row.id: f"{row.given_name} {row.family_name}" for row in rows}


def facilitators_for(cohort_id: int) -> Sequence[Record]:
    """Who may lead a session of this cohort: id and names of its facilitators and of the institute's, by name."""
    held = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.FACILITATOR, RoleGrant.ended_at.is_(None),
        or_(RoleGrant.cohort_id == cohort_id, RoleGrant.cohort_id.is_(None)),
    )  # fmt: skip
    query = select(User.id, User.given_name, User.family_name).where(User.id.in_(held), User.suspended_at.is_(None))
    return db.session().execute(query.order_by(User.family_name, User.given_name, User.id)).all()


def group_choices(cohort_id: int) -> Sequence[Record]:
    """Every group of a cohort, whatever it is for: id, name, purpose."""
    query = select(Group.id, Group.name, Group.purpose).where(Group.cohort_id == cohort_id)
    return db.session().execute(query.order_by(Group.purpose, Group.name)).all()


def concerned_by(session_id: int) -> Sequence[int]:
    """The users who count on a session: its active participants, and those who lead or assist."""
    session = training_session(session_id)
    in_group = select(GroupMember.enrolment_id).where(GroupMember.group_id == session.group_id)
    follows = select(Enrolment.user_id).where(Enrolment.cohort_id == session.cohort_id, Enrolment.state.in_(LEARNING))
    if session.group_id is not None:
        follows = follows.where(Enrolment.id.in_(in_group))
    leads = select(SessionFacilitator.user_id).where(SessionFacilitator.session_id == session_id)
    return (
        db.session()
        .scalars(select(User.id).where(or_(User.id.in_(follows), User.id.in_(leads))).order_by(User.id))
        .all()
    )


def session_facts(session_id: int) -> Record:
    """A session of any cohort with its module, room and site, for mails; Missing when there is none."""
    row = db.session().execute(_SESSIONS.where(_S.id == session_id)).one_or_none()
    if row is None:
        raise Missing
    return row


def reason_of(session_id: int) -> str:
    """Why a session was moved or cancelled; empty when it was not."""
    last = select(SessionEvent.reason).where(SessionEvent.session_id == session_id, SessionEvent.reason != "")
    return db.session().scalars(last.order_by(SessionEvent.id.desc()).limit(1)).first() or ""


def sessions_on(first: date, last: date) -> Sequence[Record]:
    """The sessions of every cohort on these days that may still be changed, in order."""
    standing = _SESSIONS.where(_S.day >= first, _S.day <= last, _S.state.in_(OPEN))
    return db.session().execute(standing.order_by(*_ORDER)).all()


def last_days(cohort_ids: Collection[int]) -> dict[int, date]:
    """The last day of each cohort."""
    rows = db.session().execute(select(Cohort.id, Cohort.ends_on).where(Cohort.id.in_(cohort_ids)))
    return {row.id: row.ends_on for row in rows}


def is_any_session_due() -> bool:
    """Whether a session has begun or ended that does not say so yet."""
    begun = and_(_S.state == SessionState.CONFIRMED, _S.starts_at <= now())
    over = and_(_S.state == SessionState.IN_PROGRESS, _S.ends_at <= now())
    return db.session().execute(select(_S.id).where(or_(begun, over)).limit(1)).first() is not None
