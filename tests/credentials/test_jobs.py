"""From a decision to a file that is issued, whatever happens on the way."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms import db, jobs, storage
from lms.accounts.models import User
from lms.credentials import post_check, queries, services
from lms.credentials.models import Certificate, CertificateEvent, CertificateFile
from lms.credentials.states import CertificateState, RevocationReason
from lms.jobs import Job, JobState
from lms.notifications.models import OutboxMessage
from lms.permissions import INSTITUTE, Role
from lms.results.models import ModuleResult
from lms.web.links import outside_requests
from tests.conftest import Clock
from tests.factories import actor, make_cohort, make_eligible, make_signing_key, make_staff, make_user

Worker = Callable[[], int]


class Killed(BaseException):
    """The process died here: nothing after it ran, and nobody caught it."""


@pytest.fixture
def enrolment_id(fresh: Flask) -> int:
    with db.transaction():
        make_signing_key()
        return make_eligible(user=make_user("Hajar", "El Idrissi")).id


@pytest.fixture
def certificate_id(fresh: Flask, enrolment_id: int) -> int:
    with outside_requests(fresh), db.transaction():
        return services.issue_certificate(enrolment_id, by=INSTITUTE).id


def state_of(certificate_id: int) -> CertificateState:
    with db.reading() as session:
        return CertificateState(session.get_one(Certificate, certificate_id).state)


def count(table: type[db.Base]) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


class TestSeal:
    def test_issues_a_file_that_is_right_and_tells_the_holder(self, certificate_id: int, worker: Worker) -> None:
        worker()

        assert state_of(certificate_id) is CertificateState.ISSUED
        with db.reading() as session:
            row = queries.file_of(certificate_id)
            assert row is not None
            content = storage.get(row.key)
            chain = queries.signing_keys()[0].chain
            kinds = session.scalars(select(OutboxMessage.kind)).all()
        assert hashlib.sha256(content).hexdigest() == row.sha256
        post_check.check(content, chain, ("Hajar El Idrissi", row.code[:4]))
        assert kinds == ["certificate_issued"]

    def test_is_done_once_however_often_the_job_runs(self, fresh: Flask, certificate_id: int, worker: Worker) -> None:
        worker()
        before = (count(CertificateFile), count(CertificateEvent), count(OutboxMessage))
        with db.transaction() as session:
            session.execute(update(Job).values(state=JobState.QUEUED))

        worker()

        assert (count(CertificateFile), count(CertificateEvent), count(OutboxMessage)) == before

    @pytest.mark.parametrize("step", ["read", "draw", "seal", "store", "record"])
    def test_is_finished_by_another_worker_after_a_kill(
        self, certificate_id: int, worker: Worker, present: Clock, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        """Each step is called and abandoned: as after kill -9, the job stays leased until its worker has been silent for long."""
        places = {
            "read": "lms.credentials.signer.Signer.read", "draw": "lms.credentials.signer.Signer.draw",
            "seal": "lms.credentials.signer.Signer.seal", "store": "lms.storage.put",
            "record": "lms.credentials.services.record_seal",
        }  # fmt: skip

        def die(*_arguments: object, **_options: object) -> None:
            raise Killed

        with monkeypatch.context() as dying:
            dying.setattr(places[step], die)
            with pytest.raises(Killed):
                worker()
        assert state_of(certificate_id) is CertificateState.DRAFT
        assert count(CertificateFile) == 0

        assert worker() == 0  # its lease is not over
        present.forward(seconds=61)
        worker()

        assert state_of(certificate_id) is CertificateState.ISSUED
        assert count(CertificateFile) == 1
        assert count(OutboxMessage) == 1

    def test_shows_nobody_a_file_that_did_not_come_out_right(
        self, certificate_id: int, worker: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lms.credentials.signer.sealed", lambda pdf, _key: pdf + b"tampered on the way")

        worker()

        assert state_of(certificate_id) is CertificateState.DRAFT
        assert count(CertificateFile) == 0
        with db.reading() as session:
            assert "NotAsItShouldBe" in (
                session.scalars(select(Job.error).where(Job.kind == "credentials.seal")).one() or ""
            )

    def test_leaves_alone_what_was_revoked_meanwhile(self, fresh: Flask, certificate_id: int, worker: Worker) -> None:
        with fresh.app_context(), db.transaction():
            services.revoke(certificate_id, reason=RevocationReason.OUR_ERROR, note="x", by=INSTITUTE)

        worker()

        assert state_of(certificate_id) is CertificateState.REVOKED
        assert count(CertificateFile) == 0


@pytest.fixture
def cohort(fresh: Flask) -> tuple[int, list[int], int]:
    """A cohort with five who may have a certificate; the cohort, the participations and a coordinator."""
    with db.transaction():
        make_signing_key()
        cohort = make_cohort()
        people = [
            make_eligible(cohort, make_user("Amina", family)).id
            for family in ("Alami", "Bennis", "Chraibi", "Daoudi", "Essaidi")
        ]
        return cohort.id, people, make_staff(Role.COORDINATOR, cohort.id).id


def ask(
    app: Flask, cohort: tuple[int, list[int], int], people: list[int] | None = None, request: str = "0" * 16
) -> int:
    cohort_id, everybody, coordinator = cohort
    with outside_requests(app), db.transaction() as session:
        by = actor(session.get_one(User, coordinator))
        return services.issue_cohort(cohort_id, people or everybody, by=by, request=request)


class TestIssueCohort:
    def test_issues_to_each_and_counts(self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker) -> None:
        job_id = ask(fresh, cohort)

        worker()

        with db.reading() as session:
            job = session.get_one(Job, job_id)
            certificates = session.scalars(select(Certificate)).all()
            assert (job.state, job.done, job.total, job.error) == (JobState.DONE, 5, 5, None)
            assert job.result["url"] == f"/cohorts/{cohort[0]}/certificates"
            assert {certificate.enrolment_id for certificate in certificates} == set(cohort[1])
            assert {certificate.state for certificate in certificates} == {CertificateState.ISSUED}
            assert {certificate.decided_by for certificate in certificates} == {cohort[2]}
        assert count(CertificateFile) == 5

    def test_takes_a_form_sent_twice_as_one(self, fresh: Flask, cohort: tuple[int, list[int], int]) -> None:
        assert ask(fresh, cohort) == ask(fresh, cohort)
        assert ask(fresh, cohort, request="1" * 16) != ask(fresh, cohort)

    def test_takes_nobody_of_another_cohort(
        self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker
    ) -> None:
        with db.transaction():
            stranger = make_eligible().id

        ask(fresh, cohort, [stranger, cohort[1][0]])
        worker()

        with db.reading() as session:
            assert session.scalars(select(Certificate.enrolment_id)).all() == [cohort[1][0]]

    def test_passes_over_those_who_may_not_any_more(
        self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker
    ) -> None:
        job_id = ask(fresh, cohort)
        with db.transaction() as session:
            first, last = cohort[1][0], cohort[1][-1]
            session.execute(update(ModuleResult).where(ModuleResult.enrolment_id.in_((first, last))).values(
                passed=False, reasons=[{"code": "not_assessed", "module": "DEV-1", "title": {}, "have": "", "need": ""}]
            ))  # fmt: skip

        worker()

        with db.reading() as session:
            job = session.get_one(Job, job_id)
            assert (job.state, job.done) == (JobState.DONE, 5)
            assert job.result["refused"] == [first, last]
        assert count(Certificate) == 3

    @pytest.mark.parametrize("at", [1, 2, 4])
    def test_goes_on_after_a_kill_with_none_twice_and_none_missing(
        self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker, present: Clock,
        monkeypatch: pytest.MonkeyPatch, at: int,
    ) -> None:  # fmt: skip
        ask(fresh, cohort)
        put, stored = storage.put, []

        def put_until_killed(content: bytes, folder: str) -> str:
            stored.append(folder)
            if len(stored) == at:
                raise Killed
            return put(content, folder)

        with monkeypatch.context() as dying:
            dying.setattr("lms.storage.put", put_until_killed)
            with pytest.raises(Killed):
                worker()
        present.forward(minutes=2)
        worker()
        present.forward(minutes=10)
        worker()  # the jobs that seal what a cohort's job left behind find nothing to do

        with db.reading() as session:
            certificates = session.scalars(select(Certificate)).all()
            assert sorted(certificate.enrolment_id for certificate in certificates) == sorted(cohort[1])
            assert {certificate.state for certificate in certificates} == {CertificateState.ISSUED}
            assert session.scalars(select(Job.state).where(Job.state != JobState.DONE)).all() == []
        assert count(CertificateFile) == 5
        assert count(OutboxMessage) == 5

    def test_seals_later_what_was_decided_before_it_was_cancelled(
        self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker, present: Clock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        job_id = ask(fresh, cohort)
        put = storage.put

        def cancel_then_put(content: bytes, folder: str) -> str:
            with db.transaction():
                jobs.cancel(job_id)
            return put(content, folder)

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr("lms.storage.put", cancel_then_put)
            worker()
        decided = count(Certificate)
        present.forward(minutes=6)
        worker()

        assert 0 < decided < 5
        with db.reading() as session:
            assert set(session.scalars(select(Certificate.state)).all()) == {CertificateState.ISSUED}
        assert count(Certificate) == count(CertificateFile) == decided


class TestCohortArchive:
    def test_holds_every_file_and_a_list_of_them(
        self, fresh: Flask, cohort: tuple[int, list[int], int], worker: Worker
    ) -> None:
        ask(fresh, cohort, cohort[1][:2])
        worker()
        with outside_requests(fresh), db.transaction():
            job_id = services.zip_cohort(cohort[0], by=INSTITUTE, request="a" * 16)
        worker()

        with db.reading() as session:
            job = session.get_one(Job, job_id)
            archive = zipfile.ZipFile(io.BytesIO(storage.get(job.result["key"])))
            assert job.result["url"] == f"/cohorts/{cohort[0]}/certificates/archive/{job_id}"
        lines = list(csv.reader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig")), delimiter=";"))
        assert [line[1] for line in lines[1:]] == ["Amina Alami", "Amina Bennis"]
        assert archive.namelist() == ["manifest.csv", *(line[0] for line in lines[1:])]
        for line in lines[1:]:
            assert hashlib.sha256(archive.read(line[0])).hexdigest() == line[-1]

    def test_is_no_formula_whatever_the_name(self, fresh: Flask, worker: Worker) -> None:
        with db.transaction():
            make_signing_key()
            enrolment = make_eligible(user=make_user("=cmd|' /C calc'!A0", "@SUM(A1)"))
            cohort_id, enrolment_id = enrolment.cohort_id, enrolment.id
        with outside_requests(fresh), db.transaction():
            services.issue_certificate(enrolment_id, by=INSTITUTE)
            job_id = services.zip_cohort(cohort_id, by=INSTITUTE, request="a" * 16)
        worker()

        with db.reading() as session:
            content = storage.get(session.get_one(Job, job_id).result["key"])
        manifest = zipfile.ZipFile(io.BytesIO(content)).read("manifest.csv").decode("utf-8-sig")
        assert all(
            not cell.startswith(("=", "@", "+", "-")) for line in manifest.splitlines() for cell in line.split(";")
        )
