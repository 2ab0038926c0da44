from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import db, jobs
from lms.accounts.models import User
from lms.cohorts import queries, services
from lms.cohorts.jobs import import_roster
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.models import Cohort, Enrolment, RosterImport
from lms.cohorts.preview import Action, Hindrance, Remark, count
from lms.cohorts.services.rosters import JOB, RosterUnreadable, TooManyPeople, finish_roster, follow_rows, lines_of
from lms.permissions import INSTITUTE, Role
from tests.conftest import Statements
from tests.factories import actor, make_cohort, make_enrolment, make_organisation, make_staff, make_user

Count = Callable[[], AbstractContextManager[Statements]]

HEADER = "email;prénom;nom;organisation\n"
HANDLERS = {JOB: import_roster}


def keep(cohort: Cohort, *lines: str) -> RosterImport:
    return services.keep_roster(cohort.id, (HEADER + "\n".join(lines)).encode(), by=INSTITUTE)


def keep_many(cohort_id: int, people: int) -> int:
    content = HEADER + "\n".join(f"p{number}@example.ma;P{number};Q;" for number in range(people))
    return services.keep_roster(cohort_id, content.encode(), by=INSTITUTE).id


def enrolled() -> int:
    return db.session().execute(select(func.count()).select_from(Enrolment)).scalar_one()


@pytest.mark.usefixtures("frame")
class TestKeepRoster:
    def test_changes_nothing_before_the_yes(self) -> None:
        kept = keep(make_cohort(), "new@example.ma;Nour;Ziani;")

        assert enrolled() == 0
        assert kept.applied_at is None
        assert db.session().scalars(select(User)).all() == []

    def test_keeps_the_same_file_once_while_it_waits(self) -> None:
        cohort = make_cohort()

        assert keep(cohort, "a@example.ma;A;B;").id == keep(cohort, "a@example.ma;A;B;").id

    def test_refuses_a_file_it_cannot_read_at_its_field(self) -> None:
        with pytest.raises(RosterUnreadable) as refusal:
            services.keep_roster(make_cohort().id, b"email|nom\n", by=INSTITUTE)
        assert refusal.value.field == "file"


@pytest.mark.usefixtures("frame")
class TestLinesOf:
    def test_says_what_each_line_would_do_errors_first(self) -> None:
        cohort, organisation = make_cohort(), make_organisation("OFPPT Aïn Sebaâ")
        make_user("Salma", "Amrani", email="known@example.ma")
        make_enrolment(cohort, make_user(email="here@example.ma"))

        lines = lines_of(keep(
            cohort, "new@example.ma;Nour;Ziani;ofppt ain sebaa", "known@example.ma;S.;Amrani;", "here@example.ma;;;",
            "nameless@example.ma;;;", "wrong;A;B;", "other@example.ma;Ali;Fassi;Unheard of",
        ))  # fmt: skip

        assert [(line.number, line.action) for line in lines] == [
            (5, Action.ERROR), (6, Action.ERROR), (2, Action.CREATE), (3, Action.ENROL), (4, Action.UNCHANGED),
            (7, Action.CREATE),
        ]  # fmt: skip
        assert lines[0].hindrance is Hindrance.NAMES_MISSING
        assert [line.remarks for line in lines[2:]] == [(), (Remark.KNOWN_AS,), (), (Remark.ORGANISATION_UNKNOWN,)]
        assert organisation.name == "OFPPT Aïn Sebaâ"

    def test_says_who_cannot_be_enrolled_and_why(self) -> None:
        cohort = make_cohort()
        make_enrolment(cohort, make_user(email="left@example.ma"), state=EnrolmentState.WITHDRAWN)
        lead = make_staff(Role.FACILITATOR, cohort.id)

        lines = lines_of(keep(cohort, "left@example.ma;A;B;", f"{lead.email};A;B;"))

        assert [line.hindrance for line in lines] == [Hindrance.LEFT_BEFORE, Hindrance.STAFF_HERE]

    def test_costs_the_same_for_three_people_and_for_three_hundred(self, statements: Count) -> None:
        costs = []
        for people in (3, 300):
            kept = db.session().get_one(RosterImport, keep_many(make_cohort().id, people))
            with statements() as sent:
                assert count(lines_of(kept))[Action.CREATE] == people
            costs.append(len(sent))

        assert costs == [1, 1]


@pytest.mark.usefixtures("frame")
class TestApplyRoster:
    def test_enrols_the_good_lines_and_reports_on_all(self) -> None:
        cohort, organisation = make_cohort(), make_organisation("Capgemini Casablanca")
        make_user("Salma", "Amrani", email="known@example.ma")
        kept = keep(cohort, "new@example.ma;Nour;Ziani;capgemini casablanca", "known@example.ma;;;", "wrong;A;B;",
                    "nameless@example.ma;;;")  # fmt: skip

        services.apply_roster(kept, by=actor(make_staff()))

        people = {row.email: row for row in queries.active_enrolments(cohort.id)}
        assert set(people) == {"new@example.ma", "known@example.ma"}
        assert (people["new@example.ma"].given_name, people["known@example.ma"].given_name) == ("Nour", "Salma")
        assert db.session().get_one(User, people["new@example.ma"].user_id).organisation_id == organisation.id
        assert (kept.report["create"], kept.report["enrol"], kept.report["refused"]) == (1, 1, [[5, "names_missing"]])
        assert kept.applied_at is not None

    def test_changes_nothing_the_second_time(self) -> None:
        cohort = make_cohort()
        services.apply_roster(keep(cohort, "a@example.ma;A;B;", "b@example.ma;C;D;"), by=INSTITUTE)

        again = keep(cohort, "a@example.ma;A;B;", "b@example.ma;C;D;")

        assert count(lines_of(again))[Action.UNCHANGED] == 2
        services.apply_roster(again, by=INSTITUTE)
        assert enrolled() == 2

    def test_enrols_nobody_when_not_all_fit(self) -> None:
        cohort = make_cohort(capacity=2)
        make_enrolment(cohort)
        kept = keep(cohort, "a@example.ma;A;B;", "b@example.ma;C;D;")

        with pytest.raises(TooManyPeople):
            services.apply_roster(kept, by=INSTITUTE)

        assert enrolled() == 1
        assert kept.applied_at is None

    def test_leaves_who_is_enrolled_out_of_the_count(self) -> None:
        cohort = make_cohort(capacity=2)
        make_enrolment(cohort, make_user(email="a@example.ma"))

        services.apply_roster(keep(cohort, "a@example.ma;A;B;", "b@example.ma;C;D;"), by=INSTITUTE)

        assert enrolled() == 2

    def test_tells_who_came_too_late_for_the_last_place(self) -> None:
        cohort = make_cohort(capacity=1)
        kept = keep(cohort, "a@example.ma;A;B;")
        make_enrolment(cohort)

        follow_rows(kept, 0, 1, by=INSTITUTE)

        assert kept.report["refused"] == [[2, "full"]]
        assert enrolled() == 1


class TestImportRoster:
    def test_enrols_many_people_in_the_background_with_progress(self, fresh: Flask) -> None:
        with fresh.app_context():
            with db.transaction():
                cohort_id, by = make_cohort(capacity=200).id, actor(make_staff())
                import_id = keep_many(cohort_id, 120)
                job_id = services.apply_roster(queries.roster_import(cohort_id, import_id), by=by)
                assert enrolled() == 0

            assert jobs.run_all(HANDLERS) == 1

            with db.reading() as session:
                job = session.get_one(jobs.Job, job_id)
                kept = queries.roster_import(cohort_id, import_id)
                assert (job.state, job.done, job.total, job.error) == (jobs.JobState.DONE, 120, 120, None)
                assert (enrolled(), kept.report["create"]) == (120, 120)
                assert kept.applied_at is not None

    def test_goes_on_where_a_worker_stopped(self, fresh: Flask) -> None:
        with fresh.app_context():
            with db.transaction():
                cohort_id = make_cohort(capacity=200).id
                import_id = keep_many(cohort_id, 120)
                services.apply_roster(queries.roster_import(cohort_id, import_id), by=INSTITUTE)
            job = jobs.lease_next()
            assert job is not None
            with job.step(done=50):
                follow_rows(queries.roster_import(cohort_id, import_id), 0, 50, by=INSTITUTE)
            job = jobs.Running(job.id, job.kind, job.arguments, job.fence, job.created_by, 50)

            import_roster(job)

            with db.reading():
                assert queries.roster_import(cohort_id, import_id).report["create"] == 120
                assert enrolled() == 120

    def test_is_promised_once_however_often_yes_is_said(self, fresh: Flask) -> None:
        with fresh.app_context():
            with db.transaction():
                cohort_id = make_cohort(capacity=200).id
                import_id = keep_many(cohort_id, 101)
            promised = set()
            for _click in range(2):
                with db.transaction():
                    promised.add(services.apply_roster(queries.roster_import(cohort_id, import_id), by=INSTITUTE))
            assert len(promised) == 1

    def test_can_be_sent_again_after_it_was_cancelled(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            cohort_id = make_cohort(capacity=200).id
            kept = queries.roster_import(cohort_id, keep_many(cohort_id, 101))
            job_id = services.apply_roster(kept, by=INSTITUTE)
            assert job_id is not None
            jobs.cancel(job_id)

            again = queries.roster_import(cohort_id, keep_many(cohort_id, 101))

            assert again.id != kept.id
            assert services.apply_roster(again, by=INSTITUTE) != job_id

    def test_says_nothing_more_once_it_is_closed(self, fresh: Flask) -> None:
        with fresh.app_context(), db.transaction():
            kept = keep(make_cohort(), "a@example.ma;A;B;")
            finish_roster(kept, by=INSTITUTE)

            assert services.apply_roster(kept, by=INSTITUTE) is None
            assert enrolled() == 0
