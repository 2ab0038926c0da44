"""What happened, and when: written in any order, played in the order of time with the clock at each moment."""

from collections.abc import Callable, Iterator
from datetime import datetime

from lms import clock

Act = Callable[[], None]


class Diary:
    """Acts are written before they are played; what one of them finds out, others learn from what they share."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []

    def note(self, at: datetime, act: Act) -> None:
        """Acts of the same moment keep the order in which they were written."""
        self._acts.append((at, len(self._acts), act))

    def play(self, until: datetime) -> Iterator[tuple[int, int]]:
        """Do everything that has happened by then, and say after each how much is done, of how much. What comes later is
        left out."""
        past = sorted(act for act in self._acts if act[0] < until)
        moment = until
        with clock.moved(lambda: moment):
            for done, (at, _number, act) in enumerate(past, 1):
                moment = at
                act()
                yield done, len(past)
