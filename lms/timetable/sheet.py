"""What a line of an attendance sheet says, and what it counts (docs/rules.md §5). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lms.timetable.rates import Attendance, counted_minutes

MADE_UP_AT_MOST = Fraction(20, 100)
"""Of the scheduled minutes of a module."""
JUSTIFIED_WITHIN = 5
"""Working days after the session."""


class Presence(StrEnum):
    """EXPECTED: nobody has said anything yet. ABSENT waits for a justification until the delay is over."""

    EXPECTED = "expected"
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


_P = Presence
ABSENCES = frozenset({_P.ABSENT, _P.JUSTIFIED, _P.UNJUSTIFIED})
TAKEN = frozenset({_P.PRESENT, _P.LATE, _P.ABSENT})
"""What somebody who takes attendance may say; the others follow from a justification or from its delay."""

FOLLOWING: Mapping[Presence, frozenset[Presence]] = {
    _P.EXPECTED: TAKEN,
    _P.PRESENT: TAKEN,
    _P.LATE: TAKEN,
    _P.ABSENT: TAKEN | {_P.JUSTIFIED, _P.UNJUSTIFIED},
    _P.JUSTIFIED: frozenset(),
    _P.UNJUSTIFIED: frozenset(),
}


def may_follow(presence: Presence, new: Presence) -> bool:
    """On an open sheet. Once it is locked, only a correction says something else."""
    return new in FOLLOWING[presence]


@dataclass(frozen=True)
class Line:
    """One person in one session of ``length`` minutes.

    ``minutes`` are those somebody present was there, all of them for None; or those by which somebody came late.
    ``made_up`` are minutes of a justified absence or of a late arrival, worked off later with evidence.
    """

    length: int
    presence: Presence
    minutes: int | None = None
    made_up: int = 0

    @property
    def counted(self) -> int:
        """Minutes of presence, what was made up apart: never more than the session has (INV-05)."""
        if self.presence is Presence.LATE:
            return counted_minutes(self.length, self.minutes or 0)
        if self.presence is Presence.PRESENT:
            return self.length if self.minutes is None else min(self.minutes, self.length)
        return 0

    @property
    def missed(self) -> int:
        return self.length - self.counted

    @property
    def is_valid(self) -> bool:
        """Whether the minutes are possible, and what was made up had been missed with the right to make it up."""
        if self.minutes is not None and not 0 <= self.minutes <= self.length:
            return False
        if self.presence is Presence.LATE and not self.minutes:
            return False
        if self.made_up and self.presence not in (Presence.JUSTIFIED, Presence.LATE):
            return False
        return 0 <= self.made_up <= self.missed


def attendance_from(scheduled: int, lines: Iterable[Line]) -> Attendance:
    """The minutes of one person in one module from the lines of all sessions held.

    What is made up counts as presence, up to a fifth of the module. Sessions held beyond what was scheduled raise it.
    """
    held = present = made_up = 0
    for line in lines:
        held += line.length
        present += line.counted
        made_up += line.made_up
    scheduled = max(scheduled, held)
    return Attendance(scheduled, held, present + min(made_up, most_made_up(scheduled)))


def most_made_up(scheduled: int) -> int:
    """How many minutes of a module somebody may make up in all."""
    return int(MADE_UP_AT_MOST * scheduled)


def turns_unreachable(before: Attendance | None, after: Attendance) -> bool:
    """Whether this is the evening on which the red flag goes up: once, and not again while it stays up."""
    return after.is_out_of_reach and (before is None or not before.is_out_of_reach)


def may_still_justify(last_day: date, today: date) -> bool:
    """``last_day`` is the last one of the delay, itself included."""
    return today <= last_day
