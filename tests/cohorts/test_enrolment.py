"""What becomes of places: cohorts start, people move between cohorts and groups."""

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.accounts import queries as people
from lms.cohorts import queries, services
from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.services.groups import GroupRefused
from lms.cohorts.services.seats import CohortFull
from lms.cohorts.services.transfers import TransferRefused
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE, Role
from tests.conftest import Clock
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_module,
    make_organisation,
    make_staff,
    make_user,
)


@pytest.mark.usefixtures("frame")
class TestStartCohorts:
    def test_makes_the_registered_active_on_the_first_day(self, present: Clock) -> None:
        cohort = make_cohort(starts_in=2)
        enrolment = services.enrol(cohort.id, make_user().id, by=INSTITUTE)
        assert enrolment.state == EnrolmentState.REGISTERED

        present.forward(days=1)
        assert (queries.is_any_to_start(), services.start_cohorts()) == (False, 0)
        present.forward(days=1)
        assert (queries.is_any_to_start(), services.start_cohorts(), services.start_cohorts()) == (True, 1, 0)

        assert [row.state for row in queries.history(enrolment.id)] == ["active", "registered"]

    def test_is_not_waited_for_when_something_happens(self, present: Clock) -> None:
        enrolment = services.enrol(make_cohort(starts_in=2).id, make_user().id, by=INSTITUTE)
        present.forward(days=3)

        services.change_enrolment(enrolment.id, EnrolmentState.SUSPENDED, reason="ill", by=INSTITUTE)

        assert [row.state for row in queries.history(enrolment.id)] == ["suspended", "active", "registered"]


class TestWatchHeadCounts:
    def test_tells_the_coordinators_once_a_stage(self, frame: None, present: Clock) -> None:
        coordinator, cohort = make_staff(), make_cohort(starts_in=15)
        cohort.least_people = 2
        make_enrolment(cohort)
        told = []
        for _day in range(15):
            told.append(services.watch_head_counts() + services.watch_head_counts())
            present.forward(days=1)

        assert [15 - day for day, number in enumerate(told) if number] == [14, 7, 2]
        mails = db.session().query(OutboxMessage).filter_by(user_id=coordinator.id).all()
        assert [mail.values["people"] for mail in mails] == [1, 1, 1]

    def test_says_nothing_when_enough_are_there(self, frame: None) -> None:
        cohort = make_cohort(starts_in=3)
        cohort.least_people = 1
        make_enrolment(cohort)

        assert services.watch_head_counts() == 0


@pytest.mark.usefixtures("frame")
class TestTransferEnrolment:
    def test_takes_everything_along_and_back(self) -> None:
        shared = make_module()
        source, target = make_cohort(modules=[shared, make_module()], capacity=1), make_cohort(modules=[shared])
        enrolment = services.enrol(source.id, make_user().id, by=INSTITUTE)

        services.transfer_enrolment(enrolment.id, target.id, reason="nearer", by=INSTITUTE)

        assert queries.cohort_of_enrolment(enrolment.id).id == target.id
        assert (queries.free_seats(source.id), queries.seats_taken(target.id)) == (1, 1)
        assert {grant.cohort_id for grant in people.grants_of(enrolment.user_id)} == {target.id}
        assert queries.history(enrolment.id)[0].target == target.code
        assert [row.reason for row in queries.register(source.id).rows] == ["nearer", ""]
        services.transfer_enrolment(enrolment.id, source.id, reason="back", by=INSTITUTE)
        assert queries.cohort_of_enrolment(enrolment.id).id == source.id

    def test_shows_what_counts_in_the_other_cohort(self) -> None:
        shared, here, there = make_module("A-1"), make_module("A-2"), make_module("A-3")
        source, target = make_cohort(modules=[shared, here]), make_cohort(modules=[shared, there])

        rows = queries.modules_compared(source.id, target.id)

        assert [(row.code, bool(row.here), bool(row.there)) for row in rows] == [
            ("A-1", True, True), ("A-2", True, False), ("A-3", False, True),
        ]  # fmt: skip

    def test_takes_the_place_kept_by_a_deferral(self) -> None:
        enrolment, later = make_enrolment(), make_cohort(starts_in=100, capacity=1)
        services.change_enrolment(enrolment.id, EnrolmentState.DEFERRED, reason="birth", by=INSTITUTE, later=later.id)

        services.transfer_enrolment(enrolment.id, later.id, reason="as agreed", by=INSTITUTE)

        assert enrolment.state == EnrolmentState.REGISTERED
        assert (queries.seats_taken(later.id), queries.seats_held(later.id)) == (1, 0)

    def test_refuses_a_full_cohort_and_changes_nothing(self) -> None:
        enrolment, target = make_enrolment(), make_cohort(capacity=1)
        make_enrolment(target)

        with pytest.raises(CohortFull):
            services.transfer_enrolment(enrolment.id, target.id, reason="nearer", by=INSTITUTE)
        assert enrolment.cohort_id != target.id

    def test_says_why_not(self) -> None:
        enrolment, target = make_enrolment(), make_cohort()
        over, left = make_cohort(starts_in=-90, days=60), make_enrolment(state=EnrolmentState.WITHDRAWN)
        make_enrolment(target, make_user(email="twice@example.ma"), state=EnrolmentState.WITHDRAWN)
        twice = make_enrolment(user=people.user_by_email("twice@example.ma"))

        for moved, to, reason in (
            (enrolment, target, " "), (enrolment, over, "why"), (left, target, "why"), (twice, target, "why"),
        ):  # fmt: skip
            with pytest.raises(TransferRefused):
                services.transfer_enrolment(moved.id, to.id, reason=reason, by=INSTITUTE)
        with pytest.raises(TransferRefused):
            services.transfer_enrolment(enrolment.id, enrolment.cohort_id, reason="why", by=INSTITUTE)


@pytest.mark.usefixtures("frame")
class TestSplitEvenly:
    def test_leaves_nobody_out_and_nobody_moves_who_is_in(self) -> None:
        cohort = make_cohort()
        first = [make_enrolment(cohort).id for _number in range(5)]
        services.split_evenly(cohort.id, Purpose.LANGUAGE, 2, by=INSTITUTE)
        before = {row.id: row.group_id for row in queries.people_by_group(cohort.id, Purpose.LANGUAGE)}
        late = make_enrolment(cohort).id
        services.split_evenly(cohort.id, Purpose.LANGUAGE, 2, by=INSTITUTE)

        after = {row.id: row.group_id for row in queries.people_by_group(cohort.id, Purpose.LANGUAGE)}
        assert [group.size for group in queries.groups(cohort.id, Purpose.LANGUAGE)] == [3, 3]
        assert all(after[enrolment] == before[enrolment] for enrolment in first)
        assert after[late] is not None
        assert queries.groups(cohort.id, Purpose.PRACTICAL) == []

    def test_refuses_to_make_fewer(self) -> None:
        cohort = make_cohort()
        services.split_evenly(cohort.id, Purpose.LANGUAGE, 3, by=INSTITUTE)

        with pytest.raises(GroupRefused):
            services.split_evenly(cohort.id, Purpose.LANGUAGE, 2, by=INSTITUTE)


@pytest.fixture
def coordinator(fresh: object, sign_in: object) -> FlaskClient:
    with db.transaction():
        user_id = make_staff(Role.COORDINATOR).id
    return sign_in(user_id)  # type: ignore[operator,no-any-return]


class TestGroupsPage:
    def test_splits_moves_and_deletes(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            cohort = make_cohort()
            colleague = make_user("Hind", "Saadi")
            colleague.organisation_id = make_organisation("ISTA Agadir").id
            enrolment_id, cohort_id = make_enrolment(cohort, colleague).id, cohort.id
        address = f"/cohorts/{cohort_id}/groups"

        assert "Share people out evenly" in coordinator.get(address).text
        assert coordinator.post(f"{address}/language/split", data={"count": "0"}).status_code == 422
        assert coordinator.post(f"{address}/language/split", data={"count": "2"}).status_code == 303
        page = coordinator.get(address).text
        assert "ISTA Agadir" in page
        with db.reading():
            full, empty = sorted(queries.groups(cohort_id, Purpose.LANGUAGE), key=lambda group: -group.size)
        moved = coordinator.post(f"{address}/language/people", data={f"person-{enrolment_id}": str(empty.id)})
        assert moved.status_code == 303
        assert coordinator.post(f"{address}/{empty.id}/delete").status_code == 409
        assert coordinator.post(f"{address}/{full.id}/delete").status_code == 303
        stale = coordinator.post(f"{address}/language/people", data={f"person-{enrolment_id}": str(full.id)})
        assert "Somebody changed the groups meanwhile" in stale.text
        assert coordinator.get(f"{address}?purpose=nonsense").status_code == 404


class TestTransferPage:
    def test_shows_before_it_does(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            shared = make_module("DEV-9")
            enrolment = make_enrolment(make_cohort(modules=[shared]))
            target = make_cohort(modules=[shared], code="NEXT-1")
            address = f"/cohorts/{enrolment.cohort_id}/participants/{enrolment.id}"
            target_id, enrolment_id = target.id, enrolment.id

        assert f"{address}/transfer" in coordinator.get(address).text
        assert "NEXT-1" in coordinator.get(f"{address}/transfer").text
        assert "In both: what is done counts" in coordinator.get(f"{address}/transfer?to={target_id}").text
        refused = coordinator.post(f"{address}/transfer", data={"cohort": target_id, "reason": ""})
        assert (refused.status_code, "Give a reason" in refused.text) == (422, True)
        done = coordinator.post(f"{address}/transfer", data={"cohort": target_id, "reason": "nearer"})
        assert done.location == f"/cohorts/{target_id}/participants/{enrolment_id}"
        assert "to NEXT-1" in coordinator.get(done.location).text
        assert coordinator.get(address).status_code == 404

    def test_offers_only_what_one_coordinates(self, fresh: object, sign_in: object) -> None:
        with db.transaction():
            enrolment, other = make_enrolment(), make_cohort(code="OTHER-9")
            user_id = make_staff(Role.COORDINATOR, enrolment.cohort_id).id
            address = f"/cohorts/{enrolment.cohort_id}/participants/{enrolment.id}/transfer"
            other_id = other.id
        browser = sign_in(user_id)  # type: ignore[operator]

        assert "OTHER-9" not in browser.get(address).text
        assert browser.post(address, data={"cohort": other_id, "reason": "x"}).status_code == 422


class TestRegister:
    def test_shows_every_change_and_pages(self, coordinator: FlaskClient, statements: object) -> None:
        with db.transaction():
            cohort = make_cohort(capacity=100)
            for _number in range(30):
                services.enrol(cohort.id, make_user().id, by=INSTITUTE)
            address = f"/cohorts/{cohort.id}/register"

        with statements() as sent:  # type: ignore[operator]
            page = coordinator.get(address).text

        assert "The institute, by itself" in page
        assert "Next page" in page
        assert len(sent) <= 6

    def test_excludes_after_a_hearing(self, coordinator: FlaskClient) -> None:
        with db.transaction():
            enrolment = make_enrolment()
            address = f"/cohorts/{enrolment.cohort_id}/participants/{enrolment.id}"

        unheard = coordinator.post(f"{address}/state", data={"state": "excluded", "reason": "absences"})
        assert "write when they were heard" in unheard.text
        coordinator.post(f"{address}/state", data={
            "state": "excluded", "reason": "absences", "heard_on": "2026-11-20", "report": "They said why.",
        })  # fmt: skip
        assert "They said why." in coordinator.get(address).text
