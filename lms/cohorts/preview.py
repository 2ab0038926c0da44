"""What an import would do with each line of a roster, before it does anything. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.cohorts.lifecycle import SEATED, EnrolmentState
from lms.cohorts.roster import Problem, RosterRow


class Action(StrEnum):
    """In the order in which the preview shows them."""

    ERROR = "error"
    CREATE = "create"
    ENROL = "enrol"
    UNCHANGED = "unchanged"


class Hindrance(StrEnum):
    """Why a well-written line cannot be followed."""

    NAMES_MISSING = "names_missing"
    LEFT_BEFORE = "left_before"
    ACCESS_CLOSED = "access_closed"
    STAFF_HERE = "staff_here"
    FULL = "full"  # only while importing: somebody else took the last places meanwhile


class Remark(StrEnum):
    """What is worth knowing about a line that will be followed."""

    KNOWN_AS = "known_as"
    ORGANISATION_UNKNOWN = "organisation_unknown"


@dataclass(frozen=True)
class KnownPerson:
    """Somebody the institute knows. ``state`` None: not in this cohort."""

    user_id: int
    name: str
    state: EnrolmentState | None = None
    is_suspended: bool = False
    is_staff_here: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the file and what follows from it. ``faults`` are (fault, column, value); ``row`` None when it is faulty."""

    number: int
    action: Action
    row: RosterRow | None = None
    person: KnownPerson | None = None
    faults: tuple[Problem, ...] = ()
    hindrance: Hindrance | None = None
    remarks: tuple[Remark, ...] = ()


def lines_of(
    rows: Sequence[RosterRow],
    problems: Sequence[Problem],
    known: Mapping[str, KnownPerson],
    organisations: frozenset[str],
) -> list[Line]:
    """Every line, errors first, else in the order of the file. ``known`` by address; ``organisations``: the names (as the file
    writes them) that the institute knows."""
    faulty: dict[int, list[Problem]] = {}
    for problem in problems:
        faulty.setdefault(problem.line, []).append(problem)
    lines = [Line(number, Action.ERROR, faults=tuple(faults)) for number, faults in faulty.items()]
    lines += [_line(row, known.get(row.email), organisations) for row in rows]
    return sorted(lines, key=lambda line: (line.action is not Action.ERROR, line.number))


def _line(row: RosterRow, person: KnownPerson | None, organisations: frozenset[str]) -> Line:
    unknown_organisation = (Remark.ORGANISATION_UNKNOWN,) if row.organisation not in organisations | {""} else ()
    if person is None:
        if not row.given or not row.family:
            return Line(row.line, Action.ERROR, row, hindrance=Hindrance.NAMES_MISSING)
        return Line(row.line, Action.CREATE, row, remarks=unknown_organisation)
    if person.state in SEATED:
        return Line(row.line, Action.UNCHANGED, row, person)
    hindrance = _hindrance(person)
    if hindrance:
        return Line(row.line, Action.ERROR, row, person, hindrance=hindrance)
    written = f"{row.given} {row.family}".strip()
    other_name = (Remark.KNOWN_AS,) if written and written.casefold() != person.name.casefold() else ()
    return Line(row.line, Action.ENROL, row, person, remarks=other_name)


def _hindrance(person: KnownPerson) -> Hindrance | None:
    if person.state is not None:
        return Hindrance.LEFT_BEFORE
    if person.is_suspended:
        return Hindrance.ACCESS_CLOSED
    return Hindrance.STAFF_HERE if person.is_staff_here else None


def count(lines: Sequence[Line]) -> dict[Action, int]:
    """How many lines of each kind."""
    return {action: sum(line.action is action for line in lines) for action in Action}


def to_follow(lines: Sequence[Line]) -> list[Line]:
    """Those that change something, in the order of the file."""
    return [line for line in lines if line.action in (Action.CREATE, Action.ENROL)]
