"""The job table: nothing lost, nothing done twice."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from threading import Barrier
from threading import Event as Flag

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text

from lms import clock, db, jobs
from lms.jobs import BACK_OFF, LEASE, MOST_ATTEMPTS, Job, JobState, LeaseLost, Running
from lms.settings import Settings
from tests.conftest import Clock


def promise(kind: str = "work", key: str | None = None, *, total: int = 0) -> int:
    with db.transaction():
        return jobs.enqueue(kind, key or kind, total=total)


def job_now(job_id: int) -> Job:
    with db.reading() as session:
        return session.get_one(Job, job_id)


def lease() -> Running:
    job = jobs.lease_next()
    assert job is not None
    return job


def fail(_job: Running) -> None:
    raise ValueError("no")


@pytest.mark.usefixtures("fresh")
class TestEnqueue:
    def test_promises_the_same_key_once(self) -> None:
        assert promise(key="seal:1") == promise(key="seal:1")

    def test_promises_nothing_when_the_fact_does_not_happen(self) -> None:
        def promise_and_fail() -> None:
            with db.transaction():
                jobs.enqueue("work", "work")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            promise_and_fail()

        assert jobs.lease_next() is None

    def test_settles_a_race_for_a_key(self) -> None:
        ready = Barrier(4)

        def ask(_number: int) -> int:
            ready.wait()
            return promise(key="seal:1")

        with ThreadPoolExecutor(4) as pool:
            ids = set(pool.map(ask, range(4)))

        assert len(ids) == 1

    def test_waits_for_its_time(self, present: Clock) -> None:
        with db.transaction():
            jobs.enqueue("work", "later", at=clock.now() + BACK_OFF)

        assert jobs.lease_next() is None
        present.forward(seconds=BACK_OFF.total_seconds())
        assert jobs.lease_next() is not None


@pytest.mark.usefixtures("fresh")
class TestLease:
    def test_is_held_by_one_worker(self) -> None:
        promise()
        lease()

        assert jobs.lease_next() is None

    def test_passes_on_when_its_worker_went_silent(self, present: Clock) -> None:
        promise()
        first = lease()
        present.forward(seconds=LEASE.total_seconds() + 1)

        second = lease()

        assert second.id == first.id
        assert second.fence > first.fence

    def test_is_renewed_by_each_step(self, present: Clock) -> None:
        promise()
        job = lease()
        for _step in range(3):
            present.forward(seconds=LEASE.total_seconds() - 1)
            with job.step():
                pass

        assert jobs.lease_next() is None

    def test_keeps_a_worker_thought_dead_from_writing(self, present: Clock) -> None:
        promise(total=2)
        silent = lease()
        present.forward(seconds=LEASE.total_seconds() + 1)
        successor = lease()

        with pytest.raises(LeaseLost), silent.step(done=2):
            pass

        with successor.step(done=1):
            pass
        assert job_now(successor.id).done == 1

    def test_is_shared_out_oldest_first(self, present: Clock) -> None:
        first = promise(key="first")
        present.forward(seconds=1)
        promise(key="second")

        assert lease().id == first


@pytest.mark.usefixtures("fresh")
class TestRunNext:
    def test_says_when_there_is_nothing_to_do(self) -> None:
        assert not jobs.run_next({})

    def test_ends_a_job_with_its_result(self) -> None:
        job_id = promise(total=2)

        def work(job: Running) -> None:
            with job.step(done=1):
                pass
            with job.step(done=2, url="/certificates", label="Certificates"):
                pass

        jobs.run_next({"work": work})

        job = job_now(job_id)
        assert (job.state, job.done, job.error) == (JobState.DONE, 2, None)
        assert job.result == {"url": "/certificates", "label": "Certificates"}

    def test_undoes_the_step_that_failed_and_only_that(self) -> None:
        job_id = promise(total=2)

        def work(job: Running) -> None:
            with job.step(done=1):
                jobs.enqueue("effect", "first")
            with job.step(done=2):
                jobs.enqueue("effect", "second")
                raise ValueError("no")

        jobs.run_next({"work": work})

        with db.reading() as session:
            assert session.scalars(select(Job.key).where(Job.kind == "effect")).all() == ["first"]
        assert job_now(job_id).done == 1

    def test_goes_on_where_it_stopped(self, present: Clock) -> None:
        job_id, done = promise(total=4), list[int]()

        def work(job: Running) -> None:
            for number in range(job.done + 1, 5):
                with job.step(done=number):
                    done.append(number)
                if len(done) == 2:
                    raise ValueError("once")

        jobs.run_next({"work": work})
        present.forward(seconds=BACK_OFF.total_seconds())
        jobs.run_next({"work": work})

        assert done == [1, 2, 3, 4]
        assert job_now(job_id).state == JobState.DONE

    def test_waits_longer_after_each_failure_then_parks(self, present: Clock) -> None:
        job_id = promise()

        waits = []
        for _try in range(MOST_ATTEMPTS - 1):
            assert jobs.run_next({"work": fail})
            waits.append(job_now(job_id).run_at - clock.now())
            present.present = job_now(job_id).run_at
        jobs.run_next({"work": fail})

        assert waits == [BACK_OFF * number for number in range(1, MOST_ATTEMPTS)]
        job = job_now(job_id)
        assert (job.state, job.error) == (JobState.PARKED, "ValueError: no")
        present.forward(days=1)
        assert jobs.lease_next() is None

    def test_parks_a_job_that_kills_its_workers(self, present: Clock) -> None:
        job_id = promise()
        for _death in range(MOST_ATTEMPTS):
            lease()
            present.forward(seconds=LEASE.total_seconds() + 1)

        assert jobs.lease_next() is None
        assert job_now(job_id).state == JobState.PARKED

    def test_bears_with_a_job_that_comes_farther_each_time(self, present: Clock) -> None:
        job_id = promise(total=20)
        for number in range(1, 20):
            job = lease()
            with job.step(done=number):
                pass
            present.forward(seconds=LEASE.total_seconds() + 1)

        jobs.run_next({"work": lambda _job: None})

        assert job_now(job_id).state == JobState.DONE

    def test_sets_aside_a_kind_nobody_knows(self, present: Clock) -> None:
        job_id = promise("unheard of")
        for _try in range(MOST_ATTEMPTS):
            jobs.run_next({})
            present.forward(minutes=10)

        assert job_now(job_id).state == JobState.PARKED


@pytest.mark.usefixtures("fresh")
class TestStop:
    def test_finishes_the_step_and_gives_the_job_back(self) -> None:
        job_id, stopping = promise(total=3), Flag()

        def work(job: Running) -> None:
            for number in range(job.done + 1, 4):
                with job.step(done=number):
                    stopping.set()

        jobs.run_next({"work": work}, stopping=stopping)

        job = job_now(job_id)
        assert (job.state, job.done, job.attempts) == (JobState.QUEUED, 1, 0)
        jobs.run_next({"work": work})
        assert job_now(job_id).done == 3

    def test_lets_a_job_end_that_has_no_step_left(self) -> None:
        job_id, stopping = promise(), Flag()

        jobs.run_next({"work": lambda _job: stopping.set()}, stopping=stopping)

        assert job_now(job_id).state == JobState.DONE


@pytest.mark.usefixtures("fresh")
class TestCancel:
    def test_stops_a_job_before_its_next_step(self) -> None:
        job_id, done = promise(total=3), list[int]()

        def work(job: Running) -> None:
            for number in range(1, 4):
                with job.step(done=number):
                    done.append(number)
                with db.transaction():
                    jobs.cancel(job_id)

        jobs.run_next({"work": work})

        assert done == [1]
        assert job_now(job_id).state == JobState.CANCELLED

    def test_is_too_late_for_what_has_ended(self) -> None:
        job_id = promise()
        jobs.run_next({"work": lambda _job: None})

        with db.transaction():
            assert not jobs.cancel(job_id)
        assert job_now(job_id).state == JobState.DONE


@pytest.mark.usefixtures("fresh")
class TestRetry:
    def test_tries_what_was_parked(self, present: Clock) -> None:
        job_id = promise()
        for _try in range(MOST_ATTEMPTS):
            jobs.run_next({"work": fail})
            present.forward(minutes=10)

        with db.transaction():
            assert jobs.retry(job_id)
        jobs.run_next({"work": lambda _job: None})

        assert job_now(job_id).state == JobState.DONE

    def test_leaves_what_is_running_alone(self) -> None:
        job_id = promise()
        lease()

        with db.transaction():
            assert not jobs.retry(job_id)


@pytest.mark.usefixtures("fresh")
class TestSeveralWorkers:
    def test_run_each_job_once(self) -> None:
        for number in range(60):
            promise("effect", f"effect:{number}")

        def work(job: Running) -> None:
            with job.step():
                jobs.enqueue("done", f"done:{job.id}:{job.fence}")

        ready = Barrier(4)

        def run(_number: int) -> int:
            ready.wait()
            return jobs.run_all({"effect": work, "done": lambda _job: None})

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(run, range(4))) == 120

        with db.reading() as session:
            effects = session.scalars(select(Job.key).where(Job.kind == "done")).all()
        assert len({key.split(":")[1] for key in effects}) == len(effects) == 60


STEPS = 3


def _work(job: Running) -> None:
    for number in range(job.done + 1, STEPS + 1):
        with job.step(done=number):
            effect = {"job": job.id, "step": number}
            db.session().execute(text("INSERT INTO effects (job_id, step) VALUES (:job, :step)"), effect)
            time.sleep(0.005)  # so that some die in the middle


def _run_for_ever(address: str) -> None:
    """What a worker process does, with leases that run out while the test watches."""
    jobs.LEASE = timedelta(seconds=1)
    db.connect(db.Database(address))
    while True:
        if not jobs.run_next({"effect": _work}):
            time.sleep(0.02)


@pytest.fixture
def effects(fresh: Flask, settings: Settings) -> Iterator[Engine]:
    """A table that takes anything, so that an effect that happened twice is seen."""
    engine = create_engine(settings.database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE effects (job_id INTEGER NOT NULL, step INTEGER NOT NULL)"))
    yield engine
    with engine.connect() as connection:
        connection.execute(text("DROP TABLE effects"))
    engine.dispose()


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[[], ForkProcess]]:
    started: list[ForkProcess] = []

    def start() -> ForkProcess:
        process = get_context("fork").Process(target=_run_for_ever, args=(settings.database,))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


class TestKilledWorker:
    def test_loses_no_job_and_does_no_step_twice(
        self, effects: Engine, start_worker: Callable[[], ForkProcess]
    ) -> None:
        """``kill -9``, again and again, while two workers do forty jobs of three steps."""
        clock.set_clock(None)
        ids = [promise("effect", f"effect:{number}", total=STEPS) for number in range(40)]
        workers, kills = [start_worker(), start_worker()], 0
        give_up = time.monotonic() + 60

        while _states(ids) != {JobState.DONE}:
            assert time.monotonic() < give_up
            if _count(effects) > 8 * kills and kills < 10:
                victim = kills % 2
                workers[victim].kill()
                workers[victim].join()
                workers[victim] = start_worker()
                kills += 1
            time.sleep(0.01)

        with effects.connect() as connection:
            rows = connection.execute(text("SELECT job_id, step FROM effects")).all()
        assert sorted(map(tuple, rows)) == [(job_id, step) for job_id in ids for step in range(1, STEPS + 1)]
        assert kills == 10


def _states(ids: list[int]) -> set[JobState]:
    with db.reading() as session:
        return set(session.scalars(select(Job.state).where(Job.id.in_(ids))).all())


def _count(effects: Engine) -> int:
    with effects.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM effects")).scalar_one()
        return count
