"""What becomes of each participant: how each assessment goes, how often they are there. Pure.

The marks aimed at are shaped like a real intake: 86 % of modules passed at the first sitting, 92 % attendance, some second
sittings, a few who leave. What is recorded in the end is what the institute's own grading makes of the answers and levels.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lms.demo.people import Person
from lms.demo.stories import STORIES, Intake, Turn

_T = Turn
TURNS: dict[Intake, dict[Turn, int]] = {
    Intake.FINISHED: {
        _T.SECOND_REVIEW: 1, _T.LIVE_RESIT: 4, _T.WORK_RESIT: 4, _T.NOT_YET: 2, _T.ABSENT: 1, _T.MADE_UP: 2, _T.WITHDRAWN: 2,
        _T.EXCLUDED: 1, _T.DEFERRED: 1,
    },
    Intake.RUNNING: {
        _T.LIVE_RESIT: 4, _T.WORK_RESIT: 4, _T.NOT_YET: 2, _T.ABSENT: 1, _T.MADE_UP: 2, _T.WITHDRAWN: 2, _T.DEFERRED: 1,
    },
    Intake.COMING: {_T.WITHDRAWN: 1},
}  # fmt: skip
"""How many of each intake; all others go smoothly."""

LEAVING = {_T.WITHDRAWN, _T.EXCLUDED, _T.DEFERRED}
WITHOUT_LIVE = {"CLD"}
"""The tracks whose first module has nothing judged on the spot: a second sitting there is a second submission."""

HALF_DAY = 210


@dataclass(frozen=True)
class Course:
    """How one module goes: the share of each quiz attempt, the mark aimed at for each submission and each live sitting,
    half-days missed, minutes late, and whether a half-day is made up."""

    quiz: tuple[float, ...]
    work: tuple[float, ...]
    live: tuple[float, ...]
    missed: int
    late: int
    made_up: bool = False
    second_review: bool = False


@dataclass(frozen=True)
class Fate:
    """A participant's way: one ``Course`` for the first module, one for the last. ``strength`` from 0 to 1."""

    turn: Turn
    strength: float
    first: Course
    last: Course

    def course(self, *, is_last: bool) -> Course:
        return self.last if is_last else self.first


def fates(people: Sequence[Person], seed: int) -> dict[str, Fate]:
    """The fate of each, by e-mail address."""
    told = {story.key: story.turn for story in STORIES}
    found: dict[str, Fate] = {}
    for intake, quotas in TURNS.items():
        here = [person for person in people if person.intake is intake]
        random = Random(f"turns {seed} {intake}")
        used = Counter(told[person.story] for person in here if person.story)
        left = list((Counter(quotas) - used).elements())
        others = [person for person in here if not person.story]
        left += [Turn.SMOOTH] * (len(others) - len(left))
        random.shuffle(left)
        for person in here:
            turn = told[person.story] if person.story else left.pop()
            if turn is Turn.LIVE_RESIT and person.track in WITHOUT_LIVE:
                turn = Turn.WORK_RESIT
            found[person.email] = _fate(turn, Random(f"fate {seed} {person.email}"))
    return found


def _fate(turn: Turn, random: Random) -> Fate:
    strength = min(1.0, max(0.0, random.gauss(0.55, 0.22)))
    if turn is Turn.NOT_YET:
        strength = 1.0
    if turn is Turn.SECOND_REVIEW:
        strength = 0.9
    return Fate(turn, strength, _first(turn, strength, random), _last(turn, strength, random))


def _first(turn: Turn, strength: float, random: Random) -> Course:
    missed, late = _absences(random)
    if turn in (Turn.ABSENT, Turn.MADE_UP):
        missed, late = 2, 15
    live = (random.uniform(6, 7.5), random.uniform(12.5, 14)) if turn is Turn.LIVE_RESIT else (_mark(strength, random),)
    return Course(
        _quiz(strength, random), (_mark(strength, random),), live, missed, late, made_up=turn is Turn.MADE_UP,
        second_review=turn is Turn.SECOND_REVIEW,
    )  # fmt: skip


def _last(turn: Turn, strength: float, random: Random) -> Course:
    missed, late = _absences(random)
    work: tuple[float, ...] = (_mark(strength, random),)
    if turn is Turn.WORK_RESIT:
        work = (random.uniform(6.2, 7.3), random.uniform(12.5, 15))
    if turn is Turn.NOT_YET:
        work = (random.uniform(5.8, 6.6), random.uniform(6.8, 7.4))
    return Course(_quiz(strength, random), work, (_mark(strength, random),), missed, late)


def _mark(strength: float, random: Random) -> float:
    return min(19.0, max(12.6, 12.2 + 5.5 * strength + random.uniform(-1, 1.2)))


def _quiz(strength: float, random: Random) -> tuple[float, ...]:
    best = min(1.0, max(0.64, 0.62 + 0.34 * strength + random.uniform(-0.05, 0.08)))
    return (best - random.uniform(0.15, 0.3), best) if random.random() < 0.3 else (best,)


def _absences(random: Random) -> tuple[int, int]:
    return (1 if random.random() < 0.38 else 0), random.choice((0, 0, 5, 15, 20, 25, 40))
