"""Decisions contested in time, answered by somebody who had no part in them, and carried out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.accounts.models import User
from lms.admissions import queries, services
from lms.admissions.lifecycle import AppealOutcome, AppealStage, ApplicationState, CallState, CriterionKind
from lms.admissions.models import Appeal, Application, Assignment
from lms.admissions.queries import appeals as reads
from lms.admissions.services import appeals, results, selection
from lms.admissions.services.appeals import AppealRefused
from lms.clock import now, today
from lms.errors import Missing
from lms.permissions import INSTITUTE, Role
from lms.working_days import add_working_days
from tests.admissions.makers import make_application, make_call
from tests.conftest import Clock
from tests.factories import actor, make_organisation, make_staff

S = ApplicationState
SignIn = Callable[[int], FlaskClient]


def make_refused() -> tuple[Application, User]:
    """A file found not eligible just now, and who found so."""
    decided_by = make_staff()
    file = make_application(make_call(), S.COMPLETE)
    selection.examine(file.id, S.INELIGIBLE, by=actor(decided_by), reason="Too few years.")
    return file, decided_by


def lodge(file: Application) -> Appeal:
    return services.lodge_appeal(file.id, "I have ten years.", by=services.APPLICANT)


@pytest.mark.usefixtures("frame")
class TestLodgeAppeal:
    def test_is_once_and_within_ten_working_days(self, present: Clock) -> None:
        file, _by = make_refused()
        found = queries.contestable(file)
        assert found is not None
        assert found[1] == add_working_days(today(), 10)
        with pytest.raises(AppealRefused, match="Say why"):
            services.lodge_appeal(file.id, " ", by=services.APPLICANT)
        present.forward(days=(found[1] - today()).days)
        appeal = lodge(file)
        assert (appeal.stage, appeal.answer_by) == (AppealStage.LODGED, add_working_days(today(), 20))
        with pytest.raises(AppealRefused, match="contested already"):
            lodge(file)

    def test_refuses_the_day_after_and_what_is_no_decision(self, present: Clock) -> None:
        file, _by = make_refused()
        present.forward(days=(add_working_days(today(), 10) - today()).days + 1)
        with pytest.raises(AppealRefused, match="they are over"):
            lodge(file)
        with pytest.raises(AppealRefused, match="no decision"):
            lodge(make_application(make_call(), S.ELIGIBLE))


@pytest.mark.usefixtures("frame")
class TestJudges:
    def test_had_no_part_in_the_decision(self) -> None:
        firm = make_organisation()
        file, decided_by = make_refused()
        file.organisation_id = firm.id
        examiner, colleague, other = (make_staff(Role.ASSESSOR) for _person in range(3))
        colleague.organisation_id = firm.id
        appeal = lodge(file)
        db.session().add(Assignment(application_id=file.id, user_id=examiner.id, assigned_at=now()))
        db.session().flush()
        able = {row.id for row in reads.judges(appeal)}
        assert other.id in able
        assert not able & {decided_by.id, examiner.id, colleague.id}
        for person in (decided_by, examiner, colleague):
            with pytest.raises(AppealRefused):
                appeals.assign_appeal(appeal.id, person.id, by=INSTITUTE)


@pytest.mark.usefixtures("frame")
class TestDecideAppeal:
    def test_upheld_puts_the_file_back_where_it_was(self) -> None:
        file, _by = make_refused()
        judge, stranger = make_staff(Role.ASSESSOR), make_staff(Role.ASSESSOR)
        appeal = lodge(file)
        with pytest.raises(Missing):
            appeals.decide_appeal(appeal.id, AppealOutcome.UPHELD, reason="x", by=actor(judge))
        appeals.assign_appeal(appeal.id, judge.id, by=INSTITUTE)
        with pytest.raises(Missing):
            appeals.decide_appeal(appeal.id, AppealOutcome.UPHELD, reason="x", by=actor(stranger))
        with pytest.raises(AppealRefused, match="the applicant reads it"):
            appeals.decide_appeal(appeal.id, AppealOutcome.UPHELD, reason=" ", by=actor(judge))
        appeals.decide_appeal(appeal.id, AppealOutcome.UPHELD, reason="The years count.", by=actor(judge))
        assert (file.state, appeal.stage) == (S.ELIGIBLE, AppealStage.CLOSED)
        assert queries.events_of(file.id)[-1].reason == "The years count."
        with pytest.raises(AppealRefused, match="answered already"):
            appeals.decide_appeal(appeal.id, AppealOutcome.MAINTAINED, reason="x", by=actor(judge))

    def test_maintained_and_turned_down_change_nothing(self) -> None:
        judge = make_staff(Role.ASSESSOR)
        kept, turned = make_refused()[0], make_refused()[0]
        first, second = lodge(kept), lodge(turned)
        appeals.assign_appeal(first.id, judge.id, by=INSTITUTE)
        with pytest.raises(AppealRefused, match="examines this appeal already"):
            appeals.turn_down_appeal(first.id, reason="x", by=INSTITUTE)
        appeals.decide_appeal(first.id, AppealOutcome.MAINTAINED, reason="Still too few.", by=actor(judge))
        appeals.turn_down_appeal(second.id, reason="Not about the decision.", by=INSTITUTE)
        assert [kept.state, turned.state] == [S.INELIGIBLE] * 2
        assert [first.outcome, second.outcome] == [AppealOutcome.MAINTAINED, AppealOutcome.INADMISSIBLE]

    def test_upheld_after_the_results_has_the_next_place_before_every_rank(self) -> None:
        call = make_call(places=1, waiting_places=1, women_percent=0, points={CriterionKind.EXPERIENCE: 20})
        first, second, third = (make_application(call, S.INTERVIEWED, years_teaching=9 - n) for n in range(3))
        out = make_application(call, S.COMPLETE)
        selection.examine(out.id, S.INELIGIBLE, by=INSTITUTE, reason="Too few years.")
        call.state = CallState.CLOSED
        results.make_ranking(call.id, by=INSTITUTE)
        results.publish_results(call.id, by=INSTITUTE)
        judge = make_staff(Role.ASSESSOR)
        for file in (third, out):
            appeal = lodge(file)
            appeals.assign_appeal(appeal.id, judge.id, by=INSTITUTE)
            appeals.decide_appeal(appeal.id, AppealOutcome.UPHELD, reason="An error.", by=actor(judge))
        assert [third.state, out.state] == [S.WAITLISTED] * 2
        for leaving, called in ((first, third), (third, out), (out, second)):
            services.decline_offer(leaving.id, by=services.APPLICANT)
            assert called.state == S.OFFERED


class TestPages:
    def test_lead_an_appeal_from_its_lodging_to_the_answer(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            file, decided_by = make_refused()
            judge, manager = make_staff(Role.ASSESSOR), make_staff()
            path = f"/admissions/{file.call_id}/appeals"
            people = manager.id, judge.id, decided_by.id
        staff, answering = sign_in(people[0]), sign_in(people[1])
        assert "No appeal was lodged." in staff.get(path).text
        with db.transaction():
            appeal_id = lodge(db.session().get_one(Application, file.id)).id
        assert "to be assigned" in staff.get(path).text
        assert answering.get(f"/examining/appeals/{appeal_id}").status_code == 404
        one = f"{path}/{appeal_id}"
        assert staff.post(f"{one}/turn-down", data={"reason": ""}).status_code == 422
        assert staff.post(f"{one}/judge", data={"judge": people[2]}).status_code == 422
        assert staff.post(f"{one}/judge", data={"judge": people[1]}).status_code == 303
        assert "Appeals to answer" in answering.get("/examining").text
        page = answering.get(f"/examining/appeals/{appeal_id}").text
        assert "I have ten years." in page
        done = answering.post(
            f"/examining/appeals/{appeal_id}", data={"outcome": "upheld", "reason": "It counts."}, follow_redirects=True
        )
        assert "The appeal is answered" in done.text
        assert "The appeal is upheld" in staff.get(path).text
        assert "It counts." in staff.get(one).text

    def test_show_what_is_overdue(self, fresh: Flask, sign_in: SignIn) -> None:
        with db.transaction():
            appeal = lodge(make_refused()[0])
            appeal.answer_by = today() - timedelta(days=1)
            call_id, manager = db.session().get_one(Application, appeal.application_id).call_id, make_staff().id
        assert "overdue" in sign_in(manager).get(f"/admissions/{call_id}/appeals").text
