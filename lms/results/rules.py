"""When a module is passed and when a certificate may be issued (docs/rules.md §3 and §4). Pure: no database, no clock.

Every answer is a list of reasons why not; empty means yes. Screens, jobs and issuing all read the same list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

PASS_MARK = Decimal(12)
ELIMINATORY = Decimal(8)
ATTENDANCE_THRESHOLD = Fraction(80, 100)
RULES = "2026-1"
"""The version of these rules; kept with every result."""


class ReasonCode(StrEnum):
    """Why not yet. ``wording`` turns each into a sentence."""

    NOT_ASSESSED = "not_assessed"
    COMPONENT_MISSING = "component_missing"
    COMPONENT_ELIMINATORY = "component_eliminatory"
    PRACTICAL_TOO_LOW = "practical_too_low"
    MARK_TOO_LOW = "mark_too_low"
    ATTENDANCE_MISSING = "attendance_missing"
    ATTENDANCE_TOO_LOW = "attendance_too_low"
    ENROLMENT_NOT_ACTIVE = "enrolment_not_active"


@dataclass(frozen=True)
class Reason:
    """One thing in the way. ``title``: the component's, ``{fr, en}``; ``have`` and ``need`` are marks or per cent as text."""

    code: ReasonCode
    module: str = ""
    title: dict[str, str] = field(default_factory=dict)
    have: str = ""
    need: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code.value, "module": self.module, "title": self.title, "have": self.have, "need": self.need,
        }  # fmt: skip

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Reason":
        return cls(ReasonCode(row["code"]), row["module"], row["title"], row["have"], row["need"])


@dataclass(frozen=True)
class ComponentMark:
    """An assessment of a module and the mark that counts for it; None: none yet. ``weight`` in per cent."""

    slug: str
    title: dict[str, str]
    weight: int
    is_practical: bool
    mark: Decimal | None


@dataclass(frozen=True)
class Presence:
    """Minutes of a module: all that are asked for, and those the participant was there. None asked for: all is reached."""

    scheduled: int
    present: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.present, self.scheduled) if self.scheduled else Fraction(1)


@dataclass(frozen=True)
class ModuleVerdict:
    """``mark`` out of 20, one place, half-up; None while a component has none. ``reasons`` is empty exactly when passed."""

    mark: Decimal | None
    reasons: tuple[Reason, ...]

    @property
    def passed(self) -> bool:
        return not self.reasons


def weighted_mark(components: Sequence[ComponentMark]) -> Decimal | None:
    """Exact, two places, half-up; None while a component has no mark."""
    total = Decimal(0)
    for component in components:
        if component.mark is None:
            return None
        total += component.mark * component.weight
    return (total / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def module_verdict(
    module: str, components: Sequence[ComponentMark], presence: Presence | None, *, is_exempted: bool = False
) -> ModuleVerdict:
    """Judge a module (docs/rules.md §3). ``presence`` None: no attendance recorded yet, which is a reason too. One exempted by
    prior learning (§23) is passed without a mark, whatever was assessed in it."""
    if is_exempted:
        return ModuleVerdict(None, ())
    if all(component.mark is None for component in components):
        return ModuleVerdict(None, (Reason(ReasonCode.NOT_ASSESSED, module),))
    reasons = [reason for component in components for reason in _component_reasons(module, component)]
    mark = weighted_mark(components)
    if mark is not None and mark < PASS_MARK:
        reasons.append(Reason(ReasonCode.MARK_TOO_LOW, module, have=str(mark), need=str(PASS_MARK)))
    reasons += _attendance_reasons(module, presence)
    return ModuleVerdict(mark, tuple(reasons))


def _component_reasons(module: str, component: ComponentMark) -> list[Reason]:
    if component.mark is None:
        return [Reason(ReasonCode.COMPONENT_MISSING, module, component.title)]
    have = str(component.mark)
    if component.mark < ELIMINATORY:
        return [Reason(ReasonCode.COMPONENT_ELIMINATORY, module, component.title, have, str(ELIMINATORY))]
    if component.is_practical and component.mark < PASS_MARK:
        return [Reason(ReasonCode.PRACTICAL_TOO_LOW, module, component.title, have, str(PASS_MARK))]
    return []


def _attendance_reasons(module: str, presence: Presence | None) -> list[Reason]:
    if presence is None:
        return [Reason(ReasonCode.ATTENDANCE_MISSING, module)]
    if presence.share < ATTENDANCE_THRESHOLD:
        have, need = (str(int(share * 100)) for share in (presence.share, ATTENDANCE_THRESHOLD))
        return [Reason(ReasonCode.ATTENDANCE_TOO_LOW, module, have=have, need=need)]
    return []


def eligibility(*, is_enrolled: bool, modules: Sequence[tuple[str, Sequence[Reason] | None]]) -> list[Reason]:
    """What stands between a participant and the certificate (docs/rules.md §4): each module's code with the reasons of its
    result, None when it has none yet. Empty exactly when the certificate may be issued."""
    reasons = [] if is_enrolled else [Reason(ReasonCode.ENROLMENT_NOT_ACTIVE)]
    for code, module_reasons in modules:
        reasons += [Reason(ReasonCode.NOT_ASSESSED, code)] if module_reasons is None else module_reasons
    return reasons
