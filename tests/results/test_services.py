from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db
from lms.assessment.events import LiveMarkRecorded, PracticeSignedOff
from lms.assessment.models import LiveMark
from lms.clock import now
from lms.cohorts.models import Enrolment, EnrolmentState
from lms.competencies.models import Attainment, Competency
from lms.competencies.queries import attainments_of
from lms.permissions import INSTITUTE, Role
from lms.results import queries, services
from lms.results.models import ModuleResult
from lms.results.rules import ReasonCode
from lms.timetable.services import record_attendance
from tests.conftest import Statements
from tests.factories import make_cohort, make_component, make_enrolment, make_grant, make_module, make_user


def mark(enrolment: Enrolment, component_id: int, module_id: int, value: str) -> None:
    row = LiveMark(enrolment_id=enrolment.id, component_id=component_id, mark=Decimal(value), marked_at=now())
    db.session().add(row)
    db.session().flush()
    services.review_module(LiveMarkRecorded(enrolment.id, module_id, f"live_mark:{row.id}"))


def count_results(enrolment: Enrolment) -> int:
    rows = select(func.count()).select_from(ModuleResult).where(ModuleResult.enrolment_id == enrolment.id)
    return db.session().execute(rows).scalar_one()


@pytest.mark.usefixtures("frame")
class TestReviewModule:
    def test_keeps_each_result_and_lets_one_stand(self) -> None:
        module = make_module()
        part = make_component(module)
        enrolment = make_enrolment(make_cohort(modules=[module]))

        mark(enrolment, part.id, module.id, "9")
        mark(enrolment, part.id, module.id, "15")

        standing = queries.current_result(enrolment.id, module.id)
        assert standing is not None
        assert standing.mark == Decimal("15.00")
        assert count_results(enrolment) == 2

    def test_costs_six_statements_at_most(self, statements: Callable[[], AbstractContextManager[Statements]]) -> None:
        module = make_module()
        part = make_component(module)
        enrolment = make_enrolment(make_cohort(modules=[module]))
        mark(enrolment, part.id, module.id, "5")

        db.session().add(LiveMark(enrolment_id=enrolment.id, component_id=part.id, mark=Decimal(6), marked_at=now()))
        db.session().flush()
        with statements() as sent:
            services.review_module(LiveMarkRecorded(enrolment.id, module.id, "live_mark:2"))

        assert len(sent) <= 7, sent.seen  # one more where a result stands already and is superseded

    def test_writes_nothing_when_nothing_new_is_said(self) -> None:
        module = make_module()
        part = make_component(module)
        enrolment = make_enrolment(make_cohort(modules=[module]))

        mark(enrolment, part.id, module.id, "15")
        mark(enrolment, part.id, module.id, "15")

        assert count_results(enrolment) == 1

    def test_passes_when_attendance_arrives_last(self) -> None:
        module = make_module()
        part = make_component(module)
        enrolment = make_enrolment(make_cohort(modules=[module]))
        mark(enrolment, part.id, module.id, "15")
        assert [reason.code for reason in queries.why_not_yet(enrolment.id)] == [ReasonCode.ATTENDANCE_MISSING]

        record_attendance(enrolment.id, module.id, 2100, 2100, 2000, by=INSTITUTE)

        assert queries.why_not_yet(enrolment.id) == []

    def test_shows_the_mastery_a_component_proves_though_the_module_is_not_passed(self) -> None:
        db.session().add(Competency(
            code="DEV.1", family="DEV", scale="mastery", position=1, label_fr="Programmer", label_en="Program", references={}
        ))  # fmt: skip
        module = make_module(sheet={"competencies": [{"code": "DEV.1", "mastery": "N3", "transmission": "T2"}]})
        good = make_component(module, weight=50, competencies=["DEV.1"])
        bad = make_component(module, weight=50)
        enrolment = make_enrolment(make_cohort(modules=[module]))

        mark(enrolment, good.id, module.id, "14")
        mark(enrolment, bad.id, module.id, "4")
        services.show_first_transmission(PracticeSignedOff(enrolment.id, module.id, "practice_sign_off:1"))

        shown = (
            db.session()
            .execute(select(Attainment.mastery, Attainment.transmission).where(Attainment.user_id == enrolment.user_id))
            .all()
        )
        assert {tuple(row) for row in shown} == {("N3", None), (None, "T1")}

    def test_takes_mastery_back_when_the_mark_that_proved_it_falls(self) -> None:
        db.session().add(Competency(
            code="DEV.1", family="DEV", scale="mastery", position=1, label_fr="Programmer", label_en="Program", references={}
        ))  # fmt: skip
        module = make_module(sheet={"competencies": [{"code": "DEV.1", "mastery": "N3", "transmission": "T2"}]})
        part = make_component(module, competencies=["DEV.1"])
        enrolment = make_enrolment(make_cohort(modules=[module]))

        counted = []
        for value in ("14", "9", "13"):
            mark(enrolment, part.id, module.id, value)
            counted.append([row.mastery for row in attainments_of([enrolment.user_id])])

        assert counted == [["N3"], [], ["N3"]]

    def test_forgets_a_teaching_practice_signed_off_in_error(self) -> None:
        db.session().add(Competency(
            code="DEV.1", family="DEV", scale="mastery", position=1, label_fr="Programmer", label_en="Program", references={}
        ))  # fmt: skip
        module = make_module(sheet={"competencies": [{"code": "DEV.1", "mastery": "N3", "transmission": "T2"}]})
        enrolment = make_enrolment(make_cohort(modules=[module]))
        signed = PracticeSignedOff(enrolment.id, module.id, "practice_sign_off:1")
        services.show_first_transmission(signed)
        assert [row.transmission for row in attainments_of([enrolment.user_id])] == ["T1"]

        services.withdraw_first_transmission(signed)

        assert attainments_of([enrolment.user_id]) == []

    def test_says_no_for_those_who_left(self) -> None:
        module = make_module()
        part = make_component(module)
        enrolment = make_enrolment(make_cohort(modules=[module]))
        mark(enrolment, part.id, module.id, "15")
        record_attendance(enrolment.id, module.id, 2100, 2100, 2100, by=INSTITUTE)

        enrolment.state = EnrolmentState.WITHDRAWN
        db.session().flush()

        assert [reason.code for reason in queries.why_not_yet(enrolment.id)] == [ReasonCode.ENROLMENT_NOT_ACTIVE]


class TestGradebook:
    @pytest.mark.parametrize("people", [3, 60])
    def test_asks_six_statements_at_most_whatever_the_size(
        self,
        people: int,
        sign_in: Callable[[int], FlaskClient],
        statements: Callable[[], AbstractContextManager[Statements]],
    ) -> None:
        with db.transaction():
            module = make_module()
            part = make_component(module)
            cohort = make_cohort(modules=[module], capacity=100)
            for _number in range(people):
                mark(make_enrolment(cohort), part.id, module.id, "13")
            coordinator = make_user()
            make_grant(coordinator, Role.COORDINATOR)
        browser = sign_in(coordinator.id)

        with statements() as sent:
            page = browser.get(f"/cohorts/{cohort.id}/results")

        assert page.status_code == 200
        assert len(sent) <= 6
        assert page.text.count("<tr>") == min(people, 25) + 1

    def test_says_why_in_the_readers_language(self, sign_in: Callable[[int], FlaskClient]) -> None:
        with db.transaction():
            module = make_module("DEV-1")
            make_component(module)
            cohort = make_cohort(modules=[module])
            enrolment = make_enrolment(cohort)
            coordinator = make_user()
            make_grant(coordinator, Role.COORDINATOR)
        page = sign_in(coordinator.id).get(f"/cohorts/{cohort.id}/results/{enrolment.id}?lang=en")

        assert "DEV-1: nothing is assessed yet." in page.text
