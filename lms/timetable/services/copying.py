"""A new cohort like one there was: its modules, its sessions and its staff, every date shifted (docs/rules.md §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lms import audit
from lms.catalogue import queries as catalogue
from lms.cohorts import queries as cohorts
from lms.cohorts import services as cohort_services
from lms.cohorts.models import Cohort
from lms.cohorts.services.staff import COHORT_STAFF
from lms.cohorts.windows import Window
from lms.db import Record
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor, Role
from lms.timetable import queries
from lms.timetable.calendar_days import InstituteCalendar
from lms.timetable.clashes import ClashKind
from lms.timetable.lifecycle import Half
from lms.timetable.services.planning import SessionPlan, alone, clashes_of, plan_sessions
from lms.timetable.staffing import Part

_DAY = timedelta(days=1)
LONGEST_PUSH = 14
"""Days a session is pushed on at most when its day is a holiday, a week-end or taken."""


class ProgrammeClosed(Refused):
    """No cohort may start on the model's programme any more."""


@dataclass(frozen=True)
class Copied:
    """A session of the model and what becomes of it. ``lost_room``, ``lost_staff``: taken at that time."""

    was: date
    plan: SessionPlan
    code: str
    lost_room: bool = False
    lost_staff: bool = False

    @property
    def is_pushed(self) -> bool:
        return bool((self.plan.day - self.was).days % 7)


@dataclass(frozen=True)
class CopyDraft:
    """``left_out``: sessions of the model that found no day."""

    programme_version_id: int
    starts_on: date
    ends_on: date
    windows: Mapping[int, Window]
    sessions: Sequence[Copied]
    left_out: int


def draft_copy(model_id: int, starts_on: date) -> CopyDraft:
    """What ``copy_cohort`` would make, with 0 for the id of the cohort. Changes nothing. Raises ProgrammeClosed."""
    model = cohorts.cohort(model_id)
    shift = starts_on - model.starts_on
    version_id = _current_version(model.programme_version_id)
    new_ids = {row.code: row.id for row in catalogue.modules_of(version_id)}
    modules = cohorts.cohort_modules(model_id)
    windows = {
        new_ids[row.code]: Window(row.opens_on + shift, row.due_on + shift) for row in modules if row.code in new_ids
    }
    ends_on = model.ends_on + shift
    calendar = queries.institute_calendar(starts_on, ends_on)
    shifted = _shifted(queries.sessions_to_copy(model_id), new_ids, shift, calendar, ends_on)
    standing = _without_clashes(shifted)
    return CopyDraft(
        version_id, starts_on, ends_on, windows, standing, len(queries.sessions_to_copy(model_id)) - len(standing)
    )


def _current_version(programme_version_id: int) -> int:
    code = catalogue.programme_version(programme_version_id).code
    for row in cohorts.programme_choices():
        if row.code == code:
            return int(row.id)
    raise ProgrammeClosed(_("No cohort can start on the programme of this cohort any more."))


def _shifted(
    rows: Sequence[Record], new_ids: Mapping[str, int], shift: timedelta, calendar: InstituteCalendar, last: date
) -> list[Copied]:
    """Each session on its shifted day, or on the first open one after it that no other of them takes."""
    staff = queries.staff_of_sessions([row.id for row in rows])
    taken: set[tuple[date, Half]] = set()
    made = []
    for row in rows:
        half = Half(row.half)
        for push in range(LONGEST_PUSH + 1):
            day = row.day + shift + _DAY * push
            hours = calendar.hours(day, row.starts, row.ends, is_afternoon=half is not Half.MORNING)
            if day <= last and hours is not None and (day, half) not in taken and row.code in new_ids:
                taken.add((day, half))
                people = {one.user_id: Part(one.part) for one in staff.get(row.id, ())}
                plan = SessionPlan(0, new_ids[row.code], day, *hours, half, row.room_id, row.remote_link, staff=people)
                made.append(Copied(row.day, plan, row.code))
                break
    return made


def _without_clashes(copied: list[Copied]) -> list[Copied]:
    """The same without rooms and people that are taken at that time."""
    kinds: dict[int, set[ClashKind]] = {}
    for clash in clashes_of([one.plan for one in copied]):
        kinds.setdefault(-1 - clash.key, set()).add(clash.kind)
    freed = []
    for number, one in enumerate(copied):
        found = kinds.get(number, set())
        lost_room = bool(found & {ClashKind.ROOM, ClashKind.CAPACITY})
        lost_staff = bool(found & {ClashKind.FACILITATOR, ClashKind.TRAVEL})
        plan = replace(
            one.plan, room_id=None if lost_room else one.plan.room_id, staff={} if lost_staff else one.plan.staff
        )
        freed.append(replace(one, plan=plan, lost_room=lost_room, lost_staff=lost_staff))
    refused = {-1 - clash.key for clash in clashes_of([one.plan for one in freed]) if not clash.is_warning}
    return [one for number, one in enumerate(freed) if number not in refused]


def copy_cohort(model_id: int, *, code: str, name: str, starts_on: date, capacity: int, by: Actor) -> Cohort:
    """Open a cohort like this one and plan its sessions, in one act. Its staff has the same roles. Raises ProgrammeClosed, and as
    ``open_cohort`` and ``plan_sessions``."""
    alone()
    draft, model = draft_copy(model_id, starts_on), cohorts.cohort(model_id)
    made = cohort_services.open_cohort(
        code=code, name=name, programme_version_id=draft.programme_version_id, starts_on=starts_on, ends_on=draft.ends_on,
        capacity=capacity, issues_certificates=model.issues_certificates, least_people=min(model.least_people, capacity), by=by,
    )  # fmt: skip
    cohort_services.change_dates(made, draft.windows, version=made.version, by=by)
    for row in cohorts.staff_of(model_id):
        if row.user_id != by.user_id and Role(row.role) in COHORT_STAFF:
            cohort_services.give_staff_role(made.id, row.email, Role(row.role), by=by)
    plan_sessions([replace(one.plan, cohort_id=made.id) for one in draft.sessions], by=by)
    audit.record("cohort.copied", f"cohort:{made.id}", by=by, cohort_id=made.id, model=model_id)
    return made
