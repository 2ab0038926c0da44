import pytest
from sqlalchemy.exc import IntegrityError

from lms import db
from lms.competencies import queries, services
from lms.competencies.models import Competency
from lms.competencies.services import Shown
from tests.conftest import Clock
from tests.factories import make_user


@pytest.fixture
def user_id(frame: None) -> int:
    db.session().add(Competency(
        code="DEV.1", family="DEV", scale="mastery", position=0, label_fr="Programmer", label_en="Program", references={}
    ))  # fmt: skip
    return make_user().id


class TestSettleAttainments:
    def test_notes_the_same_evidence_once(self, user_id: int) -> None:
        for _time in range(2):
            services.settle_attainments(user_id, {"component:4": [Shown("DEV.1", mastery="N3")]})
            db.session().flush()

        assert [row.mastery for row in queries.attainments_of([user_id])] == ["N3"]

    def test_keeps_a_later_level_beside_the_first(self, user_id: int, present: Clock) -> None:
        services.settle_attainments(user_id, {"practice:1": [Shown("DEV.1", transmission="T1")]})
        present.forward(days=3)
        services.settle_attainments(user_id, {"component:9": [Shown("DEV.1", mastery="N4")]})
        db.session().flush()

        rows = queries.attainments_of([user_id])
        assert [(row.mastery, row.transmission) for row in rows] == [(None, "T1"), ("N4", None)]

    def test_stops_counting_what_the_evidence_no_longer_shows(self, user_id: int) -> None:
        counted = []
        for shown in ([Shown("DEV.1", mastery="N3")], [], [Shown("DEV.1", mastery="N3")]):
            services.settle_attainments(user_id, {"component:4": shown})
            db.session().flush()
            counted.append(len(queries.attainments_of([user_id])))

        assert counted == [1, 0, 1]

    def test_refuses_a_competency_nobody_knows(self, user_id: int) -> None:
        services.settle_attainments(user_id, {"component:4": [Shown("DEV.9", mastery="N3")]})

        with pytest.raises(IntegrityError):
            db.session().flush()
