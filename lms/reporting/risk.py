"""Who may not get there, and why (docs/rules.md §18). Pure: no database, no clock.

Every answer is a list of risks, each with its figures; empty means that nothing points to trouble. They are there so that
somebody calls in time: they judge nobody, and decide nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.results.rules import PASS_MARK
from lms.timetable.rates import THRESHOLD, Attendance

QUIET_DAYS = 14
"""Days without a lesson, an answer, work handed in or a sign-in after which somebody asks how it goes."""
MOST_UNJUSTIFIED = Fraction(10, 100)
"""The share of a module that may be missed without a justification before the track's lead is told."""


class RiskCode(StrEnum):
    """The worst first: this order is the order on screen. ``wording`` turns each into a sentence."""

    OUT_OF_REACH = "out_of_reach"
    UNJUSTIFIED = "unjustified"
    ATTENDANCE_LOW = "attendance_low"
    MARK_LOW = "mark_low"
    OVERDUE = "overdue"
    QUIET = "quiet"


_ORDER = list(RiskCode)


@dataclass(frozen=True)
class Risk:
    """One reason to call. ``have`` and ``need``: shares of one, a mark, or days, as the code has it; ``since``: the day it
    counts from."""

    code: RiskCode
    module: str = ""
    have: Fraction | Decimal | int = 0
    need: Fraction | Decimal | int = 0
    since: date | None = None


@dataclass(frozen=True)
class ModuleFacts:
    """One participant in one module. ``due_on`` is the day that counts for this person. ``is_undone``: a quiz or
    work of the module was never answered or handed in. ``unjustified``: minutes missed without a justification; None: nobody
    keeps them apart yet."""

    code: str
    due_on: date
    attendance: Attendance | None = None
    unjustified: int | None = None
    mark: Decimal | None = None
    is_passed: bool = False
    is_undone: bool = True


def risks(modules: Sequence[ModuleFacts], last_seen_on: date, today: date) -> list[Risk]:
    """What points to trouble for somebody who learns now, the worst first. ``last_seen_on``: when they last did anything, or
    the day they could begin."""
    found = [risk for module in modules for risk in _module_risks(module, today)]
    quiet = (today - last_seen_on).days
    if quiet >= QUIET_DAYS and any(not module.is_passed for module in modules):
        found.append(Risk(RiskCode.QUIET, have=quiet, need=QUIET_DAYS, since=last_seen_on))
    return sorted(found, key=lambda risk: _ORDER.index(risk.code))


def _module_risks(module: ModuleFacts, today: date) -> list[Risk]:
    if module.is_passed:
        return []
    found = _attendance_risks(module)
    if module.mark is not None and module.mark < PASS_MARK:
        found.append(Risk(RiskCode.MARK_LOW, module.code, module.mark, PASS_MARK))
    if module.is_undone and today > module.due_on:
        found.append(Risk(RiskCode.OVERDUE, module.code, (today - module.due_on).days, 0, module.due_on))
    return found


def _attendance_risks(module: ModuleFacts) -> list[Risk]:
    attendance, found = module.attendance, list[Risk]()
    if attendance is None:
        return found
    if attendance.is_out_of_reach:
        found.append(Risk(RiskCode.OUT_OF_REACH, module.code, attendance.projected, THRESHOLD))
    elif attendance.to_date is not None and attendance.to_date < THRESHOLD:
        found.append(Risk(RiskCode.ATTENDANCE_LOW, module.code, attendance.to_date, THRESHOLD))
    missed = Fraction(module.unjustified or 0, attendance.scheduled)
    if missed > MOST_UNJUSTIFIED:
        found.append(Risk(RiskCode.UNJUSTIFIED, module.code, missed, MOST_UNJUSTIFIED))
    return found
