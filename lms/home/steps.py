"""What somebody should do next, by date. Pure: rows in, steps out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lms.cohorts.windows import WindowState, window_of

NEAR_DAYS = 3


class Act(StrEnum):
    """In the order in which they are proposed when due on the same day."""

    ATTEMPT = "attempt"  # a quiz begun and not handed in
    WORK_AGAIN = "work_again"  # returned with comments
    LESSONS = "lessons"
    QUIZ = "quiz"
    WORK = "work"


_ORDER = {act: place for place, act in enumerate(Act)}


@dataclass(frozen=True)
class Step:
    """One thing to do. ``row`` names it (titles) and holds what its address needs; ``left`` is how many lessons are to read."""

    act: Act
    due_on: date
    row: Any
    is_late: bool
    is_near: bool
    left: int = 0


def steps(
    modules: Sequence[Any], assessments: Iterable[Any], handed_in: Mapping[tuple[int, int], str], today: date
) -> list[Step]:
    """``modules``: rows with dates, ``lessons`` and ``done``. ``assessments``: rows with ``module_id`` and, of a quiz,
    ``attempts`` and ``attempt_id`` (the open one). ``handed_in``: the state of work by enrolment and assignment. What is
    not open yet, or takes no more work, asks for nothing."""
    open_modules = {
        (row.enrolment_id, row.module_id): row
        for row in modules
        if row.is_active and window_of(row, today) in (WindowState.OPEN, WindowState.OVERDUE)
    }
    found = [
        _step(Act.LESSONS, row, row, today, left=row.lessons - row.done)
        for row in open_modules.values()
        if row.done < row.lessons
    ]
    for row in assessments:
        module = open_modules.get((row.enrolment_id, row.module_id))
        act = _act(row, handed_in) if module else None
        if module and act:
            found.append(_step(act, module, row, today))
    return sorted(found, key=lambda step: (step.act is not Act.ATTEMPT, step.due_on, _ORDER[step.act]))


def _act(row: Any, handed_in: Mapping[tuple[int, int], str]) -> Act | None:
    if row.quiz_id:
        if row.attempt_id:
            return Act.ATTEMPT
        return None if row.attempts else Act.QUIZ
    state = handed_in.get((row.enrolment_id, row.assignment_id))
    if state is None:
        return Act.WORK
    return Act.WORK_AGAIN if state == "returned" else None


def _step(act: Act, module: Any, row: Any, today: date, *, left: int = 0) -> Step:
    days = (module.due_on - today).days
    return Step(act, module.due_on, row, is_late=days < 0, is_near=0 <= days <= NEAR_DAYS, left=left)
