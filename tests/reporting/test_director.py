import csv
import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db
from lms.accounts.models import Sex
from lms.clock import now
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.services import change_enrolment
from lms.permissions import Role
from lms.reporting.figures import Rate
from lms.reporting.kpis import Month
from lms.reporting.models import KpiValue
from lms.reporting.queries import director, kpis
from lms.reporting.services.freezing import freeze
from lms.results.models import ModuleResult
from tests.conftest import Clock, Statements
from tests.factories import actor, make_cohort, make_enrolment, make_module, make_passed_result, make_staff, make_user
from tests.reporting.test_cohort import make_attendance

SignIn = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]
NOVEMBER = Month(2026, 11)


def make_running(women: int = 6, men: int = 8, *, gone: int = 0) -> Cohort:
    module = make_module()
    cohort = make_cohort(modules=[module], capacity=women + men)
    for number in range(women + men):
        user = make_user("P", f"F{number}")
        user.sex = Sex.FEMALE if number < women else Sex.MALE
        state = EnrolmentState.WITHDRAWN if number < gone else EnrolmentState.ACTIVE
        enrolment = make_enrolment(cohort, user, state=state)
        db.session().flush()
        make_passed_result(enrolment, module.id, passed=number >= 5)
        make_attendance(enrolment.id, module.id, 420, 210)
    return cohort


def rates(month: Month = NOVEMBER) -> dict[str, Rate]:
    return {row.kpi.code: row.measured.rate for row in director.board(month).all_of("institute") if row.measured}


@pytest.mark.usefixtures("frame")
class TestBoard:
    def test_works_the_figures_out_from_what_is_recorded(self) -> None:
        make_running(gone=5)

        found = rates()

        assert found["04"] == Rate(9, 14)
        assert found["05"] == Rate(6, 14)
        assert found["13"] == Rate(5, 14)
        assert found["14"] == Rate(9, 14)
        assert found["11"].value == pytest.approx(0.5)
        assert "01" not in found  # no application is recorded
        assert "12" not in found

    def test_hides_a_small_part_in_every_scope_alike(self) -> None:
        cohort = make_running(women=4, men=9)
        board = director.board(NOVEMBER)

        for key in ("institute", "track:DEV", f"cohort:{cohort.id}"):
            (women,) = [row for row in board.all_of(key) if row.kpi.code == "05"]
            assert women.measured is None
            assert women.cover is not None

    def test_counts_an_enrolment_as_it_stood_at_the_end_of_the_month(self, present: Clock) -> None:
        cohort = make_running()
        enrolment = db.session().scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)).first()
        present.present = datetime(2026, 12, 2, 12, tzinfo=UTC)
        assert enrolment is not None
        change_enrolment(enrolment, EnrolmentState.WITHDRAWN, reason="Moved", by=actor(make_user()))
        present.present = datetime(2026, 12, 20, 12, tzinfo=UTC)

        assert rates(Month(2026, 12))["04"] == Rate(13, 14)

    def test_takes_a_result_for_the_first_sitting_and_for_the_end(self) -> None:
        cohort = make_running(women=5, men=5)
        failed = [row for row in db.session().scalars(select(Enrolment)) if row.cohort_id == cohort.id][:5]
        for enrolment in failed:
            (old,) = kpis_results(enrolment.id)
            old.superseded_at = now()
            db.session().flush()
            make_passed_result(enrolment, old.module_id)

        found = {row.kpi.code: row for row in director.board(NOVEMBER).all_of("institute")}

        assert found["14"].measured is not None
        assert found["14"].measured.rate == Rate(5, 10)
        assert found["15"].cover is not None  # nobody failed in the end: a rest of none is under five


def kpis_results(enrolment_id: int) -> Sequence[ModuleResult]:
    return db.session().scalars(select(ModuleResult).where(ModuleResult.enrolment_id == enrolment_id)).all()


@pytest.mark.usefixtures("frame")
class TestFreeze:
    def test_keeps_a_closed_month_for_good(self, present: Clock) -> None:
        make_running()
        present.present = datetime(2026, 12, 4, 12, tzinfo=UTC)
        assert kpis.months_to_freeze() == []
        present.present = datetime(2026, 12, 5, 12, tzinfo=UTC)
        assert kpis.months_to_freeze() == [NOVEMBER]

        assert freeze(NOVEMBER) > 0
        before = rates()
        make_running(women=20, men=30)
        for enrolment in db.session().scalars(select(Enrolment)):
            enrolment.state = EnrolmentState.WITHDRAWN
        db.session().flush()

        assert director.board(NOVEMBER).is_closed
        assert rates() == before
        assert freeze(NOVEMBER) == 0
        assert kpis.months_to_freeze() == []

    def test_never_changes_what_is_kept(self) -> None:
        make_running()
        freeze(NOVEMBER)
        db.session().scalars(select(KpiValue)).first().numerator = 99  # type: ignore[union-attr]

        with pytest.raises(RuntimeError):
            db.session().flush()


class TestPages:
    def test_show_a_figure_with_its_definition_and_the_list_behind_it(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort = make_running()
            lead, committee, learner = make_staff().id, make_staff(Role.COMMITTEE).id, make_user().id
            name, cohort_id = cohort.name, cohort.id
            freeze(Month(2026, 10))
        browser = sign_in(lead)

        board = browser.get("/figures").text
        for words in (
            "Women",
            "42.9%",
            "6 / 14",
            "no data yet",
            "No application is recorded in this period.",
        ):
            assert words in board
        page = browser.get("/figures/05").text
        for words in (
            "Numerator",
            "Denominator",
            "Left out",
            "none is set",
            "The whole institute",
            "Part by part",
            "<svg",
        ):
            assert words in page
        track = browser.get("/figures/05?scope=track:DEV").text
        assert name in track
        assert f"/cohorts/{cohort_id}" in track
        outside = sign_in(committee).get("/figures/05?scope=track:DEV").text
        assert "42.9%" in outside
        assert f'href="/cohorts/{cohort_id}"' not in outside  # the list is for those who may see the cohort
        assert sign_in(learner).get("/figures").status_code == 403
        assert browser.get("/figures/99").status_code == 404
        assert browser.get("/figures?scope=track:XXX").status_code == 404
        assert "nothing to count" in browser.get("/figures?period=2025-01").text

    def test_show_a_coordinator_of_one_cohort_that_cohort_alone(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            mine, other = make_running(), make_running()
            lead, mine_id, other_id = make_staff(Role.COORDINATOR, mine.id).id, mine.id, other.id
        browser = sign_in(lead)

        page = browser.get("/figures").text
        assert f"cohort:{mine_id}" in page
        assert f"cohort:{other_id}" not in page
        assert browser.get("/figures?scope=institute").status_code == 404
        assert browser.get(f"/figures/05?scope=cohort:{other_id}").status_code == 404

    def test_send_as_many_statements_for_one_cohort_as_for_ten(
        self, fresh: object, sign_in: SignIn, statements: Count
    ) -> None:
        with db.transaction():
            lead = make_staff().id
        browser, counts = sign_in(lead), []
        for cohorts in (1, 9):
            with db.transaction():
                for _number in range(cohorts):
                    make_running(women=5, men=5)
            browser.get("/figures")
            with statements() as sent:
                assert browser.get("/figures").status_code == 200
            counts.append(len(sent))

        assert counts[0] == counts[1]
        assert counts[0] <= 10


class TestExport:
    def test_hides_what_the_page_hides(self, fresh: object, sign_in: SignIn) -> None:
        """Four women: neither the share nor the numbers it would be worked out from, in no scope (INV-16)."""
        with db.transaction():
            make_running(women=4, men=9)
            reader = make_staff(Role.COMMITTEE).id
        browser = sign_in(reader)
        sent = [browser.post(address).data for address in ("/figures/05/export?as=csv", "/figures/export?as=csv")]
        lines = [line for one in sent for line in csv.DictReader(io.StringIO(one.decode("utf-8-sig")))]

        hidden = [line for line in lines if line["figure"] == "05"]
        assert len(hidden) == 3
        for line in hidden:
            assert line["hidden"] in {"small", "other"}
            assert {line[name] for name in ("percent", "numerator", "denominator", "left_out")} == {""}
        assert any(line["percent"] for line in lines)
