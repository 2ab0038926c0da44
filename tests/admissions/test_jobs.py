"""A large call is ranked and its results published by jobs that show how far they are, and go on where they were."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import db, jobs, wiring
from lms.admissions import jobs as admissions_jobs
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Application, Call, RankingRun
from lms.admissions.queries import selection
from lms.admissions.services import results
from lms.jobs import Job, JobState
from lms.permissions import INSTITUTE
from tests.admissions.makers import make_call, make_many
from tests.factories import actor, make_staff

S = ApplicationState
SignIn = Callable[[int], FlaskClient]


def make_large(monkeypatch: pytest.MonkeyPatch, many: int = 12) -> Call:
    """A call of which even these few are many, told five at a time."""
    monkeypatch.setattr(results, "AT_ONCE", 5)
    monkeypatch.setattr(admissions_jobs, "BATCH", 5)
    call = make_call(places=2, waiting_places=2, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)})
    make_many(call, S.INTERVIEWED, many)
    call.state = CallState.CLOSED
    db.session().flush()
    db.session().expire_all()  # points as the database gives them back
    return call


def work(app: Flask) -> None:
    with app.test_request_context():
        jobs.run_all(wiring.JOBS)


def states() -> dict[str, int]:
    rows = db.session().execute(select(Application.state, func.count()).group_by(Application.state))
    return {row[0]: row[1] for row in rows}


class TestJobs:
    def test_rank_and_publish_with_progress(
        self, fresh: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with db.transaction():
            call_id, manager = make_large(monkeypatch).id, make_staff().id
        client, path = sign_in(manager), f"/admissions/{call_id}"
        first = client.post(f"{path}/ranking")
        assert first.location == client.post(f"{path}/ranking").location
        assert first.location.startswith("/jobs/")
        with db.reading():
            assert selection.latest_run(call_id) is None
        work(fresh)
        assert "See the ranking" in client.get(first.location).text
        second = client.post(f"{path}/results")
        work(fresh)
        page = client.get(second.location).text
        assert "See the call" in page
        with db.reading():
            job = db.session().get_one(Job, int(second.location.rpartition("/")[2]))
            assert (job.state, job.done, job.total) == (JobState.DONE, 11, 11)
            assert states() == {S.ADMITTED: 2, S.WAITLISTED: 2, S.REFUSED: 8}

    def test_go_on_where_a_worker_died(self, fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        with db.transaction():
            call = make_large(monkeypatch)
            results.make_ranking(call.id, by=INSTITUTE)
            results.promise_results(call.id, by=INSTITUTE)
        tell, told = results.tell_next, []

        def die_once(*args: object, **names: object) -> None:
            told.append(args[1])
            if len(told) == 2:
                raise OSError
            tell(*args, **names)  # type: ignore[arg-type]

        monkeypatch.setattr(results, "tell_next", die_once)
        work(fresh)
        with db.transaction():
            assert states() == {S.ADMITTED: 2, S.WAITLISTED: 2, S.REFUSED: 3, S.INTERVIEWED: 5}
            for job in db.session().scalars(select(Job)):
                job.run_at = job.created_at
        work(fresh)
        with db.reading():
            assert states() == {S.ADMITTED: 2, S.WAITLISTED: 2, S.REFUSED: 8}
            assert db.session().scalar(select(func.count()).select_from(RankingRun)) == 1
        assert told == [0, 5, 5]

    def test_say_why_nothing_was_published(
        self, fresh: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with db.transaction():
            call, manager = make_large(monkeypatch), make_staff()
            results.make_ranking(call.id, by=INSTITUTE)
            job_id = results.promise_results(call.id, by=actor(manager))
            db.session().scalars(select(Application).limit(1)).one().completed_at = None
        work(fresh)
        assert "changed since this ranking was made" in sign_in(manager.id).get(f"/jobs/{job_id}").text
        with db.reading():
            assert states() == {S.INTERVIEWED: 12}
