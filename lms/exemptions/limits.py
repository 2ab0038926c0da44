"""What prior learning can exempt from, and what proves it (docs/rules.md §23). Pure: no clock. Lengths are in minutes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lms.calendar_months import months_after
from lms.exemptions.lifecycle import RequestState

LEAST_EXPERIENCE = 36
"""Months, cumulated."""
YEARS_CURRENT = 5
YEARS_CURRENT_FAST = 3
FAST_TRACKS = frozenset({"CLD", "SEC", "AIO"})
"""What is known there ages sooner."""
MOST_SHARE = Fraction(60, 100)
"""Of the programme's hours, for all modules together."""
ADMISSIBILITY_DAYS = 15
DECISION_DAYS = 60
"""Working days from the day the request was sent."""
MONTHS_TO_COMPLETE = 24
"""What a partial exemption prescribes is done within them."""
ASSESSORS = 2
CERTIFYING = frozenset({"mt3"})
OBSERVED = frozenset({"certifying-observation"})
"""Assessments by the id their authors gave them."""


class Reach(StrEnum):
    """How far a module may be exempted."""

    NOTHING = "nothing"
    PART = "part"
    WHOLE = "whole"


class Limit(StrEnum):
    """Why a decision cannot be taken as it stands. ``wording`` turns each into a sentence."""

    NEVER = "never"
    ONLY_PARTLY = "only_partly"
    TOO_MANY_HOURS = "too_many_hours"
    NO_HOURS = "no_hours"
    WHOLE_MODULE = "whole_module"
    HOURS_REFUSED = "hours_refused"
    NOTHING_RECOGNISED = "nothing_recognised"
    NOT_CLAIMED = "not_claimed"
    NOTHING_PRESCRIBED = "nothing_prescribed"
    LITTLE_EXPERIENCE = "little_experience"
    NOTHING_CURRENT = "nothing_current"


@dataclass(frozen=True)
class Scope:
    """What a decision must stay within: the module's length and how far it may go, the programme's length, and what other
    requests of this participant have exempted already."""

    module: int
    reach: Reach
    programme: int
    exempted_elsewhere: int


@dataclass(frozen=True)
class Ruling:
    """A decision as somebody means to take it. ``recognised`` out of the competencies ``claimed``."""

    outcome: RequestState
    minutes: int = 0
    recognised: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    prescribes: bool = False


def reach_of(assessments: Collection[str]) -> Reach:
    """By the ids of the module's assessments: observed teaching is never exempted, MT3 neither, though the rest of its module
    may be."""
    if OBSERVED & set(assessments):
        return Reach.NOTHING
    return Reach.PART if CERTIFYING & set(assessments) else Reach.WHOLE


def most_minutes(scope: Scope) -> int:
    """The most that may be exempted in this module; 0: nothing."""
    if scope.reach is Reach.NOTHING:
        return 0
    left = int(scope.programme * MOST_SHARE) - scope.exempted_elsewhere
    own = scope.module - 1 if scope.reach is Reach.PART else scope.module
    return max(min(own, left), 0)


def limits(ruling: Ruling, scope: Scope) -> list[Limit]:
    """What stands against a decision; empty: it may be taken."""
    if ruling.outcome is RequestState.REFUSED:
        return [Limit.HOURS_REFUSED] if ruling.minutes or ruling.recognised else []
    if scope.reach is Reach.NOTHING:
        return [Limit.NEVER]
    found = _hours(ruling, scope)
    if not ruling.recognised and ruling.claimed:
        found.append(Limit.NOTHING_RECOGNISED)
    if not ruling.recognised <= ruling.claimed:
        found.append(Limit.NOT_CLAIMED)
    if ruling.outcome is RequestState.PARTIAL and not ruling.prescribes:
        found.append(Limit.NOTHING_PRESCRIBED)
    return found


def _hours(ruling: Ruling, scope: Scope) -> list[Limit]:
    if ruling.outcome is RequestState.FULL:
        if scope.reach is Reach.PART:
            return [Limit.ONLY_PARTLY]
        return [] if scope.module <= most_minutes(scope) else [Limit.TOO_MANY_HOURS]
    if ruling.minutes <= 0:
        return [Limit.NO_HOURS]
    if ruling.minutes >= scope.module:
        return [Limit.WHOLE_MODULE]
    return [] if ruling.minutes <= most_minutes(scope) else [Limit.TOO_MANY_HOURS]


def years_current(module_code: str) -> int:
    """How old a proof for this module may be."""
    return YEARS_CURRENT_FAST if module_code.partition("-")[0] in FAST_TRACKS else YEARS_CURRENT


def is_current(dated_on: date, day: date, module_code: str) -> bool:
    """Whether a proof of that day still counts on ``day``, that many years later to the day included."""
    return months_after(day, -12 * years_current(module_code)) <= dated_on <= day


def missing_to_send(experience_months: int, dates: Collection[date], day: date, module_code: str) -> list[Limit]:
    """What a request lacks before it can be sent; ``dates`` those of its proofs."""
    found = [] if experience_months >= LEAST_EXPERIENCE else [Limit.LITTLE_EXPERIENCE]
    if not any(is_current(dated_on, day, module_code) for dated_on in dates):
        found.append(Limit.NOTHING_CURRENT)
    return found


@dataclass(frozen=True)
class Party:
    """Somebody and whom they work for; None: not known."""

    id: int
    organisation_id: int | None


def may_assess(assessor: Party, candidate: Party) -> bool:
    """Nobody judges themselves or a colleague. Other ties are the assessor's to declare."""
    same = assessor.organisation_id is not None and assessor.organisation_id == candidate.organisation_id
    return assessor.id != candidate.id and not same
