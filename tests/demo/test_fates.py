from collections import Counter

import pytest

from lms.demo.fates import LEAVING, fates
from lms.demo.people import participants
from lms.demo.stories import Intake, Turn


class TestFates:
    def test_are_the_same_for_the_same_seed(self) -> None:
        people = participants(7)

        assert fates(people, 7) == fates(people, 7)

    @pytest.mark.parametrize("seed", [0, 7, 2027])
    def test_let_86_in_a_hundred_modules_pass_at_once(self, seed: int) -> None:
        people = [person for person in participants(seed) if person.intake is Intake.FINISHED]
        turns = Counter(fate.turn for email, fate in fates(people, seed).items())
        staying = len(people) - sum(turns[turn] for turn in LEAVING)

        again = turns[Turn.LIVE_RESIT] + turns[Turn.WORK_RESIT] + turns[Turn.NOT_YET]

        assert again / (2 * staying) == pytest.approx(0.14, abs=0.01)

    def test_ask_a_second_performance_only_where_there_is_one(self) -> None:
        people = participants(2027)
        found = fates(people, 2027)

        assert not [
            person for person in people if person.track == "CLD" and found[person.email].turn is Turn.LIVE_RESIT
        ]

    def test_follow_the_stories(self) -> None:
        people = participants(2027)
        found = fates(people, 2027)
        told = {person.story: found[person.email].turn for person in people if person.story}

        assert told["ilyas"] is Turn.NOT_YET
        assert told["youssef"] is Turn.LIVE_RESIT
        assert told["hajar"] is Turn.SECOND_REVIEW
