from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from lms.home.steps import Act, steps

TODAY = date(2026, 11, 23)


def day(count: int) -> date:
    return TODAY + timedelta(days=count)


def module(
    number: int = 1,
    *,
    opens: int = -5,
    due: int = 10,
    closes: int = 30,
    lessons: int = 0,
    done: int = 0,
    active: bool = True,
) -> Any:
    return SimpleNamespace(
        enrolment_id=1, module_id=number, opens_on=day(opens), due_on=day(due), closes_on=day(closes), lessons=lessons, done=done,
        is_active=active,
    )  # fmt: skip


def quiz(number: int = 1, *, attempts: int = 0, attempt_id: int | None = None) -> Any:
    return SimpleNamespace(
        enrolment_id=1, module_id=number, quiz_id=7, assignment_id=None, attempts=attempts, attempt_id=attempt_id
    )


def assignment(number: int = 1) -> Any:
    return SimpleNamespace(enrolment_id=1, module_id=number, quiz_id=None, assignment_id=9, attempts=0, attempt_id=None)


def acts(modules: list[Any], assessments: list[Any], handed_in: dict[tuple[int, int], str]) -> list[Act]:
    return [step.act for step in steps(modules, assessments, handed_in, TODAY)]


class TestSteps:
    def test_puts_what_is_due_first_on_top(self) -> None:
        found = steps([module(1, due=9, lessons=2), module(2, due=3, lessons=2)], [], {}, TODAY)

        assert [step.row.module_id for step in found] == [2, 1]

    def test_counts_the_lessons_that_are_left(self) -> None:
        (step,) = steps([module(lessons=5, done=3)], [], {}, TODAY)

        assert (step.act, step.left) == (Act.LESSONS, 2)

    def test_asks_for_nothing_that_is_done(self) -> None:
        handed_in = {(1, 9): "waiting"}
        assert acts([module(lessons=2, done=2)], [quiz(attempts=1), assignment()], handed_in) == []

    def test_asks_for_work_that_came_back_before_the_rest(self) -> None:
        assert acts([module(lessons=2)], [quiz(), assignment()], {(1, 9): "returned"}) == [
            Act.WORK_AGAIN,
            Act.LESSONS,
            Act.QUIZ,
        ]

    def test_leaves_work_alone_that_cannot_come_back(self) -> None:
        assert acts([module()], [assignment()], {(1, 9): "finished"}) == []
        assert acts([module()], [assignment()], {(1, 9): "accepted"}) == []

    def test_puts_an_open_attempt_before_everything(self) -> None:
        modules = [module(1, due=1, lessons=2), module(2, due=20)]
        assert acts(modules, [quiz(2, attempts=1, attempt_id=4)], {}) == [Act.ATTEMPT, Act.LESSONS]

    def test_waits_for_modules_to_open(self) -> None:
        assert acts([module(opens=1, lessons=2)], [quiz()], {}) == []

    def test_opens_on_the_very_day(self) -> None:
        assert acts([module(opens=0, lessons=2)], [], {}) == [Act.LESSONS]

    def test_lets_go_of_what_takes_no_more_work(self) -> None:
        assert acts([module(due=-9, closes=-1, lessons=2)], [quiz(), assignment()], {}) == []

    def test_asks_nothing_of_a_place_on_hold(self) -> None:
        assert acts([module(lessons=2, active=False)], [quiz()], {}) == []

    def test_says_what_is_late_and_what_is_near(self) -> None:
        late, near, far = steps(
            [module(1, due=-1, lessons=1), module(2, due=3, lessons=1), module(3, due=4, lessons=1)], [], {}, TODAY
        )
        assert [(s.is_late, s.is_near) for s in (late, near, far)] == [(True, False), (False, True), (False, False)]
