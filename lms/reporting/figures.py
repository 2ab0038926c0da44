"""The arithmetic of the institute's figures (docs/rules.md §19). Pure and exact: rates are fractions, nothing is rounded here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Rate:
    """Part of a whole. A whole of nothing has no rate, which is not a rate of zero."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def rest(self) -> int:
        return self.denominator - self.numerator

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


NOTHING = Rate(0, 0)


def total(rates: Iterable[Rate]) -> Rate:
    """The rate of all of them together: parts and wholes are added, rates never averaged."""
    return sum(rates, NOTHING)


@dataclass(frozen=True)
class Case:
    """Something handled within a delay. ``days``: working days from entry to exit, or until today while it is open, without
    those on which nothing could be done."""

    days: int
    is_closed: bool


def median(days: Sequence[int]) -> Fraction | None:
    """The middle one; the mean of the two middle ones when they are even in number; None of nothing."""
    if not days:
        return None
    ordered, half = sorted(days), len(days) // 2
    return Fraction(ordered[half]) if len(days) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def percentile_90(days: Sequence[int]) -> int | None:
    """The delay that nine cases in ten kept within (nearest rank): one that happened, none in between."""
    if not days:
        return None
    rank = -(-len(days) * 9 // 10)
    return sorted(days)[rank - 1]


def within_target(cases: Iterable[Case], target: int) -> Rate:
    """Closed cases within the target, of all that are closed and of those still open and overdue: leaving an overdue case open
    does not make the rate better."""
    counted = [case for case in cases if case.is_closed or case.days > target]
    return Rate(sum(case.is_closed and case.days <= target for case in counted), len(counted))


@dataclass(frozen=True)
class Backlog:
    """What waits now, the age of the oldest (None: nothing waits) and how many were closed in the period."""

    open: int
    oldest: int | None
    closed: int


def backlog(cases: Iterable[Case]) -> Backlog:
    cases = list(cases)
    ages = [case.days for case in cases if not case.is_closed]
    return Backlog(len(ages), max(ages, default=None), len(cases) - len(ages))
