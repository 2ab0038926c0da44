from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from lms import db
from lms.accounts.models import SignIn, User
from lms.clock import now
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.permissions import Role
from lms.reporting import queries
from lms.reporting.filters import Filter
from lms.reporting.models import Channel, SavedView
from lms.reporting.services import log_contact
from lms.results.models import ModuleResult
from lms.results.queries import eligibility_of
from lms.results.rules import ReasonCode
from lms.timetable.models import AttendanceRecord
from tests.conftest import Clock, Statements
from tests.factories import (
    actor,
    make_assignment,
    make_cohort,
    make_component,
    make_enrolment,
    make_module,
    make_passed_result,
    make_staff,
    make_submission,
    make_user,
)
from tests.reporting.test_cohort import make_attendance

SignIn_ = Callable[[int], FlaskClient]
Count = Callable[[], AbstractContextManager[Statements]]
FEW, MANY, CROWD = 3, 60, 3000


def names(screen: queries.CohortScreen) -> list[str]:
    return [person.row.family_name for person in screen.people.rows]


def shown(cohort_id: int, **chosen: object) -> list[str]:
    return names(queries.cohort_screen(cohort_id, Filter(**chosen), reader=None))  # type: ignore[arg-type]


def make_mixed() -> Cohort:
    """Two modules. Passed has passed both, Failed failed the first, Fresh has no result, Gone left."""
    modules = [make_module("DEV-1"), make_module("DEV-2")]
    cohort = make_cohort(modules=modules)
    people = {name: make_enrolment(cohort, make_user("X", name)) for name in ("Passed", "Failed", "Fresh")}
    make_enrolment(cohort, make_user("X", "Gone"), state=EnrolmentState.WITHDRAWN)
    db.session().flush()
    for module in modules:
        make_passed_result(people["Passed"], module.id)
    make_passed_result(people["Failed"], modules[0].id, passed=False)
    return cohort


def make_crowd(people: int) -> int:
    """As many participants, each with a result and attendance in each of two modules, some of them at risk."""
    modules = [make_module("DEV-1"), make_module("DEV-2")]
    cohort = make_cohort(modules=modules, capacity=people)
    session = db.session()
    session.execute(insert(User), [
        {"email": f"{cohort.id}-{n}@example.ma", "given_name": "P", "family_name": f"Family {n:05}", "search_name": f"p {n}",
         "created_at": now()} for n in range(people)
    ])  # fmt: skip
    users = session.scalars(select(User.id).where(User.email.startswith(f"{cohort.id}-")))
    session.execute(insert(Enrolment), [
        {"cohort_id": cohort.id, "user_id": user, "state": "active", "enrolled_at": now()} for user in users
    ])  # fmt: skip
    places = session.scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)).all()
    session.execute(insert(ModuleResult), [
        {"enrolment_id": place, "module_id": module.id, "mark": 14, "passed": True, "components": {}, "reasons": [],
         "rules": "1", "cause": "test", "decided_at": now()} for place in places for module in modules
    ])  # fmt: skip
    session.execute(insert(AttendanceRecord), [
        {"enrolment_id": place, "module_id": modules[0].id, "scheduled_minutes": 2100, "held_minutes": 420,
         "present_minutes": 420, "recorded_at": now()} for place in places
    ])  # fmt: skip
    return cohort.id


@pytest.mark.usefixtures("frame")
class TestFilters:
    def test_chooses_by_state_module_and_search(self) -> None:
        cohort_id = make_mixed().id

        assert shown(cohort_id) == ["Failed", "Fresh", "Gone", "Passed"]
        assert shown(cohort_id, state=EnrolmentState.WITHDRAWN) == ["Gone"]
        assert shown(cohort_id, search="fail") == ["Failed"]
        one = queries.cohort_screen(cohort_id, Filter(module="DEV-2"), reader=None)
        assert [module.code for module in one.shown] == ["DEV-2"]
        assert len(one.modules) == 2

    @pytest.mark.parametrize("code", list(ReasonCode))
    def test_finds_exactly_those_the_eligibility_function_blocks_for_that_reason(self, code: ReasonCode) -> None:
        cohort = make_mixed()
        people = {person.row.id: person.row.family_name for person in queries.whole_cohort(cohort.id, Filter())[1]}
        blocked = {
            people[enrolment_id]
            for enrolment_id, reasons in eligibility_of(list(people)).items()
            if code in {reason.code for reason in reasons}
        }

        assert set(shown(cohort.id, blocked_by=code)) == blocked

    def test_narrows_a_reason_to_one_module(self) -> None:
        cohort_id = make_mixed().id

        assert shown(cohort_id, blocked_by=ReasonCode.MARK_TOO_LOW, module="DEV-1") == ["Failed"]
        assert shown(cohort_id, blocked_by=ReasonCode.MARK_TOO_LOW, module="DEV-2") == []
        assert shown(cohort_id, blocked_by=ReasonCode.NOT_ASSESSED, module="DEV-2") == ["Failed", "Fresh", "Gone"]

    def test_shows_the_reasons_of_the_eligibility_function_itself(self) -> None:
        cohort = make_mixed()
        screen = queries.cohort_screen(cohort.id, Filter(), reader=None)

        expected = eligibility_of([person.row.id for person in screen.people.rows])
        assert {person.row.id: person.reasons for person in screen.people.rows} == expected

    def test_pages_through_those_at_risk_without_losing_or_repeating_one(self) -> None:
        module = make_module("DEV-1")
        cohort = make_cohort(modules=[module], capacity=80)
        for number in range(60):
            enrolment = make_enrolment(cohort, make_user("P", f"Family {number:03}"))
            db.session().flush()
            make_attendance(enrolment.id, module.id, 1050, 0 if number % 2 else 1050)
        seen, after = list[str](), None
        while True:
            screen = queries.cohort_screen(cohort.id, Filter(at_risk=True), reader=None, after=after)
            seen += names(screen)
            after = screen.people.next
            if after is None:
                break

        assert seen == [f"Family {number:03}" for number in range(1, 60, 2)]

    def test_calls_nobody_late_whose_work_waits_for_a_judgement(self) -> None:
        module = make_module("DEV-1")
        make_component(module, "work", kind="assignment")
        assignment = make_assignment(module)
        cohort = make_cohort(modules=[module])
        late, waits = make_enrolment(cohort, make_user("X", "Late")), make_enrolment(cohort, make_user("X", "Waits"))
        db.session().get_one(CohortModule, (cohort.id, module.id)).due_on = now().date() - timedelta(days=2)
        db.session().flush()
        make_submission(waits, assignment)
        assert late.id

        assert shown(cohort.id, at_risk=True) == ["Late"]

    def test_calls_nobody_at_risk_before_the_first_day_or_after_they_left(self) -> None:
        module = make_module("DEV-1")
        for cohort, state in (
            (make_cohort(modules=[module], starts_in=3), EnrolmentState.ACTIVE),
            (make_cohort(modules=[module], starts_in=-90), EnrolmentState.ACTIVE),
            (make_cohort(modules=[module]), EnrolmentState.WITHDRAWN),
        ):
            enrolment = make_enrolment(cohort, state=state)
            db.session().flush()
            make_attendance(enrolment.id, module.id, 2100, 0)
            assert shown(cohort.id, at_risk=True) == []


class TestStatements:
    @pytest.mark.parametrize(
        "address", ["", "?at_risk=1", "?blocked_by=not_assessed&module=DEV-1&state=active&search=p"]
    )
    def test_are_as_many_for_few_for_many_and_for_a_crowd(
        self, fresh: object, sign_in: SignIn_, statements: Count, address: str
    ) -> None:
        counts = []
        with db.transaction():
            lead = make_staff().id
        browser = sign_in(lead)
        for people in (FEW, MANY, CROWD) if not address else (FEW, MANY):
            with db.transaction():
                cohort_id = make_crowd(people)
            browser.get(f"/cohorts/{cohort_id}{address}")
            with statements() as sent:
                assert browser.get(f"/cohorts/{cohort_id}{address}").status_code == 200
            counts.append(len(sent))

        assert len(set(counts)) == 1
        assert counts[0] <= 8


class TestChoosing:
    def test_lets_those_who_may_only_write_choose_whom_to_write_to(self, fresh: object, sign_in: SignIn_) -> None:
        with db.transaction():
            cohort_id, facilitator, auditor = (
                make_mixed().id,
                make_staff(Role.FACILITATOR).id,
                make_staff(Role.AUDITOR).id,
            )

        page = sign_in(facilitator).get(f"/cohorts/{cohort_id}").text
        assert "Choose X Passed" in page
        assert "Write to them" in page
        assert "With those chosen" not in page
        assert "Choose X Passed" not in sign_in(auditor).get(f"/cohorts/{cohort_id}").text


class TestExport:
    def test_holds_everybody_the_filters_show_with_why_not_yet(self, fresh: object, sign_in: SignIn_) -> None:
        with db.transaction():
            cohort_id, lead = make_mixed().id, make_staff().id
        browser = sign_in(lead)

        sheet = browser.post(f"/cohorts/{cohort_id}/export?state=active&as=csv").data.decode("utf-8-sig").splitlines()
        assert sheet[0].startswith("enrolment,family,given,email,organisation,state,DEV-1_mark,DEV-1_lessons_done")
        assert [line.split(",")[1] for line in sheet[1:]] == ["Failed", "Fresh", "Passed"]
        assert "the module mark is 9 and needs 12" in sheet[1]
        assert len(browser.post(f"/cohorts/{cohort_id}/export?as=csv").data.splitlines()) == 5


class TestSavedViews:
    def test_are_kept_renamed_and_deleted_by_their_owner_alone(self, fresh: object, sign_in: SignIn_) -> None:
        with db.transaction():
            cohort_id, mine, other = make_mixed().id, make_staff().id, make_staff(Role.AUDITOR).id
        browser, elsewhere, address = sign_in(mine), sign_in(other), f"/cohorts/{cohort_id}/views"

        kept = browser.post(address, data={"name": "Gone", "address": "state=withdrawn&evil=1"})
        assert kept.status_code == 303
        assert kept.location.endswith(f"/cohorts/{cohort_id}?state=withdrawn")
        page = browser.get(kept.location).text
        assert "Gone X" in page
        assert "Passed X" not in page
        assert "Gone X" in elsewhere.get(kept.location).text  # the link is for whoever may see the cohort

        again = browser.post(address, data={"name": "Gone", "address": "at_risk=1"})
        assert again.status_code == 422
        assert "You have a view of this name already." in again.text
        assert "You keep no view" in elsewhere.get(address).text

        with db.reading() as session:
            view_id = session.query(SavedView.id).scalar()
        assert elsewhere.post(f"{address}/{view_id}/delete").status_code == 404
        assert browser.post(f"{address}/{view_id}/rename", data={"name": ""}).status_code == 422
        assert browser.post(f"{address}/{view_id}/rename", data={"name": "Left"}).status_code == 303
        assert "Left" in browser.get(address).text
        assert browser.post(f"{address}/{view_id}/delete").status_code == 303
        assert "You keep no view" in browser.get(address).text


class TestFollowUp:
    def test_notes_who_called_when_and_says_so_on_the_screen(
        self, fresh: object, sign_in: SignIn_, present: Clock
    ) -> None:
        with db.transaction():
            cohort = make_mixed()
            enrolment = db.session().query(Enrolment).join(User).filter(User.family_name == "Failed").one()
            lead, auditor = make_staff().id, make_staff(Role.AUDITOR).id
            address = f"/cohorts/{cohort.id}/participants/{enrolment.id}/follow-up"
        browser = sign_in(lead)
        assert "the mark is 14 out of 20" not in browser.get(address).text

        for data, error in (
            ({"contacted_on": "2026-11-24", "channel": "phone", "note": "Hello"}, "still to come"),
            ({"contacted_on": "2026-11-20", "channel": "phone", "note": ""}, "Write a line or two"),
            ({"contacted_on": "soon", "channel": "phone", "note": "Hello"}, "Write a day"),
        ):
            answer = browser.post(address, data=data)
            assert answer.status_code == 422
            assert error in answer.text
        good = {"contacted_on": "2026-11-20", "channel": "phone", "note": "New job; asks for evening sessions."}
        assert browser.post(address, data=good).status_code == 303

        page = browser.get(address).text
        assert "New job; asks for evening sessions." in page
        assert "By telephone" in page
        assert "Contacted 3 days ago" in browser.get(f"/cohorts/{cohort.id}").text
        assert sign_in(auditor).get(address).status_code == 403

    def test_never_changes_what_was_noted(self, frame: None) -> None:
        enrolment = make_enrolment()
        db.session().flush()
        contact = log_contact(enrolment.id, now().date(), Channel.MAIL, "Hello", by=actor(make_user()))
        contact.note = "Other"

        with pytest.raises(RuntimeError):
            db.session().flush()

    def test_lists_those_at_risk_in_the_cohorts_one_follows_up(
        self, fresh: object, sign_in: SignIn_, statements: Count
    ) -> None:
        with db.transaction():
            module = make_module("DEV-1")
            cohort, other = make_cohort(modules=[module]), make_cohort(modules=[module])
            for place, name in ((cohort, "Trouble"), (cohort, "Fine"), (other, "Elsewhere")):
                enrolment = make_enrolment(place, make_user("X", name))
                db.session().flush()
                make_attendance(enrolment.id, module.id, 1050, 1050 if name == "Fine" else 0)
            facilitator = make_staff(Role.FACILITATOR, cohort.id).id

        page = sign_in(facilitator).get("/at-risk").text
        assert "Trouble X" in page
        assert "even without missing anything more, attendance ends at 50%" in page
        assert "Fine X" not in page
        assert "Elsewhere X" not in page

    def test_counts_silence_from_the_last_thing_done(self, frame: None, present: Clock) -> None:
        cohort = make_cohort(starts_in=-30)
        quiet, busy = make_enrolment(cohort, make_user("X", "Quiet")), make_enrolment(cohort, make_user("X", "Busy"))
        db.session().flush()
        for enrolment in (quiet, busy):
            enrolment.enrolled_at = now() - timedelta(days=40)
        db.session().add(SignIn(user_id=busy.user_id, token_hash="t", factor_passed=True, created_at=now(), confirmed_at=now(),
                                expires_at=now()))  # fmt: skip
        db.session().flush()

        assert shown(cohort.id, at_risk=True) == ["Quiet"]
