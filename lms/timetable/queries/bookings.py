"""Sessions as claims on rooms and on people's time, as ``clashes`` compares them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from lms import db
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Enrolment, GroupMember
from lms.competencies.models import Qualification
from lms.competencies.qualifying import Qualified
from lms.timetable.clashes import Booking, Travel
from lms.timetable.lifecycle import LIVE
from lms.timetable.models import Room, SessionFacilitator, TrainingSession, TravelTime

DEFAULT_TRAVEL = 60
"""Minutes between two sites of which nobody wrote how far they are."""


@dataclass(frozen=True)
class Standing:
    """The sessions that stand around some instants, and how long people travel."""

    bookings: list[Booking]
    travel: Travel
    longest_travel: int


def bookings_between(first: datetime, last: datetime) -> Standing:
    """Every live session between two instants, and those near enough for travel to matter."""
    between, longest = travel()
    margin = timedelta(minutes=longest)
    rows = db.session().execute(
        select(
            TrainingSession.id, TrainingSession.starts_at, TrainingSession.ends_at, TrainingSession.cohort_id,
            TrainingSession.group_id, TrainingSession.room_id, Room.site_id, Room.capacity,
        )
        .outerjoin(Room, Room.id == TrainingSession.room_id)
        .where(
            TrainingSession.state.in_(LIVE), TrainingSession.starts_at < last + margin,
            TrainingSession.ends_at > first - margin,
        )
    ).all()  # fmt: skip
    leaders = facilitators_of([row.id for row in rows])
    people = people_of({(row.cohort_id, row.group_id) for row in rows})
    found = [
        Booking(
            row.id, row.starts_at, row.ends_at, row.cohort_id, row.group_id, row.room_id, row.site_id, row.capacity,
            frozenset(leaders.get(row.id, ())), people[row.cohort_id, row.group_id],
        )
        for row in rows
    ]  # fmt: skip
    return Standing(found, between, longest)


def travel() -> tuple[Travel, int]:
    """Minutes between two sites, and the most there are."""
    known = {(row.from_site_id, row.to_site_id): row.minutes for row in db.session().scalars(select(TravelTime))}

    def between(one: int, other: int) -> int:
        return known.get((min(one, other), max(one, other)), DEFAULT_TRAVEL)

    return between, max(DEFAULT_TRAVEL, *known.values()) if known else DEFAULT_TRAVEL


def facilitators_of(session_ids: Collection[int]) -> dict[int, set[int]]:
    """Who leads or assists each session."""
    found: dict[int, set[int]] = {}
    if session_ids:
        parts = select(SessionFacilitator.session_id, SessionFacilitator.user_id)
        for row in db.session().execute(parts.where(SessionFacilitator.session_id.in_(session_ids))):
            found.setdefault(row.session_id, set()).add(row.user_id)
    return found


Class = tuple[int, int | None]
"""A cohort, and the group of it that meets; None: all of it."""


def people_of(classes: Iterable[Class]) -> dict[Class, frozenset[int]]:
    """The users who are expected: the active participants of the cohort, or of the group."""
    wanted = set(classes)
    everybody: dict[int, dict[int, int]] = {}
    places = select(Enrolment.id, Enrolment.cohort_id, Enrolment.user_id).where(
        Enrolment.cohort_id.in_({cohort_id for cohort_id, _group in wanted}), Enrolment.state.in_(LEARNING)
    )
    for row in db.session().execute(places):
        everybody.setdefault(row.cohort_id, {})[row.id] = row.user_id
    groups = {group_id for _cohort, group_id in wanted if group_id is not None}
    members: dict[int, set[int]] = {}
    if groups:
        placed = select(GroupMember.group_id, GroupMember.enrolment_id).where(GroupMember.group_id.in_(groups))
        for group_id, enrolment_id in db.session().execute(placed):
            members.setdefault(group_id, set()).add(enrolment_id)
    return {
        (cohort_id, group_id): frozenset(
            user_id for enrolment_id, user_id in everybody.get(cohort_id, {}).items()
            if group_id is None or enrolment_id in members.get(group_id, ())
        )
        for cohort_id, group_id in wanted
    }  # fmt: skip


def qualifications_of(user_ids: Collection[int]) -> dict[int, tuple[Qualified, ...]]:
    """Every qualification these people ever had, by person."""
    found: dict[int, tuple[Qualified, ...]] = {}
    if user_ids:
        for row in db.session().scalars(select(Qualification).where(Qualification.user_id.in_(user_ids))):
            one = Qualified(row.level, row.track, row.module_code, row.valid_from, row.valid_until)
            found[row.user_id] = (*found.get(row.user_id, ()), one)
    return found
