import pytest
from sqlalchemy.exc import IntegrityError

from lms import db
from lms.competencies import queries, services
from lms.competencies.models import Competency
from tests.conftest import Clock
from tests.factories import make_user


@pytest.fixture
def user_id(frame: None) -> int:
    db.session().add(Competency(
        code="DEV.1", family="DEV", scale="mastery", position=0, label_fr="Programmer", label_en="Program", references={}
    ))  # fmt: skip
    return make_user().id


class TestRecordAttainment:
    def test_notes_the_same_evidence_once(self, user_id: int) -> None:
        for _time in range(2):
            services.record_attainment(user_id, "DEV.1", mastery="N3", evidence="component:4")

        assert [row.mastery for row in queries.attainments_of([user_id])] == ["N3"]

    def test_keeps_a_later_level_beside_the_first(self, user_id: int, present: Clock) -> None:
        services.record_attainment(user_id, "DEV.1", transmission="T1", evidence="practice:1")
        present.forward(days=3)
        services.record_attainment(user_id, "DEV.1", mastery="N4", evidence="component:9")

        rows = queries.attainments_of([user_id])
        assert [(row.mastery, row.transmission) for row in rows] == [(None, "T1"), ("N4", None)]

    def test_refuses_a_competency_nobody_knows(self, user_id: int) -> None:
        with pytest.raises(IntegrityError):
            services.record_attainment(user_id, "DEV.9", mastery="N3", evidence="component:4")
