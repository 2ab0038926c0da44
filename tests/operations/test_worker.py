"""The worker's loop, and the work that comes round."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event as Flag

import pytest
from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from lms import audit, db, jobs, wiring
from lms.accounts import throttle
from lms.accounts.models import ThrottleWindow
from lms.clock import now
from lms.i18n import language
from lms.jobs import Job, JobState, Running
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage
from lms.operations import worker
from lms.operations.plan import Periodic, Plan
from lms.operations.schedule import Schedule
from lms.operations.wording import JOBS
from lms.permissions import INSTITUTE, Role
from lms.web.links import absolute
from tests.conftest import Clock
from tests.factories import make_staff
from tests.mailbox import Mailbox

EACH_MINUTE = timedelta(minutes=1)


def promise(key: str = "work", kind: str = "work") -> int:
    with db.transaction():
        return jobs.enqueue(kind, key)


def states() -> list[JobState]:
    with db.reading() as session:
        return list(session.scalars(select(Job.state).order_by(Job.id)))


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.fixture
def run(fresh: Flask) -> Iterator[Callable[..., Flag]]:
    """A worker in threads of this process, stopped at the end."""
    running: list[tuple[threading.Thread, Flag]] = []

    def start(plan: Plan, *, threads: int = 1) -> Flag:
        stopping = Flag()
        thread = threading.Thread(target=worker.work, args=(fresh, plan, stopping), kwargs={"threads": threads})
        thread.start()
        running.append((thread, stopping))
        return stopping

    yield start
    for thread, stopping in running:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


class TestWork:
    def test_runs_what_is_due(self, run: Callable[..., Flag]) -> None:
        promise()

        run(Plan({"work": lambda _job: None}))

        until(lambda: states() == [JobState.DONE])

    def test_lets_a_short_job_pass_a_long_one(self, run: Callable[..., Flag]) -> None:
        promise("long", "long")
        promise("short", "short")
        ended = Flag()

        def wait(_job: Running) -> None:
            ended.wait(10)

        run(Plan({"long": wait, "short": lambda _job: None}), threads=2)

        until(lambda: states() == [JobState.RUNNING, JobState.DONE])
        ended.set()

    def test_finishes_the_step_it_is_in_when_it_is_stopped(self, run: Callable[..., Flag]) -> None:
        promise()
        begun, done = Flag(), list[int]()

        def work(job: Running) -> None:
            for number in range(1, 100):
                with job.step(done=number, total=100):
                    begun.set()
                    time.sleep(0.02)
                    done.append(number)

        stopping = run(Plan({"work": work}))
        assert begun.wait(5)
        stopping.set()

        until(lambda: states() == [JobState.QUEUED])
        with db.reading() as session:
            assert session.scalars(select(Job.done)).all() == [done[-1]]

    def test_bears_with_a_database_that_is_away(
        self, run: Callable[..., Flag], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker, "AFTER_TROUBLE", 0.01)
        lease, tries = jobs.lease_next, list[int]()

        def away_twice(stopping: Flag | None = None) -> Running | None:
            tries.append(1)
            if len(tries) < 3:
                raise OperationalError("SELECT", {}, ConnectionError("gone"))
            return lease(stopping)

        monkeypatch.setattr(jobs, "lease_next", away_twice)
        promise()

        run(Plan({"work": lambda _job: None}))

        until(lambda: states() == [JobState.DONE])

    def test_gives_jobs_addresses_translations_and_the_settings(self, run: Callable[..., Flag]) -> None:
        promise()
        seen: list[str] = []

        def work(_job: Running) -> None:
            seen.extend((url_for("operations.jobs"), absolute("operations.jobs"), language()))

        run(Plan({"work": work}))

        until(lambda: states() == [JobState.DONE])
        assert seen == ["/jobs", "http://localhost/jobs", "en"]


class TestSchedule:
    @pytest.fixture
    def schedule(self, fresh: Flask) -> Schedule:
        return Schedule((Periodic("tidy", EACH_MINUTE),))

    def test_promises_each_round_once_between_several_workers(self, schedule: Schedule) -> None:
        schedule.promise()
        schedule.promise()
        Schedule(schedule.periodic).promise()

        assert len(states()) == 1

    def test_promises_the_next_round_when_the_last_is_over(self, schedule: Schedule, present: Clock) -> None:
        schedule.promise()
        jobs.run_all({"tidy": lambda _job: None})
        present.forward(minutes=1)

        schedule.promise()

        assert states() == [JobState.DONE, JobState.QUEUED]

    def test_piles_up_no_rounds(self, schedule: Schedule, present: Clock) -> None:
        for _minute in range(5):
            schedule.promise()
            present.forward(minutes=1)

        assert len(states()) == 1

    def test_promises_nothing_where_nothing_is_due(self, fresh: Flask, present: Clock) -> None:
        due: list[int] = []
        schedule = Schedule((Periodic("tidy", EACH_MINUTE, lambda: due),))
        schedule.promise()
        assert states() == []

        due.append(1)
        present.forward(minutes=1)
        schedule.promise()

        assert len(states()) == 1

    def test_asks_the_database_once_a_round(self, schedule: Schedule, statements: Callable[[], object]) -> None:
        schedule.promise()

        with statements() as sent:  # type: ignore[attr-defined]
            schedule.promise()

        assert len(sent) == 0

    def test_knows_every_job_it_promises(self) -> None:
        assert {work.kind for work in wiring.PERIODIC} <= set(wiring.JOBS)

    def test_has_words_for_every_job(self) -> None:
        assert set(wiring.JOBS) == set(JOBS)


class TestChores:
    @pytest.fixture
    def idle(self, fresh: Flask) -> Callable[[], int]:
        return lambda: worker.work_until_idle(fresh, Plan(wiring.JOBS, wiring.PERIODIC))

    def test_drop_throttle_windows_that_are_over(self, idle: Callable[[], int], present: Clock) -> None:
        with db.transaction():
            throttle.count(throttle.SIGN_IN_ACCOUNT, "hajar@example.ma")
        present.forward(days=1)

        idle()

        with db.reading() as session:
            assert session.scalars(select(ThrottleWindow)).all() == []

    def test_drop_rounds_of_yesterday_and_keep_what_somebody_asked_for(
        self, idle: Callable[[], int], present: Clock
    ) -> None:
        mine = promise("seal:1", "operations.tidy")
        idle()
        present.forward(days=2)

        idle()

        with db.reading() as session:
            rounds = session.execute(select(Job.id, Job.finished_at).where(Job.key.like("%@%"))).all()
            assert session.get(Job, mine) is not None
        assert all(row.finished_at > now() - timedelta(days=1) for row in rounds)

    def test_send_the_head_of_the_audit_trail_to_the_auditors(
        self, idle: Callable[[], int], smtp: Mailbox, present: Clock
    ) -> None:
        with db.transaction():
            auditor = make_staff(Role.AUDITOR)
            auditor.email = "auditor@example.ma"
            audit.record("cohort.opened", "cohort:1", by=INSTITUTE)
        idle()
        present.forward(seconds=5)
        idle()

        with db.reading() as session:
            seq, chain_hash = audit.head(session)
        (mail,) = smtp.to("auditor@example.ma")
        assert f"--anchor {seq}:{chain_hash}" in mail.get_content()

    def test_send_it_once_a_day(self, idle: Callable[[], int], present: Clock) -> None:
        with db.transaction():
            make_staff(Role.AUDITOR)
        for _hour in range(30):
            idle()
            present.forward(hours=1)

        with db.reading() as session:
            days = session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == Kind.AUDIT_HEAD)).all()
        assert len(days) == 2
