from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import db
from lms.audit import AuditEvent
from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Enrolment, EnrolmentEvent, Group, GroupMember
from lms.errors import Missing
from lms.permissions import Role
from lms.reporting.models import Contact
from lms.reporting.services import withdraw_several
from tests.factories import actor, make_cohort, make_enrolment, make_module, make_staff, make_user

SignIn = Callable[[int], FlaskClient]


@pytest.fixture
def cohort_id(fresh: object) -> int:
    """Amal and Badr learn, Chama has finished."""
    with db.transaction():
        cohort = make_cohort(modules=[make_module("DEV-1")])
        for name in ("Amal", "Badr"):
            make_enrolment(cohort, make_user("X", name))
        make_enrolment(cohort, make_user("X", "Chama"), state=EnrolmentState.COMPLETED)
        db.session().add(Group(cohort_id=cohort.id, purpose=Purpose.LANGUAGE, name="A"))
        return cohort.id


def ids(cohort_id: int) -> list[int]:
    with db.reading() as session:
        return list(
            session.scalars(select(Enrolment.id).where(Enrolment.cohort_id == cohort_id).order_by(Enrolment.id))
        )


def states(cohort_id: int) -> list[str]:
    with db.reading() as session:
        query = select(Enrolment.state).where(Enrolment.cohort_id == cohort_id).order_by(Enrolment.id)
        return [str(state) for state in session.scalars(query)]


class TestTogether:
    def test_says_before_what_happens_and_after_what_happened_to_whom(self, cohort_id: int, sign_in: SignIn) -> None:
        with db.transaction():
            lead = make_staff().id
        browser, chosen = sign_in(lead), ids(cohort_id)
        address = f"/cohorts/{cohort_id}/together"

        before = browser.get(f"{address}?act=withdraw&everybody=1").text
        assert "3 people are chosen." in before
        assert "It will be done for 2 of them." in before
        assert "there is no place to withdraw from" in before
        assert states(cohort_id) == ["active", "active", "completed"]

        refused = browser.post(f"{address}?act=withdraw", data={"person": chosen, "reason": ""})
        assert refused.status_code == 422
        assert "Give a reason" in refused.text
        assert states(cohort_id) == ["active", "active", "completed"]

        done = browser.post(f"{address}?act=withdraw", data={"person": chosen, "reason": "The site closes."})
        assert done.status_code == 303
        assert states(cohort_id) == ["withdrawn", "withdrawn", "completed"]
        report = browser.get(done.location).text
        assert "The site closes." in report
        assert "Chama X" in report
        assert "there is no place to withdraw from" in report

    def test_takes_those_the_filters_show(self, cohort_id: int, sign_in: SignIn) -> None:
        with db.transaction():
            lead = make_staff().id
        page = sign_in(lead).get(f"/cohorts/{cohort_id}/together?act=contact&everybody=1&state=completed").text
        assert "1 person is chosen." in page
        assert "Amal" not in page

    def test_moves_to_a_group_and_notes_a_contact(self, cohort_id: int, sign_in: SignIn) -> None:
        with db.transaction() as session:
            lead, group_id = make_staff().id, session.scalars(select(Group.id)).one()
        browser, chosen = sign_in(lead), ids(cohort_id)[:2]
        address = f"/cohorts/{cohort_id}/together"

        assert browser.post(f"{address}?act=group", data={"person": chosen, "group": group_id}).status_code == 303
        note = {
            "person": chosen,
            "contacted_on": "2026-11-20",
            "channel": "meeting",
            "note": "Told them of the new room.",
        }
        assert browser.post(f"{address}?act=contact", data=note).status_code == 303

        with db.reading() as session:
            assert sorted(session.scalars(select(GroupMember.enrolment_id))) == chosen
            assert sorted(session.scalars(select(Contact.enrolment_id))) == chosen
        assert "Amal X" in browser.get(f"/cohorts/{cohort_id}?group={group_id}").text
        assert "Chama X" not in browser.get(f"/cohorts/{cohort_id}?group={group_id}").text

    def test_is_for_those_who_enrol_and_knows_no_other_cohorts_people(self, cohort_id: int, sign_in: SignIn) -> None:
        with db.transaction():
            lead, facilitator, elsewhere = make_staff().id, make_staff(Role.FACILITATOR).id, make_enrolment()
            db.session().flush()
            stranger = elsewhere.id
        address = f"/cohorts/{cohort_id}/together?act=withdraw"

        assert sign_in(facilitator).get(address).status_code == 403
        browser = sign_in(lead)
        assert "Nobody is chosen." in browser.get(address).text
        assert browser.get(f"{address}&person={stranger}").status_code == 404
        answer = browser.post(address, data={"person": [*ids(cohort_id), stranger], "reason": "Because"})
        assert answer.status_code == 404
        assert states(cohort_id) == ["active", "active", "completed"]
        assert browser.get(f"/cohorts/{cohort_id}/together?act=dance").status_code == 404


class TestWithdrawSeveral:
    def test_leaves_nothing_half_done_when_a_stranger_is_among_them(self, cohort_id: int) -> None:
        people = ids(cohort_id)
        with pytest.raises(Missing), db.transaction():
            withdraw_several(cohort_id, [*people, 999_999], "Because", by=actor(make_user()))

        assert states(cohort_id) == ["active", "active", "completed"]
        with db.reading() as session:
            assert not session.scalars(select(EnrolmentEvent.id).where(EnrolmentEvent.state == "withdrawn")).all()
            assert not session.scalars(select(AuditEvent.seq).where(AuditEvent.action == "bulk.done")).all()
