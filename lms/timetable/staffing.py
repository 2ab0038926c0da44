"""Who may lead a session (docs/rules.md §9, INV-03). Pure.

Among those who lead, at least one is accredited to deliver alone (FC, FM) for the module on that day, and everybody who leads
is accredited for it at some level. An associate (FA) therefore leads beside somebody, or assists. Assisting asks for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.competencies.qualifying import ALONE, Qualified, covers


class Part(StrEnum):
    """What somebody does in a session."""

    LEAD = "lead"
    ASSISTANT = "assistant"


class StaffFault(StrEnum):
    """Why a session cannot be confirmed as it is staffed."""

    NOBODY_LEADS = "nobody_leads"
    NOT_QUALIFIED = "not_qualified"  # ``user_id`` leads without being accredited for the module that day
    NOT_ALONE = "not_alone"  # only associates lead


@dataclass(frozen=True)
class Leader:
    """Somebody's part in a session, with every qualification they ever had."""

    user_id: int
    part: Part
    qualifications: tuple[Qualified, ...] = ()


@dataclass(frozen=True)
class StaffProblem:
    fault: StaffFault
    user_id: int | None = None


def staff_problems(staff: Sequence[Leader], *, track: str, module_code: str, day: date) -> list[StaffProblem]:
    """Why these people may not hold a session of this module that day; empty: they may."""
    leading = [leader for leader in staff if leader.part is Part.LEAD]
    if not leading:
        return [StaffProblem(StaffFault.NOBODY_LEADS)]
    held = {
        leader.user_id: {
            q.level for q in leader.qualifications if covers(q, track=track, module_code=module_code, day=day)
        }
        for leader in leading
    }
    problems = [StaffProblem(StaffFault.NOT_QUALIFIED, user_id) for user_id, levels in held.items() if not levels]
    if not problems and not any(levels & ALONE for levels in held.values()):
        problems.append(StaffProblem(StaffFault.NOT_ALONE))
    return problems
