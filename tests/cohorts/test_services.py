from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from lms import db
from lms.accounts import queries as people
from lms.accounts.models import User
from lms.accounts.services.people import Names
from lms.audit import AuditEvent
from lms.clock import now
from lms.cohorts import queries, services
from lms.cohorts.lifecycle import FOLLOWING, EnrolmentState
from lms.cohorts.models import Cohort
from lms.cohorts.services.cohorts import CodeTaken, DatesRefused, NotOpen, TooFewPlaces
from lms.cohorts.services.enrolments import (
    AccessClosed,
    ChangeRefused,
    Heard,
    LeftBefore,
    NamesWanted,
    StaffHere,
)
from lms.cohorts.services.seats import CohortFull
from lms.cohorts.services.staff import StaffRefused
from lms.cohorts.windows import CohortPhase, Window
from lms.errors import Missing, Stale
from lms.permissions import INSTITUTE, Actor, Grant, Role
from tests.factories import (
    actor,
    make_cohort,
    make_enrolment,
    make_module,
    make_programme_version,
    make_staff,
    make_user,
)

HEARD = Heard(date(2026, 11, 20), "They said why.")
FIRST, LAST = date(2027, 1, 4), date(2027, 3, 28)


def open_cohort(programme_version_id: int, **changes: object) -> Cohort:
    facts: dict[str, object] = {
        "code": "dev-2027-a", "name": "Development 2027", "starts_on": FIRST, "ends_on": LAST, "capacity": 20, "by": INSTITUTE,
    }  # fmt: skip
    return services.open_cohort(programme_version_id=programme_version_id, **(facts | changes))  # type: ignore[arg-type]


def has_entry(user: User, cohort: Cohort) -> bool:
    return any(grant.cohort_id == cohort.id and grant.role == Role.PARTICIPANT for grant in people.grants_of(user.id))


@pytest.mark.usefixtures("frame")
class TestOpenCohort:
    def test_lays_the_modules_over_its_dates(self) -> None:
        modules = [make_module(minutes=600), make_module(minutes=1800)]

        cohort = open_cohort(make_programme_version(modules).id)

        placed = queries.cohort_modules(cohort.id)
        assert [row.module_id for row in placed] == [module.id for module in modules]
        assert (placed[0].opens_on, placed[-1].due_on) == (FIRST, LAST)
        assert placed[0].due_on < placed[1].opens_on
        assert cohort.code == "DEV-2027-A"

    def test_refuses_a_programme_in_preparation(self) -> None:
        with pytest.raises(NotOpen):
            open_cohort(make_programme_version(is_open=False).id)

    def test_refuses_a_code_twice_and_says_so_at_the_field(self) -> None:
        version = make_programme_version()
        open_cohort(version.id)

        with pytest.raises(CodeTaken) as refusal:
            open_cohort(version.id, code="DEV-2027-A")
        assert refusal.value.field == "code"

    def test_refuses_days_the_wrong_way_round(self) -> None:
        with pytest.raises(DatesRefused):
            open_cohort(make_programme_version().id, starts_on=LAST, ends_on=FIRST)


@pytest.mark.usefixtures("frame")
class TestChangeCohort:
    def change(self, cohort: Cohort, **changes: object) -> None:
        facts: dict[str, object] = {
            "version": cohort.version, "code": cohort.code, "name": cohort.name, "starts_on": cohort.starts_on,
            "ends_on": cohort.ends_on, "capacity": cohort.capacity, "issues_certificates": True, "by": INSTITUTE,
        }  # fmt: skip
        services.change_cohort(cohort, **(facts | changes))  # type: ignore[arg-type]

    def test_refuses_fewer_places_than_people(self) -> None:
        cohort = make_cohort(capacity=5)
        make_enrolment(cohort)
        make_enrolment(cohort)

        with pytest.raises(TooFewPlaces):
            self.change(cohort, capacity=1)
        self.change(cohort, capacity=2)
        assert cohort.capacity == 2

    def test_refuses_dates_that_leave_a_module_outside(self) -> None:
        cohort = make_cohort()

        with pytest.raises(DatesRefused):
            self.change(cohort, starts_on=cohort.starts_on + timedelta(days=1))

    def test_refuses_what_was_read_before_somebody_elses_change(self) -> None:
        cohort = make_cohort()
        read = cohort.version
        self.change(cohort, name="First")

        with pytest.raises(Stale):
            self.change(cohort, version=read, name="Second")
        assert cohort.name == "First"

    def test_refuses_the_code_of_another_cohort(self) -> None:
        taken, cohort = make_cohort(), make_cohort()

        with pytest.raises(CodeTaken):
            self.change(cohort, code=taken.code)


@pytest.mark.usefixtures("frame")
class TestChangeDates:
    def test_moves_what_is_named_and_leaves_the_rest(self) -> None:
        cohort = make_cohort(modules=[make_module(), make_module()])
        first, second = queries.cohort_modules(cohort.id)
        day = cohort.starts_on + timedelta(days=5)

        services.change_dates(cohort, {second.module_id: Window(day, day)}, version=cohort.version, by=INSTITUTE)

        moved = queries.cohort_module(cohort.id, second.module_id)
        assert (moved.opens_on, moved.due_on) == (day, day)
        assert queries.cohort_module(cohort.id, first.module_id).due_on == cohort.ends_on

    def test_refuses_days_outside_of_the_cohort(self) -> None:
        cohort = make_cohort()
        module_id = queries.cohort_modules(cohort.id)[0].module_id
        early = cohort.starts_on - timedelta(days=1)

        with pytest.raises(DatesRefused):
            services.change_dates(cohort, {module_id: Window(early, early)}, version=cohort.version, by=INSTITUTE)

    def test_makes_an_older_page_stale(self) -> None:
        cohort = make_cohort()
        module_id, read = queries.cohort_modules(cohort.id)[0].module_id, cohort.version
        services.change_dates(
            cohort, {module_id: Window(cohort.starts_on, cohort.starts_on)}, version=read, by=INSTITUTE
        )
        db.session().flush()

        with pytest.raises(Stale):
            services.change_dates(cohort, {}, version=read, by=INSTITUTE)


@pytest.mark.usefixtures("frame")
class TestEnrol:
    def test_gives_a_place_and_the_role_that_opens_it(self) -> None:
        cohort, user, by = make_cohort(), make_user(), make_staff()

        enrolment = services.enrol(cohort.id, user.id, by=actor(by))

        assert enrolment.state == EnrolmentState.ACTIVE
        assert has_entry(user, cohort)
        assert [(row.state, row.by) for row in queries.history(enrolment.id)] == [("active", "Karim Alaoui")]

    def test_is_done_once_when_asked_twice(self) -> None:
        cohort, user = make_cohort(capacity=1), make_user()

        first = services.enrol(cohort.id, user.id, by=INSTITUTE)

        assert services.enrol(cohort.id, user.id, by=INSTITUTE).id == first.id
        assert queries.seats_taken(cohort.id) == 1

    def test_refuses_more_people_than_places(self) -> None:
        cohort = make_cohort(capacity=1)
        services.enrol(cohort.id, make_user().id, by=INSTITUTE)

        with pytest.raises(CohortFull):
            services.enrol(cohort.id, make_user().id, by=INSTITUTE)

    def test_takes_the_place_of_somebody_who_left(self) -> None:
        cohort = make_cohort(capacity=1)
        left = services.enrol(cohort.id, make_user().id, by=INSTITUTE)
        services.change_enrolment(left.id, EnrolmentState.WITHDRAWN, reason="moved away", by=INSTITUTE)

        services.enrol(cohort.id, make_user().id, by=INSTITUTE)

        assert queries.seats_taken(cohort.id) == 1
        with pytest.raises(CohortFull):
            services.change_enrolment(left.id, EnrolmentState.ACTIVE, reason="came back", by=INSTITUTE)

    def test_sends_those_who_left_to_their_own_page(self) -> None:
        enrolment = make_enrolment(state=EnrolmentState.WITHDRAWN)

        with pytest.raises(LeftBefore):
            services.enrol(enrolment.cohort_id, enrolment.user_id, by=INSTITUTE)

    def test_refuses_staff_of_the_cohort(self) -> None:
        cohort = make_cohort()
        assessor = make_staff(Role.ASSESSOR, cohort.id)

        with pytest.raises(StaffHere):
            services.enrol(cohort.id, assessor.id, by=INSTITUTE)

    def test_refuses_somebody_whose_access_is_closed(self) -> None:
        user = make_user()
        user.suspended_at = now()

        with pytest.raises(AccessClosed):
            services.enrol(make_cohort().id, user.id, by=INSTITUTE)

    def test_knows_no_cohort_that_is_not_there(self) -> None:
        with pytest.raises(Missing):
            services.enrol(999_999, make_user().id, by=INSTITUTE)


class TestEnrolAtTheSameTime:
    def test_gives_one_person_one_place(self, fresh: Flask) -> None:
        with db.transaction():
            cohort_id, user_id = make_cohort().id, make_user().id

        def enrol(_number: int) -> int:
            with fresh.app_context(), db.transaction():
                return services.enrol(cohort_id, user_id, by=INSTITUTE).id

        with ThreadPoolExecutor(8) as pool:
            places = set(pool.map(enrol, range(8)))

        assert len(places) == 1


@pytest.mark.usefixtures("frame")
class TestEnrolByEmail:
    def test_finds_who_is_known_whatever_the_case(self) -> None:
        cohort, user = make_cohort(), make_user(email="salma@example.ma")

        enrolment = services.enrol_by_email(cohort.id, " Salma@Example.ma", Names("", ""), by=INSTITUTE)

        assert enrolment.user_id == user.id

    def test_invites_who_is_not(self) -> None:
        enrolment = services.enrol_by_email(
            make_cohort().id, "new@example.ma", Names("Ilyas", "Tazi", "إلياس", "التازي"), by=INSTITUTE, locale="en"
        )

        person = queries.enrolment(enrolment.id)
        assert (person.given_name, person.family_name_ar, person.locale) == ("Ilyas", "التازي", "en")

    def test_asks_for_names_at_their_field(self) -> None:
        with pytest.raises(NamesWanted) as refusal:
            services.enrol_by_email(make_cohort().id, "new@example.ma", Names("Ilyas", " "), by=INSTITUTE)
        assert refusal.value.field == "given"

    def test_invites_nobody_to_a_cohort_that_is_full(self) -> None:
        cohort = make_cohort(capacity=1)
        make_enrolment(cohort)

        with pytest.raises(CohortFull):
            services.enrol_by_email(cohort.id, "new@example.ma", Names("Ilyas", "Tazi"), by=INSTITUTE)
        assert people.user_by_email("new@example.ma") is None


@pytest.mark.usefixtures("frame")
class TestChangeEnrolment:
    def test_keeps_who_when_and_why(self) -> None:
        enrolment, by = make_enrolment(), make_staff()

        services.change_enrolment(enrolment.id, EnrolmentState.SUSPENDED, reason=" long leave ", by=actor(by))
        services.change_enrolment(enrolment.id, EnrolmentState.ACTIVE, reason="back", by=actor(by))

        history = [(row.state, row.reason, row.by) for row in queries.history(enrolment.id)]
        assert history == [("active", "back", "Karim Alaoui"), ("suspended", "long leave", "Karim Alaoui")]

    @pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.EXCLUDED, EnrolmentState.DEFERRED])
    def test_shuts_out_those_who_are_gone_until_they_are_taken_back(self, state: EnrolmentState) -> None:
        cohort, user = make_cohort(), make_user()
        enrolment = make_enrolment(cohort, user)

        services.change_enrolment(enrolment.id, state, reason="why", by=INSTITUTE, heard=HEARD)
        assert not has_entry(user, cohort)

        services.change_enrolment(enrolment.id, EnrolmentState.ACTIVE, reason="taken back", by=INSTITUTE)
        assert has_entry(user, cohort)

    def test_wants_a_reason_for_all_but_success(self) -> None:
        enrolment = make_enrolment()

        with pytest.raises(ChangeRefused) as refusal:
            services.change_enrolment(enrolment.id, EnrolmentState.WITHDRAWN, reason="  ", by=INSTITUTE)
        assert refusal.value.field == "reason"

        services.change_enrolment(enrolment.id, EnrolmentState.COMPLETED, reason="", by=INSTITUTE)
        assert enrolment.state == EnrolmentState.COMPLETED

    def test_excludes_nobody_unheard(self) -> None:
        enrolment = make_enrolment()
        exclude = partial(
            services.change_enrolment, enrolment.id, EnrolmentState.EXCLUDED, reason="absences", by=INSTITUTE
        )

        for heard in (None, Heard(date(2026, 11, 20), " "), Heard(date(2026, 11, 24), "tomorrow")):
            with pytest.raises(ChangeRefused):
                exclude(heard=heard)
        exclude(heard=HEARD)

        assert queries.history(enrolment.id)[0].heard == "They said why."

    def test_keeps_a_place_in_the_later_cohort_until_they_are_back(self) -> None:
        enrolment, later = make_enrolment(), make_cohort(starts_in=100, capacity=1)

        services.change_enrolment(enrolment.id, EnrolmentState.DEFERRED, reason="birth", by=INSTITUTE, later=later.id)
        assert queries.free_seats(later.id) == 0
        services.change_enrolment(enrolment.id, EnrolmentState.ACTIVE, reason="earlier", by=INSTITUTE)
        assert queries.free_seats(later.id) == 1

    def test_changes_nothing_when_it_is_so_already(self) -> None:
        enrolment = make_enrolment()

        services.change_enrolment(enrolment.id, EnrolmentState.ACTIVE, reason="", by=INSTITUTE)

        assert queries.history(enrolment.id) == []

    @pytest.mark.parametrize("state", list(EnrolmentState))
    @pytest.mark.parametrize("new", list(EnrolmentState))
    def test_goes_only_where_the_rule_lets_it(self, state: EnrolmentState, new: EnrolmentState) -> None:
        enrolment = make_enrolment(make_cohort(starts_in=3), state=state)

        if new in FOLLOWING[state] or new is state:
            services.change_enrolment(enrolment.id, new, reason="why", by=INSTITUTE, heard=HEARD)
            assert enrolment.state == new
        else:
            with pytest.raises(ChangeRefused):
                services.change_enrolment(enrolment.id, new, reason="why", by=INSTITUTE)
            assert enrolment.state == state


@dataclass(frozen=True)
class Completed:
    """Any event about an enrolment will do."""

    enrolment_id: int


@pytest.mark.usefixtures("frame")
class TestCompleteEnrolment:
    def test_leaves_alone_who_does_not_learn(self) -> None:
        active, suspended = make_enrolment(), make_enrolment(state=EnrolmentState.SUSPENDED)

        for enrolment in (active, suspended):
            services.complete_enrolment(Completed(enrolment.id))

        assert (active.state, suspended.state) == (EnrolmentState.COMPLETED, EnrolmentState.SUSPENDED)


@pytest.mark.usefixtures("frame")
class TestGiveStaffRole:
    def test_makes_somebody_known_staff_of_this_cohort_only(self) -> None:
        cohort, other = make_cohort(), make_cohort()
        make_user(email="lead@example.ma")

        services.give_staff_role(cohort.id, "lead@example.ma", Role.FACILITATOR, by=INSTITUTE)

        assert [row.role for row in queries.staff_of(cohort.id)] == [Role.FACILITATOR]
        assert queries.staff_of(other.id) == []

    @pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.ADMIN, Role.AUDITOR])
    def test_gives_no_other_role(self, role: Role) -> None:
        make_user(email="lead@example.ma")

        with pytest.raises(StaffRefused):
            services.give_staff_role(make_cohort().id, "lead@example.ma", role, by=INSTITUTE)

    def test_refuses_a_participant_of_the_cohort(self) -> None:
        enrolment = make_enrolment(user=make_user(email="p@example.ma"))

        with pytest.raises(StaffRefused):
            services.give_staff_role(enrolment.cohort_id, "p@example.ma", Role.ASSESSOR, by=INSTITUTE)

    def test_is_taken_back_only_in_its_own_cohort(self) -> None:
        cohort, other = make_cohort(), make_cohort()
        make_user(email="lead@example.ma")
        services.give_staff_role(cohort.id, "lead@example.ma", Role.ASSESSOR, by=INSTITUTE)
        grant_id = queries.staff_of(cohort.id)[0].id

        with pytest.raises(Missing):
            services.end_staff_role(other.id, grant_id, by=INSTITUTE)
        services.end_staff_role(cohort.id, grant_id, by=INSTITUTE)

        assert queries.staff_of(cohort.id) == []


@pytest.mark.usefixtures("frame")
class TestCohorts:
    def test_shows_only_those_somebody_may_see(self) -> None:
        mine, _other = make_cohort(), make_cohort()
        lead = Actor(1, "Lead", frozenset({Grant(Role.FACILITATOR, mine.id)}))

        assert [row.id for row in queries.cohorts(by=lead).rows] == [mine.id]
        assert queries.cohorts(by=Actor(1, "Nobody")).rows == []

    def test_tells_running_from_coming_and_gone(self) -> None:
        running, coming, gone = make_cohort(), make_cohort(starts_in=1), make_cohort(starts_in=-61)

        found = {phase: [row.id for row in queries.cohorts(by=INSTITUTE, phase=phase).rows] for phase in CohortPhase}

        assert found == {
            CohortPhase.RUNNING: [running.id], CohortPhase.ABOUT_TO_START: [coming.id], CohortPhase.FINISHED: [gone.id],
        }  # fmt: skip

    def test_finds_by_code_and_name_and_not_by_wildcards(self) -> None:
        cohort = make_cohort(code="CLD-2027-B")

        assert [row.id for row in queries.cohorts(by=INSTITUTE, search="2027 cld").rows] == [cohort.id]
        assert queries.cohorts(by=INSTITUTE, search="%").rows == []

    def test_walks_through_all_of_them_page_by_page(self) -> None:
        made = {make_cohort(starts_in=-(number % 3)).id for number in range(7)}
        seen: list[int] = []
        after: str | None = None
        while True:
            page = queries.cohorts(by=INSTITUTE, after=after, size=2)
            seen += [row.id for row in page.rows]
            if page.next is None:
                break
            after = page.next

        assert len(seen) == 7
        assert set(seen) == made

    @pytest.mark.parametrize("after", ["nonsense", "WzEsIDJd", "WyJhIiwgMV0"])
    def test_starts_at_the_beginning_after_a_bad_cursor(self, after: str) -> None:
        cohort = make_cohort()

        assert [row.id for row in queries.cohorts(by=INSTITUTE, after=after).rows] == [cohort.id]
        assert queries.participants(cohort.id, after=after).rows == []


class TestAudit:
    def test_keeps_what_matters_and_nobodys_names(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            cohort = open_cohort(make_programme_version().id)
            enrolment = services.enrol_by_email(cohort.id, "n@example.ma", Names("Nour", "Ziani"), by=INSTITUTE)
            services.change_enrolment(enrolment.id, EnrolmentState.WITHDRAWN, reason="family matter", by=INSTITUTE)

        with db.reading() as session:
            acts = session.execute(select(AuditEvent.action, AuditEvent.detail)).all()
        assert {"cohort.opened", "enrolment.made", "enrolment.changed"} <= {act.action for act in acts}
        assert "Nour" not in str(acts)
        assert "family matter" not in str(acts)


@pytest.mark.usefixtures("frame")
class TestSeatsTaken:
    def test_counts_all_but_those_who_left(self) -> None:
        cohort = make_cohort()
        for state in EnrolmentState:
            make_enrolment(cohort, state=state)

        assert queries.seats_taken(cohort.id) == 5
        assert {row.state for row in queries.active_enrolments(cohort.id)} == {"registered", "active"}
