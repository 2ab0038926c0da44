"""The institute's figures 01 to 15: what each counts (docs/rules.md §19). Pure.

A definition that changes gets the next number: closed months keep the number they were worked out by.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from lms.cohorts.lifecycle import SEATED, EnrolmentState
from lms.reporting.figures import Case, Rate, backlog, median, percentile_90, total, within_target
from lms.reporting.small_cells import Cover, Sum, hidden

REGIONS = 12
REVIEW_TARGET = 5
"""Working days within which work handed in is judged."""


class Unit(StrEnum):
    """How a figure is said."""

    RATE = "rate"
    DELAY = "delay"
    BACKLOG = "backlog"


class Counts(StrEnum):
    """Whom small cells protect: PEOPLE are numerator and rest themselves; BEHIND: people stand behind the number; THINGS say
    nothing of anybody."""

    PEOPLE = "people"
    BEHIND = "behind"
    THINGS = "things"


@dataclass(frozen=True)
class Kpi:
    """``target``: the rate to reach, None: none is set."""

    code: str
    unit: Unit = Unit.RATE
    counts: Counts = Counts.PEOPLE
    definition: int = 1
    target: Fraction | None = None


_BEHIND, _THINGS = Counts.BEHIND, Counts.THINGS
KPIS = (
    Kpi("01"), Kpi("02"), Kpi("03"), Kpi("04", counts=_BEHIND), Kpi("05"), Kpi("06", counts=_BEHIND),
    Kpi("07", Unit.DELAY, _BEHIND), Kpi("08", counts=_BEHIND, target=Fraction(90, 100)), Kpi("09", Unit.BACKLOG, _BEHIND),
    Kpi("10", counts=_THINGS), Kpi("11", counts=_BEHIND, target=Fraction(80, 100)), Kpi("12", counts=_THINGS), Kpi("13"),
    Kpi("14"), Kpi("15"),
)  # fmt: skip
BY_CODE: Mapping[str, Kpi] = {kpi.code: kpi for kpi in KPIS}


@dataclass(frozen=True)
class Month:
    """A calendar month, where the institute is."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        try:
            return cls.of(date.fromisoformat(f"{text}-01")) if len(text) == 7 else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.after.first - timedelta(days=1)

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        return Month.of(self.first + timedelta(days=31))


@dataclass(frozen=True)
class Enrolled:
    """How many are alike. ``sex`` and ``region`` None: not stated."""

    state: EnrolmentState
    sex: str | None
    region: str | None
    people: int


@dataclass(frozen=True)
class Funnel:
    """One call for applications, in numbers."""

    submitted: int
    complete: int
    admitted: int
    offered: int
    accepted: int


@dataclass(frozen=True)
class CohortFacts:
    """What is known of one cohort at the end of a period. None: nothing records it yet."""

    places: int
    enrolled: Sequence[Enrolled] = ()
    funnel: Funnel | None = None
    cases: Sequence[Case] = ()
    sessions: Rate | None = None  # held, of those planned
    minutes: Rate | None = None  # present, of those held
    attending: int = 0  # people behind the minutes
    sheets: Rate | None = None  # locked within a day, of the half-days held
    first_sitting: Rate | None = None
    final: Rate | None = None


@dataclass(frozen=True)
class Measured:
    """A figure before anything is hidden. ``people``: how many stand behind it, where they are not the numerator and the
    rest themselves. ``apart``: those the definition leaves out."""

    rate: Rate
    people: int = 0
    apart: int = 0
    detail: Mapping[str, int | str] = field(default_factory=dict)


Facts = Iterable[CohortFacts]


def measure(code: str, facts: Facts) -> Measured | None:
    """The figure of these cohorts together; None when nothing is known to work it out from."""
    return _MEASURES[code](list(facts))


def _people(facts: Facts) -> Counter[EnrolmentState]:
    states: Counter[EnrolmentState] = Counter()
    for fact in facts:
        for line in fact.enrolled:
            states[EnrolmentState(line.state)] += line.people
    return states


def _of_funnel(part: Callable[[Funnel], int], whole: Callable[[Funnel], int]) -> Callable[[Facts], Measured | None]:
    def measured(facts: Facts) -> Measured | None:
        calls = [fact.funnel for fact in facts if fact.funnel is not None]
        return Measured(total(Rate(part(call), whole(call)) for call in calls)) if calls else None

    return measured


def _fill(facts: Facts) -> Measured | None:
    facts = list(facts)
    seated = sum(line.people for fact in facts for line in fact.enrolled if line.state in SEATED)
    return Measured(Rate(seated, sum(fact.places for fact in facts)), people=seated) if facts else None


def _women(facts: Facts) -> Measured | None:
    lines = [line for fact in facts for line in fact.enrolled]
    stated = [line for line in lines if line.sex]
    if not lines:
        return None
    women = sum(line.people for line in stated if line.sex == "female")
    apart = sum(line.people for line in lines if not line.sex)
    return Measured(Rate(women, sum(line.people for line in stated)), apart=apart)


def _regions(facts: Facts) -> Measured | None:
    lines = [line for fact in facts for line in fact.enrolled]
    if not lines:
        return None
    regions = {line.region for line in lines if line.region and line.people}
    apart = sum(line.people for line in lines if not line.region)
    return Measured(Rate(len(regions), REGIONS), people=sum(line.people for line in lines), apart=apart)


def _cases(facts: Facts) -> list[Case]:
    return [case for fact in facts for case in fact.cases]


def _delay(facts: Facts) -> Measured | None:
    days = [case.days for case in _cases(facts) if case.is_closed]
    if not days:
        return None
    middle = median(days)
    return Measured(Rate(len(days), len(days)), people=len(days), detail={
        "median": str(middle), "p90": percentile_90(days) or 0,
    })  # fmt: skip


def _in_time(facts: Facts) -> Measured | None:
    rate = within_target(_cases(facts), REVIEW_TARGET)
    return Measured(rate, people=rate.denominator) if rate.denominator else None


def _backlog(facts: Facts) -> Measured | None:
    cases = _cases(facts)
    if not cases:
        return None
    found = backlog(cases)
    detail: dict[str, int | str] = {"open": found.open, "closed": found.closed}
    if found.oldest is not None:
        detail["oldest"] = found.oldest
    return Measured(Rate(found.open, len(cases)), people=len(cases), detail=detail)


def _of(rates: Iterable[Rate | None], people: int = 0) -> Measured | None:
    known = [rate for rate in rates if rate is not None]
    return Measured(total(known), people=people) if known else None


def _attrition(facts: Facts) -> Measured | None:
    states = _people(facts)
    everybody = sum(states.values())
    if not everybody:
        return None
    gone = states[EnrolmentState.WITHDRAWN] + states[EnrolmentState.EXCLUDED]
    return Measured(Rate(gone, everybody), apart=states[EnrolmentState.DEFERRED])


def _results(pick: Callable[[CohortFacts], Rate | None]) -> Callable[[Facts], Measured | None]:
    def measured(facts: Facts) -> Measured | None:
        return _of(pick(fact) for fact in facts)

    return measured


def _held(facts: Facts) -> Measured | None:
    return _of(fact.sessions for fact in facts)


def _sheets(facts: Facts) -> Measured | None:
    return _of(fact.sheets for fact in facts)


def _attendance(facts: Facts) -> Measured | None:
    facts = list(facts)
    return _of([fact.minutes for fact in facts], sum(fact.attending for fact in facts))


_MEASURES: Mapping[str, Callable[[Facts], Measured | None]] = {
    "01": _of_funnel(lambda call: call.admitted, lambda call: call.submitted),
    "02": _of_funnel(lambda call: call.complete, lambda call: call.submitted),
    "03": _of_funnel(lambda call: call.accepted, lambda call: call.offered),
    "04": _fill, "05": _women, "06": _regions, "07": _delay, "08": _in_time, "09": _backlog, "10": _held, "11": _attendance,
    "12": _sheets, "13": _attrition, "14": _results(lambda fact: fact.first_sitting), "15": _results(lambda fact: fact.final),
}  # fmt: skip


INSTITUTE = "institute"


@dataclass(frozen=True)
class Scope:
    """What a figure is about: the institute, a track or a cohort. ``key`` is how it is kept and addressed."""

    key: str
    parent: str | None = None
    name: str = ""

    @property
    def cohort_id(self) -> int | None:
        return int(self.key.removeprefix("cohort:")) if self.key.startswith("cohort:") else None


def scopes(cohorts: Iterable[tuple[int, str, str]]) -> list[Scope]:
    """The institute, its tracks, and these cohorts (id, name, track) below them; nothing when there are none."""
    rows = list(cohorts)
    if not rows:
        return []
    tracks = sorted({track for _id, _name, track in rows})
    return [
        Scope(INSTITUTE), *(Scope(f"track:{track}", INSTITUTE, track) for track in tracks),
        *(Scope(f"cohort:{number}", f"track:{track}", name) for number, name, track in rows),
    ]  # fmt: skip


def under(scope: Scope, all_scopes: Sequence[Scope]) -> list[int]:
    """The cohorts a scope holds."""
    if scope.cohort_id is not None:
        return [scope.cohort_id]
    below = [other for other in all_scopes if other.parent == scope.key]
    return [cohort for other in below for cohort in under(other, all_scopes)]


def covered(kpi: Kpi, figures: Mapping[str, Measured], parents: Mapping[str, str | None]) -> dict[str, Cover]:
    """The scopes whose figure is not shown: a cell of it is under five, or would give another one away. All scopes are looked at
    together, so that the institute's page and a cohort's hide the same."""
    if kpi.counts is Counts.THINGS:
        return {}
    cells: dict[tuple[str, str], int] = {}
    for key, figure in figures.items():
        if kpi.counts is Counts.PEOPLE:
            cells |= {(key, "part"): figure.rate.numerator, (key, "rest"): figure.rate.rest}
        cells[key, "whole"] = figure.rate.denominator if kpi.counts is Counts.PEOPLE else figure.people
    columns = ("part", "rest", "whole") if kpi.counts is Counts.PEOPLE else ("whole",)
    sums = [Sum((key, "whole"), ((key, "part"), (key, "rest"))) for key in figures if (key, "part") in cells]
    for key in figures:
        below = [other for other in figures if parents.get(other) == key]
        sums += [Sum((key, column), tuple((other, column) for other in below)) for column in columns if below]
    found: dict[str, Cover] = {}
    bundles = [[(key, column) for column in columns] for key in figures]
    for (key, _column), cover in hidden(cells, sums, bundles).items():
        found[key] = Cover.SMALL if Cover.SMALL in (cover, found.get(key)) else cover
    return found
