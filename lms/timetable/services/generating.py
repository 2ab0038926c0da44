"""From a weekly pattern to planned sessions, looked at before anything is saved (docs/rules.md §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lms.cohorts import queries as cohorts
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor
from lms.timetable import queries
from lms.timetable.clashes import Clash
from lms.timetable.generator import HalfDay, Slot, ToTeach, generate
from lms.timetable.services.planning import SessionPlan, alone, clashes_of, plan_sessions
from lms.timetable.staffing import Part


class NothingToPlan(Refused):
    """Every half-day clashes, or the hours of every module are planned already."""


@dataclass(frozen=True)
class Wish:
    """The pattern, the modules it is for, and what all sessions have in common. ``first``: no session before that day."""

    pattern: Sequence[HalfDay]
    module_ids: frozenset[int]
    first: date
    room_id: int | None = None
    remote_link: str = ""
    staff: Mapping[int, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One session that would be planned; one that clashes is left out. ``moon``: an estimated holiday is a day away."""

    plan: SessionPlan
    slot: Slot
    clashes: Sequence[Clash]
    moon: bool

    @property
    def is_refused(self) -> bool:
        return any(not clash.is_warning for clash in self.clashes)


@dataclass(frozen=True)
class Draft:
    """``missing``: minutes of each module that found no half-day."""

    lines: Sequence[Line]
    missing: Mapping[int, int]

    @property
    def plans(self) -> list[SessionPlan]:
        return [line.plan for line in self.lines if not line.is_refused]


def taught_minutes(sheet: Mapping[str, Any], otherwise: int) -> int:
    """How many minutes of a module people meet for: in person and live at a distance."""
    hours = sheet.get("hours")
    if not hours:
        return otherwise
    return int((Decimal(str(hours.get("in_person", 0))) + Decimal(str(hours.get("live_remote", 0)))) * 60)


def left_to_plan(cohort_id: int) -> dict[int, int]:
    """The minutes of each of the cohort's modules that no session stands for yet."""
    modules = cohorts.cohort_modules(cohort_id)
    sheets = queries.sheets_of([module.module_id for module in modules])
    planned = queries.minutes_planned(cohort_id)
    return {
        module.module_id: max(
            taught_minutes(sheets[module.module_id], module.minutes) - planned.get(module.module_id, 0), 0
        )
        for module in modules
    }


def draft_sessions(cohort_id: int, wish: Wish) -> Draft:
    """What ``generate_sessions`` would plan. Changes nothing."""
    row = cohorts.cohort(cohort_id)
    left = left_to_plan(cohort_id)
    modules = [
        ToTeach(module.module_id, left[module.module_id], max(module.opens_on, wish.first), module.due_on)
        for module in cohorts.cohort_modules(cohort_id) if module.module_id in wish.module_ids
    ]  # fmt: skip
    calendar = queries.institute_calendar(row.starts_on, row.ends_on)
    made = generate(wish.pattern, modules, calendar, row.ends_on)
    plans = [
        SessionPlan(cohort_id, slot.module_id, slot.day, slot.starts, slot.ends, slot.half, wish.room_id, wish.remote_link,
                    staff=wish.staff)
        for slot in made.slots
    ]  # fmt: skip
    found: dict[int, list[Clash]] = {}
    for clash in clashes_of(plans):
        found.setdefault(-1 - clash.key, []).append(clash)
    lines = [
        Line(plan, slot, found.get(number, []), calendar.moon(slot.day) is not None)
        for number, (plan, slot) in enumerate(zip(plans, made.slots, strict=True))
    ]
    return Draft(lines, made.missing)


def generate_sessions(cohort_id: int, wish: Wish, *, by: Actor) -> int:
    """Plan all that do not clash, in one act, and say how many they are. Raises NothingToPlan, and as ``plan_sessions``."""
    alone()
    plans = draft_sessions(cohort_id, wish).plans
    if not plans:
        raise NothingToPlan(_("There is nothing to plan with this pattern."))
    return len(plan_sessions(plans, by=by))
