"""The pages of those who look after the installation, and the probes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from lms import audit, db, jobs, storage, wiring
from lms.clock import now
from lms.jobs import Job, JobState, Running
from lms.notifications.kinds import Kind
from lms.notifications.models import MOST_TRIES, OutboxMessage
from lms.permissions import INSTITUTE, Actor, Role
from lms.web.links import outside_requests
from tests.conftest import Clock, Statements
from tests.factories import make_message, make_staff, make_user


@pytest.fixture
def admin(sign_in: Callable[[int], FlaskClient]) -> FlaskClient:
    with db.transaction():
        user_id = make_staff(Role.ADMIN).id
    return sign_in(user_id)


@pytest.fixture
def coordinator_id(fresh: Flask) -> int:
    with db.transaction():
        return make_staff(Role.COORDINATOR).id


@pytest.fixture
def coordinator(coordinator_id: int, sign_in: Callable[[int], FlaskClient]) -> FlaskClient:
    return sign_in(coordinator_id)


def promise(by: int | None = None, *, kind: str = "work", key: str = "work", total: int = 0) -> int:
    with db.transaction():
        return jobs.enqueue(kind, key, by=by, total=total)


def change(job_id: int, **values: object) -> None:
    with db.transaction() as session:
        job = session.get_one(Job, job_id)
        for name, value in values.items():
            setattr(job, name, value)


def read(client: FlaskClient, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.get_data(as_text=True)


class TestHealthz:
    def test_says_ok_and_no_more(self, client: FlaskClient) -> None:
        response = client.get("/healthz")

        assert (response.status_code, response.get_data(as_text=True)) == (200, "ok\n")

    def test_needs_no_database(self, client: FlaskClient, statements: Callable[[], Statements]) -> None:
        with statements() as sent:  # type: ignore[attr-defined]
            client.get("/healthz")

        assert len(sent) == 0


class TestReadyz:
    def test_is_ready_when_all_answers(self, client: FlaskClient) -> None:
        assert client.get("/readyz").status_code == 200

    def test_is_not_when_the_database_is_away(self, client: FlaskClient) -> None:
        here = db.database()
        address = "sqlite:////nowhere/all.sqlite" if here.is_sqlite else "postgresql+psycopg://x@/x?host=/nowhere"
        db.connect(db.Database(address))
        try:
            response = client.get("/readyz")
        finally:
            db.connect(here)

        assert (response.status_code, response.get_data(as_text=True)) == (503, "not ok\n")

    def test_is_not_when_nobody_runs_the_jobs(self, client: FlaskClient, present: Clock) -> None:
        promise()
        present.forward(minutes=16)

        assert client.get("/readyz").status_code == 503

    def test_does_not_mind_work_that_waits_for_its_time(self, client: FlaskClient, present: Clock) -> None:
        with db.transaction():
            jobs.enqueue("work", "later", at=now() + timedelta(days=1))
        present.forward(minutes=16)

        assert client.get("/readyz").status_code == 200

    def test_is_not_when_the_store_cannot_be_written(
        self, client: FlaskClient, settings: object, tmp_path: Path, fresh: Flask
    ) -> None:
        lost = tmp_path / "lost"
        storage.connect(str(lost))
        lost.rmdir()
        lost.write_text("in the way")
        try:
            response = client.get("/readyz")
        finally:
            storage.connect(fresh.config["SETTINGS"].files)

        assert (response.status_code, response.get_data(as_text=True)) == (503, "not ok\n")


class TestMetrics:
    @pytest.fixture
    def production(self, fresh: Flask) -> Iterator[Callable[..., None]]:
        before = fresh.config["SETTINGS"]

        def set_up(token: str | None = None) -> None:
            fresh.config["SETTINGS"] = replace(before, env="production", metrics_token=token)

        yield set_up
        fresh.config["SETTINGS"] = before

    def test_counts_requests_jobs_and_mails(self, client: FlaskClient) -> None:
        client.get("/healthz")
        promise()
        with db.transaction():
            make_message(make_user(), Kind.ENROLLED)

        figures = read(client, "/metrics")

        assert 'lms_request_seconds_count{endpoint="operations.healthz",status="200"}' in figures
        assert 'lms_jobs{state="queued"} 1.0' in figures
        assert 'lms_mails{state="waiting"} 1.0' in figures

    def test_counts_addresses_that_are_not_there_together(self, client: FlaskClient) -> None:
        client.get("/made-up-by-a-scanner")

        figures = read(client, "/metrics")

        assert 'endpoint="none",status="404"' in figures
        assert "made-up" not in figures

    def test_is_for_this_machine_in_production(self, client: FlaskClient, production: Callable[..., None]) -> None:
        production()

        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 404

    def test_is_not_for_those_a_proxy_on_this_machine_speaks_for(
        self, client: FlaskClient, production: Callable[..., None]
    ) -> None:
        production()

        assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 404

    def test_is_for_who_holds_the_token(self, client: FlaskClient, production: Callable[..., None]) -> None:
        production("s3cret")

        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer é"}).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


class TestJob:
    def test_shows_progress_and_says_one_may_leave(
        self, coordinator: FlaskClient, coordinator_id: int, present: Clock
    ) -> None:
        job_id = promise(coordinator_id, total=400)
        change(job_id, done=132, state=JobState.RUNNING, lease_until=now() + timedelta(minutes=1))
        present.forward(seconds=75)

        page = read(coordinator, f"/jobs/{job_id}")

        assert "132 of 400" in page
        assert "You may leave this page" in page
        assert "75 seconds" in page

    def test_reloads_itself_with_and_without_scripts_while_it_runs(
        self, coordinator: FlaskClient, coordinator_id: int
    ) -> None:
        job_id = promise(coordinator_id)

        page = read(coordinator, f"/jobs/{job_id}")
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
        assert 'hx-trigger="every 2s"' in page

        change(job_id, state=JobState.DONE, finished_at=now())
        page = read(coordinator, f"/jobs/{job_id}")
        assert "refresh" not in page
        assert "hx-trigger" not in page

    def test_asks_less_often_as_time_goes_by(
        self, coordinator: FlaskClient, coordinator_id: int, present: Clock
    ) -> None:
        job_id, pauses = promise(coordinator_id), []
        for _look in range(3):
            page = read(coordinator, f"/jobs/{job_id}")
            pauses.append(int(page.partition('hx-trigger="every ')[2].partition("s")[0]))
            present.forward(minutes=3)

        assert pauses == [2, 5, 10]

    def test_gives_htmx_only_what_changes(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        job_id = promise(coordinator_id, total=3)

        part = read(coordinator, f"/jobs/{job_id}", **{"HX-Request": "true"})

        assert part.lstrip().startswith('<div id="job"')
        assert len(part) < 2000

    def test_is_not_there_for_others(self, coordinator: FlaskClient, sign_in: Callable[[int], FlaskClient]) -> None:
        with db.transaction():
            other = make_staff(Role.COORDINATOR).id
        mine, institutes = promise(other, key="a"), promise(key="b")

        assert coordinator.get(f"/jobs/{mine}").status_code == 404
        assert coordinator.get(f"/jobs/{institutes}").status_code == 404
        assert coordinator.post(f"/jobs/{mine}/cancel").status_code == 404
        assert sign_in(other).get(f"/jobs/{mine}").status_code == 200

    def test_is_open_to_those_who_look_after_all(self, admin: FlaskClient, coordinator_id: int) -> None:
        assert admin.get(f"/jobs/{promise(coordinator_id)}").status_code == 200

    def test_links_to_its_result(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        job_id = promise(coordinator_id)
        change(
            job_id, state=JobState.DONE, finished_at=now(), result={"url": "/certificates", "label": "40 certificates"}
        )

        assert '<a class="btn btn-primary" href="/certificates">40 certificates</a>' in read(
            coordinator, f"/jobs/{job_id}"
        )

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", None])
    def test_links_to_no_other_site(self, coordinator: FlaskClient, coordinator_id: int, url: object) -> None:
        job_id = promise(coordinator_id)
        change(job_id, state=JobState.DONE, finished_at=now(), result={"url": url})

        page = read(coordinator, f"/jobs/{job_id}")

        assert "evil" not in page
        assert "See the result" not in page

    def test_tells_what_went_wrong_to_those_who_can_mend_it(
        self, admin: FlaskClient, coordinator: FlaskClient, coordinator_id: int
    ) -> None:
        job_id = promise(coordinator_id)
        change(job_id, state=JobState.PARKED, finished_at=now(), error="ValueError: <b>inside</b>")

        assert "ValueError: &lt;b&gt;inside&lt;/b&gt;" in read(admin, f"/jobs/{job_id}")
        page = read(coordinator, f"/jobs/{job_id}")
        assert "inside" not in page
        assert "the administrators have been told" in page

    def test_takes_two_statements(
        self, coordinator: FlaskClient, coordinator_id: int, statements: Callable[[], Statements]
    ) -> None:
        job_id = promise(coordinator_id)

        with statements() as sent:  # type: ignore[attr-defined]
            read(coordinator, f"/jobs/{job_id}")

        assert len(sent) == 2


class TestCancelJob:
    def test_stops_it_before_its_next_step(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        job_id = promise(coordinator_id)

        response = coordinator.post(f"/jobs/{job_id}/cancel", follow_redirects=True)

        assert "Cancelled" in response.get_data(as_text=True)
        assert jobs.lease_next() is None

    def test_says_when_it_is_too_late(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        job_id = promise(coordinator_id)
        change(job_id, state=JobState.DONE, finished_at=now())

        response = coordinator.post(f"/jobs/{job_id}/cancel")

        assert response.status_code == 409
        assert "come to its end already" in response.get_data(as_text=True)


class TestRetryJob:
    def test_puts_it_back(self, admin: FlaskClient) -> None:
        job_id = promise()
        change(job_id, state=JobState.PARKED, finished_at=now())

        admin.post(f"/jobs/{job_id}/retry")

        assert jobs.run_next({"work": lambda _job: None})

    def test_is_not_for_those_who_only_asked_for_it(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        assert coordinator.post(f"/jobs/{promise(coordinator_id)}/retry").status_code == 403


class TestJobs:
    def test_shows_everybody_their_own(self, coordinator: FlaskClient, coordinator_id: int) -> None:
        promise(coordinator_id, kind="operations.verify_audit", key="mine")
        promise(kind="operations.tidy", key="the institute's")

        page = read(coordinator, "/jobs")

        assert "Verify the audit trail" in page
        assert "Tidy up" not in page

    def test_shows_all_to_those_who_look_after_them(self, admin: FlaskClient, coordinator_id: int) -> None:
        promise(coordinator_id, kind="operations.verify_audit", key="theirs")
        promise(kind="operations.tidy", key="the institute's")

        page = read(admin, "/jobs")

        assert "Verify the audit trail" in page
        assert "Tidy up" in page

    def test_filters_by_state(self, admin: FlaskClient) -> None:
        change(promise(kind="operations.tidy", key="a"), state=JobState.PARKED)
        promise(kind="operations.verify_audit", key="b")

        page = read(admin, "/jobs?state=parked")

        assert "Tidy up" in page
        assert "Verify the audit trail" not in page

    def test_turns_pages(self, admin: FlaskClient) -> None:
        for number in range(30):
            promise(kind="operations.tidy", key=str(number))

        first = read(admin, "/jobs")
        following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        second = read(admin, following)

        assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (25, 5)

    @pytest.mark.parametrize("count", [3, 60])
    def test_takes_two_statements(self, admin: FlaskClient, count: int, statements: Callable[[], Statements]) -> None:
        for number in range(count):
            promise(key=str(number))

        with statements() as sent:  # type: ignore[attr-defined]
            read(admin, "/jobs")

        assert len(sent) == 2

    def test_says_why_it_is_empty(self, coordinator: FlaskClient) -> None:
        assert "No long work yet" in read(coordinator, "/jobs")


def act(action: str = "cohort.opened", subject: str = "cohort:1", by: Actor = INSTITUTE, **detail: Any) -> None:
    with db.transaction():
        audit.record(action, subject, by=by, **detail)


def rows_of(page: str) -> int:
    return page.count('<th scope="row"')


class TestAudit:
    @pytest.fixture
    def auditor(self, sign_in: Callable[[int], FlaskClient]) -> FlaskClient:
        with db.transaction():
            user_id = make_staff(Role.AUDITOR).id
        return sign_in(user_id)

    def test_shows_who_did_what_to_which(self, auditor: FlaskClient) -> None:
        with db.transaction():
            user = make_user("Hajar", "Idrissi")
        act("cohort.opened", "cohort:12", by=Actor(user.id, user.name), capacity=30)

        page = read(auditor, "/audit")

        for words in ("Hajar Idrissi", "cohort.opened", "cohort:12", "capacity", "30"):
            assert words in page

    def test_escapes_what_it_shows(self, auditor: FlaskClient) -> None:
        act(reason="<script>alert(1)</script>")

        assert "<script>alert" not in read(auditor, "/audit")

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ("action=certificate", 2), ("action=certificate.issued", 1), ("action=nothing", 0), ("subject=cohort:1", 1),
            ("subject=cohort", 0), ("who=hajar@example.ma", 1), ("who=HAJAR@example.ma", 1), ("who=nobody@example.ma", 0),
            ("since=2026-11-23", 3), ("since=2026-11-24", 0), ("until=2026-11-23", 3), ("until=2026-11-22", 0),
            ("since=2026-11-23&until=2026-11-23&action=certificate", 2), ("action=%25", 0), ("action=certificate_", 0),
            ("since=yesterday", 3), ("since=0001-01-01", 3), ("until=9999-12-31", 3), ("who=999999999999999999", 0),
            ("after=nonsense", 3),
        ],
    )  # fmt: skip
    def test_filters(self, auditor: FlaskClient, filters: str, found: int) -> None:
        with db.transaction():
            user = make_user(email="hajar@example.ma")
        act("cohort.opened", "cohort:1", by=Actor(user.id, user.name))
        act("certificate.issued", "certificate:1")
        act("certificate.revoked", "certificate:1")

        assert rows_of(read(auditor, f"/audit?{filters}")) == found

    def test_finds_somebody_by_number(self, auditor: FlaskClient) -> None:
        with db.transaction():
            user = make_user()
        act(by=Actor(user.id, user.name))
        act()

        assert rows_of(read(auditor, f"/audit?who={user.id}")) == 1

    def test_turns_pages_and_keeps_the_filter(self, auditor: FlaskClient) -> None:
        for number in range(30):
            act("certificate.issued", f"certificate:{number}")
            act()

        first = read(auditor, "/audit?action=certificate")
        following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")

        assert (rows_of(first), rows_of(read(auditor, following))) == (25, 5)

    @pytest.mark.parametrize("count", [3, 60])
    def test_takes_three_statements(
        self, auditor: FlaskClient, count: int, statements: Callable[[], Statements]
    ) -> None:
        for _number in range(count):
            act()

        with statements() as sent:  # type: ignore[attr-defined]
            read(auditor, "/audit")

        assert len(sent) == 3

    def test_is_for_those_who_may_read_it(self, coordinator: FlaskClient) -> None:
        assert coordinator.get("/audit").status_code == 403
        assert coordinator.post("/audit/verify").status_code == 403

    def test_verifies_the_chain_when_asked(self, fresh: Flask, auditor: FlaskClient) -> None:
        act()
        assert "Not verified yet" in read(auditor, "/audit")

        response = auditor.post("/audit/verify")
        with outside_requests(fresh):
            jobs.run_all(wiring.JOBS)

        assert "See the audit trail" in read(auditor, response.location)
        assert "up to row 1, verified" in read(auditor, "/audit")

    def test_names_the_row_that_was_changed(self, fresh: Flask, auditor: FlaskClient) -> None:
        act()
        act()
        with db.database().writer.begin() as connection:
            connection.execute(text("UPDATE audit_events SET action = 'nothing' WHERE seq = 1"))

        auditor.post("/audit/verify")
        with outside_requests(fresh):
            jobs.run_all(wiring.JOBS)

        page = read(auditor, "/audit")
        assert "Broken" in page
        assert "Row 1 was changed" in page


class TestOutbox:
    def test_shows_what_waits_was_sent_and_failed(self, admin: FlaskClient) -> None:
        with db.transaction():
            user = make_user("Hajar", "Idrissi", email="hajar@example.ma")
            make_message(user, Kind.INVITATION)
            make_message(user, Kind.ENROLLED).sent_at = now()
            failed = make_message(user, Kind.WORK_RETURNED)
            failed.tries, failed.next_try_at, failed.error = MOST_TRIES, None, "SMTPRecipientsRefused: <550>"

        page = read(admin, "/outbox")

        assert rows_of(page) == 3
        for words in (
            "hajar@example.ma",
            "Invitation",
            "Waiting",
            "Sent",
            "Failed",
            "SMTPRecipientsRefused: &lt;550&gt;",
        ):
            assert words in page
        assert rows_of(read(admin, "/outbox?state=failed")) == 1
        assert rows_of(read(admin, "/outbox?kind=enrolled")) == 1
        assert rows_of(read(admin, "/outbox?state=failed&kind=enrolled")) == 0

    def test_sends_again(self, admin: FlaskClient) -> None:
        with db.transaction():
            message = make_message(make_user(), Kind.ENROLLED)
            message.tries, message.next_try_at = MOST_TRIES, None

        response = admin.post(f"/outbox/{message.id}/send-again?state=failed")

        assert response.location == "/outbox?state=failed"
        with db.reading() as session:
            kept = session.get_one(OutboxMessage, message.id)
        assert (kept.tries, kept.next_try_at) == (0, now())

    def test_finds_by_name_and_address_and_acts_on_what_it_shows(self, admin: FlaskClient) -> None:
        with db.transaction():
            failed = make_message(make_user("Hajar", "Idrissi", email="hajar@example.ma"), Kind.ENROLLED)
            failed.tries, failed.next_try_at = MOST_TRIES, None
            other = make_message(make_user("Omar", "Tazi"), Kind.ENROLLED)
            other.tries, other.next_try_at = MOST_TRIES, None
            waiting = make_message(make_user(), Kind.INVITATION)
        assert rows_of(read(admin, "/outbox?search=idrissi")) == 1
        assert rows_of(read(admin, "/outbox?search=HAJAR@example")) == 1

        assert admin.post("/outbox/send-failed-again?state=failed&search=hajar").status_code == 303
        assert admin.post(f"/outbox/{waiting.id}/stop?state=waiting").location == "/outbox?state=waiting"

        with db.reading() as session:
            assert session.get_one(OutboxMessage, failed.id).next_try_at is not None
            assert session.get_one(OutboxMessage, other.id).next_try_at is None
            assert session.get_one(OutboxMessage, waiting.id).next_try_at is None

    def test_knows_no_message_that_is_not_there(self, admin: FlaskClient) -> None:
        assert admin.post("/outbox/999/send-again").status_code == 404

    def test_is_not_for_coordinators(self, coordinator: FlaskClient) -> None:
        assert coordinator.get("/outbox").status_code == 403

    @pytest.mark.parametrize("count", [3, 60])
    def test_takes_three_statements(self, admin: FlaskClient, count: int, statements: Callable[[], Statements]) -> None:
        with db.transaction():
            for _number in range(count):
                make_message(make_user(), Kind.ENROLLED)

        with statements() as sent:  # type: ignore[attr-defined]
            read(admin, "/outbox")

        assert len(sent) == 3


class TestParkedJob:
    def test_is_told_to_the_administrators_once_a_day(self, fresh: Flask, present: Clock) -> None:
        with db.transaction():
            admin_id = make_staff(Role.ADMIN).id
            make_staff(Role.COORDINATOR)

        def fail(_job: Running) -> None:
            raise ValueError("no")

        for number in range(2):
            promise(key=str(number))
        for _try in range(12):
            jobs.run_next({"work": fail})
            present.forward(minutes=5)

        with db.reading() as session:
            told = session.scalars(select(OutboxMessage.user_id).where(OutboxMessage.kind == Kind.JOB_PARKED)).all()
        assert told == [admin_id]
