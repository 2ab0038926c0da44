"""For what, at which level and until when somebody may teach. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """FA assists and co-delivers; FC delivers alone; FM also trains trainers."""

    FA = "FA"
    FC = "FC"
    FM = "FM"


ALONE = frozenset({Level.FC, Level.FM})
"""The levels that may hold a session without anybody beside them."""


@dataclass(frozen=True)
class Qualified:
    """A right to teach one track, or one module when ``module_code`` is named. Both days belong to it; ``until`` None: open."""

    level: Level
    track: str | None
    module_code: str | None
    since: date
    until: date | None


def covers(qualified: Qualified, *, track: str, module_code: str, day: date) -> bool:
    """Whether it counts for that module, of that track, on that day."""
    if day < qualified.since or (qualified.until is not None and day > qualified.until):
        return False
    if qualified.module_code is not None:
        return qualified.module_code == module_code
    return qualified.track == track
