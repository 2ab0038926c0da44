import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import audit, db, storage
from lms.accounts import passwords
from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, RoleGrant, User
from lms.assessment import queries as assessment
from lms.assessment.models import Answer, Attempt, LiveMark, Marking, Outcome, Review, Submission
from lms.catalogue.models import Module, Quiz
from lms.clock import CASABLANCA, now, today
from lms.cohorts.lifecycle import SEATED, EnrolmentState
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.cohorts.windows import CohortPhase, phase_of
from lms.credentials.models import Certificate, CertificateFile
from lms.credentials.services import history
from lms.credentials.states import CertificateState
from lms.demo import queries, services
from lms.demo.stories import DOMAIN, PASSWORD, STAFF
from lms.exemptions.lifecycle import RequestState
from lms.exemptions.models import ExemptionRequest
from lms.learning.models import LessonProgress
from lms.notifications.models import OutboxMessage
from lms.permissions import Permission, Role
from lms.results import queries as results
from lms.results.models import ModuleResult
from lms.results.rules import module_verdict
from lms.timetable import queries as timetable
from lms.timetable.clashes import clashes
from lms.timetable.models import TrainingSession
from lms.timetable.services import left_to_plan
from lms.web.links import outside_requests
from tests.demo.conftest import Run, nobody_looks


def enrolments(phase: CohortPhase | None = None) -> Sequence[db.Record]:
    """Those of the cohorts of this phase: id, user_id, state, cohort_id, cohort, starts_on, ends_on."""
    rows = db.session().execute(
        select(
            Enrolment.id, Enrolment.user_id, Enrolment.state, Enrolment.cohort_id, Cohort.code.label("cohort"),
            Cohort.starts_on, Cohort.ends_on, User.email,
        ).join(Cohort, Cohort.id == Enrolment.cohort_id).join(User, User.id == Enrolment.user_id)
    ).all()  # fmt: skip
    return [row for row in rows if phase is None or phase_of(row.starts_on, row.ends_on, today()) is phase]


def seated(phase: CohortPhase) -> list[int]:
    return [row.id for row in enrolments(phase) if row.state in SEATED]


@pytest.mark.usefixtures("looking")
class TestCohorts:
    def test_are_five_of_each_phase(self) -> None:
        rows = db.session().execute(select(Cohort.starts_on, Cohort.ends_on)).all()

        assert Counter(phase_of(*row, today()) for row in rows) == dict.fromkeys(CohortPhase, 5)

    def test_hold_nobody_beyond_their_capacity(self) -> None:
        taken = Counter(row.cohort_id for row in enrolments() if row.state in SEATED)

        for cohort in db.session().execute(select(Cohort.id, Cohort.capacity)):
            assert 0 < taken[cohort.id] <= cohort.capacity

    def test_lose_a_few(self) -> None:
        states = Counter(row.state for row in enrolments())

        assert 120 - sum(states[state] for state in SEATED) == 8
        assert states[EnrolmentState.DEFERRED] == 2
        assert states[EnrolmentState.EXCLUDED] == 1

    def test_each_have_somebody_who_leads_and_somebody_who_assesses(self) -> None:
        held = (
            db.session().execute(select(RoleGrant.cohort_id, RoleGrant.role).where(RoleGrant.ended_at.is_(None))).all()
        )

        for cohort_id in db.session().scalars(select(Cohort.id)):
            assert (cohort_id, Role.FACILITATOR) in held
            assert (cohort_id, Role.ASSESSOR) in held

    def test_begin_with_nothing_done_where_they_are_about_to_start(self) -> None:
        ids = seated(CohortPhase.ABOUT_TO_START)

        assert assessment.component_marks(ids) == {}
        assert db.session().scalars(select(LessonProgress).where(LessonProgress.enrolment_id.in_(ids))).all() == []


@pytest.mark.usefixtures("looking")
class TestResults:
    def test_are_what_the_rules_say(self) -> None:
        """Judged again from the evidence, each result says what it said."""
        codes = {row.id: row.code for row in db.session().execute(select(Module.id, Module.code))}
        rows = db.session().scalars(select(ModuleResult).where(ModuleResult.superseded_at.is_(None))).all()
        assert len(rows) > 100
        for row in rows:
            with db.transaction():  # judging holds the enrolment
                judged = results.to_judge([row.enrolment_id], row.module_id)[row.enrolment_id]
            every_mark = assessment.component_marks([row.enrolment_id])
            marks = results.with_marks(row.enrolment_id, judged, every_mark)
            verdict = module_verdict(
                codes[row.module_id], [results.as_component(component, mark) for component, mark in marks],
                results.presences([row.enrolment_id], row.module_id).get(row.enrolment_id),
            )  # fmt: skip
            assert (row.passed, row.mark) == (verdict.passed, verdict.mark)
            assert row.reasons == [reason.as_json() for reason in verdict.reasons]

    def test_of_the_finished_pass_at_the_first_sitting_in_86_of_a_hundred(self) -> None:
        ids = seated(CohortPhase.FINISHED)
        standing = results.results_of(ids)
        again = set(db.session().execute(
            select(LiveMark.enrolment_id).where(LiveMark.sitting > 1)
            .union(select(Submission.enrolment_id).where(Submission.number > 1))
        ).scalars())  # fmt: skip
        passed = sum(row.passed for row in standing.values())

        at_once = passed - len(again & _passed(ids))

        assert len(standing) == 2 * len(ids)
        assert at_once / len(standing) == pytest.approx(0.86, abs=0.03)

    def test_leave_some_who_have_not_passed_yet(self) -> None:
        ids = seated(CohortPhase.FINISHED)

        assert 1 <= len(ids) - len(_passed(ids)) <= 4

    def test_of_the_running_are_still_open(self) -> None:
        assert _passed(seated(CohortPhase.RUNNING)) == set()


def _passed(ids: Sequence[int]) -> set[int]:
    return {enrolment_id for enrolment_id, reasons in results.eligibility_of(ids).items() if not reasons}


@pytest.mark.usefixtures("looking")
class TestCompletion:
    def test_is_noted_for_those_with_nothing_in_the_way_and_nobody_else(self) -> None:
        completed = {row.id for row in enrolments() if row.state == EnrolmentState.COMPLETED}

        assert completed == _passed(seated(CohortPhase.FINISHED))


@pytest.mark.usefixtures("looking")
class TestAttendance:
    def test_is_about_92_in_a_hundred(self) -> None:
        found = timetable.attendance_of(seated(CohortPhase.FINISHED)).values()

        assert all(there.is_valid for there in found)
        assert sum(there.present for there in found) / sum(there.held for there in found) == pytest.approx(
            0.92, abs=0.02
        )

    def test_is_under_the_threshold_for_a_few_only(self) -> None:
        found = timetable.attendance_of(seated(CohortPhase.FINISHED)).values()

        assert len([there for there in found if there.present / there.scheduled < 0.8]) == 1

    def test_of_the_running_is_written_down_half_way(self) -> None:
        found = timetable.attendance_of(seated(CohortPhase.RUNNING))

        assert len(found) >= len(seated(CohortPhase.RUNNING))


@pytest.mark.usefixtures("looking")
class TestWork:
    def test_waits_for_every_first_assessor(self) -> None:
        for key in ("ouazzani", "evaluatrice"):
            by = accounts.actor_of(user_id(key))
            assert by.may(Permission.WORK_REVIEW)
            assert assessment.waiting_count(by) > 0

    def test_returned_comes_back_once_before_the_cohort_ends(self) -> None:
        days = (
            db.session()
            .execute(
                select(Submission.submitted_at, Cohort.ends_on)
                .join(Enrolment, Enrolment.id == Submission.enrolment_id)
                .join(Cohort, Cohort.id == Enrolment.cohort_id)
            )
            .all()
        )

        assert days
        assert all(row.submitted_at.astimezone(CASABLANCA).date() <= row.ends_on for row in days)

    def test_is_reviewed_after_it_is_handed_in(self) -> None:
        rows = db.session().execute(
            select(Submission.submitted_at, Review.reviewed_at, Review.mark, Review.outcome)
            .join(Review, Review.submission_id == Submission.id)
        ).all()  # fmt: skip

        assert {row.outcome for row in rows} == {Outcome.ACCEPTED, Outcome.RETURNED}
        assert all(row.submitted_at < row.reviewed_at for row in rows)
        assert all((row.mark >= 12) == (row.outcome == Outcome.ACCEPTED) for row in rows)


@pytest.mark.usefixtures("looking")
class TestAttempts:
    def test_answer_the_questions_that_were_put_in_time(self) -> None:
        answers = db.session().execute(
            select(Attempt.id, Attempt.layout, Attempt.started_at, Attempt.closes_at, Attempt.submitted_at, Answer.question_id,
                   Answer.saved_at)
            .join(Answer, Answer.attempt_id == Attempt.id)
        ).all()  # fmt: skip

        assert len(answers) > 1000
        for row in answers:
            assert row.question_id in {put["question"] for put in row.layout}
            assert row.started_at < row.saved_at < row.submitted_at < row.closes_at

    def test_are_no_more_than_the_quiz_allows(self) -> None:
        rows = db.session().execute(
            select(func.max(Attempt.number), Quiz.attempts).join(Quiz, Quiz.id == Attempt.quiz_id)
            .group_by(Quiz.id, Quiz.attempts)
        ).all()  # fmt: skip

        assert len(rows) == 6
        assert all(made <= allowed for made, allowed in rows)

    def test_are_all_marked(self) -> None:
        unmarked = select(func.count(Attempt.id)).where(~select(1).where(Marking.attempt_id == Attempt.id).exists())

        assert db.session().execute(unmarked).scalar_one() == 0


@pytest.mark.usefixtures("looking")
class TestCertificates:
    def test_are_held_by_those_with_nothing_in_the_way_and_nobody_else(self) -> None:
        holders = set(db.session().scalars(select(Certificate.enrolment_id)).all())

        assert holders == _passed(seated(CohortPhase.FINISHED))
        assert len(holders) > 30

    def test_are_all_sealed_whatever_became_of_them(self) -> None:
        states = Counter(db.session().scalars(select(Certificate.state)).all())
        files = db.session().scalars(select(CertificateFile)).all()

        assert states[CertificateState.DRAFT] == 0
        assert (states[CertificateState.REPLACED], states[CertificateState.REVOKED]) == (2, 1)
        assert len(files) == sum(states.values())
        assert hashlib.sha256(storage.get(files[0].key)).hexdigest() == files[0].sha256

    def test_say_what_their_chain_of_acts_says(self) -> None:
        assert list(history.verify()) == []

    def test_are_awarded_while_the_cohort_lasted(self) -> None:
        days = (
            db.session()
            .execute(
                select(Certificate.awarded_on, Cohort.starts_on, Cohort.ends_on).join(
                    Cohort, Cohort.id == Certificate.cohort_id
                )
            )
            .all()
        )

        assert all(row.starts_on < row.awarded_on <= row.ends_on for row in days)

    def test_are_not_touched_when_it_is_finished_again(self, institute: Flask) -> None:
        before = db.session().execute(select(Certificate.id, Certificate.state).order_by(Certificate.id)).all()
        with outside_requests(institute):
            services.finish(nobody_looks)
        with db.reading() as session:
            assert session.execute(select(Certificate.id, Certificate.state).order_by(Certificate.id)).all() == before


@pytest.mark.usefixtures("looking")
class TestTime:
    def test_has_nothing_to_come(self) -> None:
        latest = db.session().execute(select(func.max(audit.AuditEvent.at))).scalar_one()

        assert latest <= now()

    def test_runs_forward_in_the_audit_which_holds(self) -> None:
        moments = (
            db.session()
            .scalars(
                select(audit.AuditEvent.at)
                .where(audit.AuditEvent.action.not_in(("catalogue.synced", "key.made")))
                .order_by(audit.AuditEvent.seq)
            )
            .all()
        )

        assert len(moments) > 1000
        assert list(moments) == sorted(moments)
        assert list(audit.verify()) == []

    def test_opens_no_module_before_its_day(self) -> None:
        rows = db.session().execute(
            select(Attempt.started_at, CohortModule.opens_on)
            .join(Quiz, Quiz.id == Attempt.quiz_id).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
            .join(CohortModule, (CohortModule.cohort_id == Enrolment.cohort_id) & (CohortModule.module_id == Quiz.module_id))
        ).all()  # fmt: skip

        assert all(row.started_at.astimezone(CASABLANCA).date() >= row.opens_on for row in rows)


@pytest.mark.usefixtures("looking")
class TestStories:
    def test_ilyas_is_strong_in_all_but_teaching(self) -> None:
        reasons = results.eligibility_of([enrolment_id("ilyas")])[enrolment_id("ilyas")]

        assert {reason.module for reason in reasons} == {"PED-1"}
        marks = [mark for (_who, _component), mark in assessment.component_marks([enrolment_id("ilyas")]).items()]
        assert sorted(marks)[0] < Decimal(8)
        assert sorted(marks)[1] > Decimal(15)

    def test_youssef_sat_twice(self) -> None:
        sittings = select(LiveMark.sitting, LiveMark.mark).where(LiveMark.enrolment_id == enrolment_id("youssef"))
        first, second = db.session().execute(sittings.order_by(LiveMark.id)).all()

        assert (first.sitting, second.sitting) == (1, 2)
        assert first.mark < 8 <= 12 <= second.mark

    def test_hajars_first_work_was_read_by_two(self) -> None:
        readers = db.session().scalars(
            select(Review.assessor_id).join(Submission, Submission.id == Review.submission_id)
            .where(Submission.enrolment_id == enrolment_id("hajar")).order_by(Review.id)
        ).all()  # fmt: skip

        assert len(set(readers)) == 2

    def test_idirs_wrong_name_is_replaced_by_the_right_one(self) -> None:
        wrong, right = certificates("idir")

        assert (wrong.holder_name, right.holder_name) == ("Idder Aït Aly", "Idir Ait Ali")
        assert (wrong.state, right.state) == (CertificateState.REPLACED, CertificateState.ISSUED)

    def test_mehdi_keeps_one_certificate_of_two(self) -> None:
        (kept,), (revoked,) = certificates("mehdi"), certificates("mehdi.tazi")

        assert (kept.state, revoked.state) == (CertificateState.ISSUED, CertificateState.REVOKED)
        assert kept.holder_name == revoked.holder_name


@pytest.mark.usefixtures("looking")
class TestPeople:
    def test_all_sign_in_with_the_one_password(self) -> None:
        hashes = set(db.session().scalars(select(User.password_hash)).all())

        assert len(hashes) == 2
        assert None in hashes  # some who are about to start have not answered yet
        assert passwords.is_right(PASSWORD, next(one for one in hashes if one))

    def test_could_have_chosen_that_password(self) -> None:
        assert passwords.weakness(PASSWORD) is None

    def test_come_from_an_organisation(self) -> None:
        lost = select(func.count(User.id)).where(User.organisation_id.is_(None))
        staff = {f"{staff.key}@{DOMAIN}" for staff in STAFF}

        assert db.session().execute(lost.where(User.email.not_in(staff))).scalar_one() == 0
        assert db.session().execute(select(func.count(Organisation.id))).scalar_one() == 40

    def test_have_got_their_mails(self) -> None:
        waiting = select(func.count(OutboxMessage.id)).where(OutboxMessage.sent_at.is_(None))

        assert db.session().execute(waiting).scalar_one() == 0

    def test_show_a_login_for_every_role(self) -> None:
        assert {login.role for login in queries.logins()} == set(Role)


@pytest.mark.usefixtures("institute")
class TestDemoLoaded:
    def test_shows_who_can_sign_in(self, run: Run) -> None:
        result = run()

        assert result.exit_code == 0
        assert PASSWORD in result.stdout
        for address in ("khadija@demo.takwin.example", "ouazzani@demo.takwin.example", "berrada@demo.takwin.example"):
            assert address in result.stdout

    def test_shows_it_when_nothing_had_to_be_loaded(self, run: Run) -> None:
        assert run("--if-empty").stdout == run().stdout

    def test_shows_it_as_json_with_every_role(self, run: Run) -> None:
        page = json.loads(run("--json").stdout)

        assert page["password"] == PASSWORD
        assert {login["role"] for login in page["logins"]} == set(Role)
        assert all(login["email"] and login["name"] and login["story"] for login in page["logins"])


def user_id(key: str) -> int:
    found = accounts.user_by_email(f"{key}@{DOMAIN}")
    assert found is not None
    return found.id


def enrolment_id(key: str) -> int:
    return db.session().execute(select(Enrolment.id).where(Enrolment.user_id == user_id(key))).scalar_one()


def certificates(key: str) -> Sequence[Certificate]:
    """Somebody's, in the order in which they were decided."""
    return (
        db.session()
        .scalars(select(Certificate).where(Certificate.holder_id == user_id(key)).order_by(Certificate.id))
        .all()
    )


@pytest.mark.usefixtures("looking")
class TestTimetable:
    def test_is_held_confirmed_and_planned_as_the_dates_of_each_intake_say(self) -> None:
        states = db.session().execute(
            select(TrainingSession.state, TrainingSession.ends_at, Cohort.starts_on, Cohort.ends_on)
            .join(Cohort, Cohort.id == TrainingSession.cohort_id)
        ).all()  # fmt: skip
        found = {
            phase: Counter(row.state for row in states if phase_of(row.starts_on, row.ends_on, today()) is phase)
            for phase in CohortPhase
        }

        assert set(found[CohortPhase.FINISHED]) == {"held"}
        assert set(found[CohortPhase.RUNNING]) == {"held", "confirmed", "rescheduled"}
        assert set(found[CohortPhase.ABOUT_TO_START]) == {"planned"}
        assert min(found[phase].total() for phase in CohortPhase) >= 5 * 12
        assert all(
            (row.state == "held") == (row.ends_at <= now()) for row in states if row.state in ("held", "confirmed")
        )

    def test_has_no_clash(self) -> None:
        standing = timetable.bookings_between(now() - timedelta(days=200), now() + timedelta(days=200))
        found = clashes(standing.bookings, standing.bookings, standing.travel, standing.longest_travel)
        assert [clash for clash in found if not clash.is_warning] == []

    def test_teaches_the_hours_of_every_module(self) -> None:
        cohort = db.session().scalars(select(Cohort.id).order_by(Cohort.starts_on)).first()
        assert cohort is not None
        assert set(left_to_plan(cohort).values()) == {0}


@pytest.mark.usefixtures("looking")
class TestExemptions:
    def test_are_one_decided_and_one_under_way(self) -> None:
        states = db.session().scalars(select(ExemptionRequest.state).order_by(ExemptionRequest.id)).all()
        assert sorted(states) == [RequestState.ADMISSIBLE, RequestState.PARTIAL]
