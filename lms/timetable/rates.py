"""How much of a module somebody was there for (docs/rules.md §5). Pure and exact: rates are fractions.

Two rates say two things: *to date*, of what was held, and the *projected maximum*, if nothing more is missed. The day the
maximum falls under the threshold, attendance can no longer be reached.
"""

from dataclasses import dataclass
from fractions import Fraction

THRESHOLD = Fraction(80, 100)
LATE_TOLERANCE = 10
"""Minutes late that still count as being there from the start."""


@dataclass(frozen=True)
class Attendance:
    """Minutes of one participant in one module: 0 ≤ present ≤ held ≤ scheduled, and some are scheduled unless all are spared."""

    scheduled: int
    held: int
    present: int

    @property
    def to_date(self) -> Fraction | None:
        """Of what was held; None while nothing was."""
        return Fraction(self.present, self.held) if self.held else None

    @property
    def projected(self) -> Fraction:
        """The most that can still be reached; all of it when nothing is asked (``spared``)."""
        if not self.scheduled:
            return Fraction(1)
        return Fraction(self.present + self.scheduled - self.held, self.scheduled)

    @property
    def is_out_of_reach(self) -> bool:
        return self.projected < THRESHOLD

    @property
    def is_valid(self) -> bool:
        return 0 <= self.present <= self.held <= self.scheduled and self.scheduled > 0


def spared(attendance: Attendance, minutes: int) -> Attendance:
    """What is asked of somebody exempted from so many minutes (docs/rules.md §23): those they missed come off first, so that
    nobody stands worse for an exemption. Nothing scheduled any more: everything is reached."""
    scheduled = max(attendance.scheduled - minutes, 0)
    present = min(attendance.present, scheduled)
    held = min(max(attendance.held - minutes, present), scheduled)
    return Attendance(scheduled, held, present)


def counted_minutes(length: int, late_by: int) -> int:
    """What a session of this length counts for somebody who came late: ten minutes are forgiven, beyond them none is."""
    return length if late_by <= LATE_TOLERANCE else max(length - late_by, 0)


def is_correction(before: Attendance, after: Attendance) -> bool:
    """Whether the new minutes change what was said of sessions already held, rather than add sessions to them."""
    held, present = after.held - before.held, after.present - before.present
    return after.scheduled != before.scheduled or not 0 <= present <= held
