"""kill -9 in the middle of issuing a cohort: every certificate once, none missing."""

import subprocess
import sys

from sqlalchemy import Engine, create_engine, text

from lms.settings import CHECKOUT
from tests.journey.conftest import Site, patience

PEOPLE, ENOUGH = 40, 8


def count(engine: Engine, what: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(what)).scalar_one())


SEALED = "SELECT count(*) FROM certificate_files"
ISSUED = "SELECT count(*) FROM certificates WHERE state = 'issued'"
OPEN_JOBS = "SELECT count(*) FROM jobs WHERE state IN ('queued', 'running') AND kind LIKE 'credentials.%'"


def let_a_minute_pass(engine: Engine) -> None:
    """The lease of the killed worker runs out, and what waits is due."""
    with engine.begin() as connection:
        long_ago = "2026-01-01 00:00:00.000000"
        connection.execute(text(f"UPDATE jobs SET lease_until = '{long_ago}' WHERE state = 'running'"))  # noqa: S608
        connection.execute(text(f"UPDATE jobs SET run_at = '{long_ago}' WHERE state = 'queued'"))  # noqa: S608


def test_issues_every_certificate_once(site: Site) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.journey.cohort_to_issue", str(PEOPLE)],
        env=site.environment,
        cwd=CHECKOUT,
        check=True,
    )
    engine = create_engine(site.environment["LMS_DATABASE"] or f"sqlite:///{site.data / 'lms.sqlite'}")
    worker = site.start("worker")
    for _wait in patience(120):
        if count(engine, SEALED) >= ENOUGH:
            break
    site.kill(worker)
    at_death = count(engine, ISSUED)
    assert ENOUGH <= at_death < PEOPLE, "the kill was to come in the middle"

    let_a_minute_pass(engine)
    site.start("worker")
    for _wait in patience(180):
        if count(engine, OPEN_JOBS) == 0:
            break
        let_a_minute_pass(engine)

    assert count(engine, ISSUED) == PEOPLE
    assert count(engine, SEALED) == PEOPLE
    assert count(engine, "SELECT count(*) FROM certificates") == PEOPLE
    assert count(engine, "SELECT count(DISTINCT enrolment_id) FROM certificates") == PEOPLE
    assert count(engine, "SELECT count(DISTINCT code) FROM certificates") == PEOPLE
    assert count(engine, "SELECT count(DISTINCT sha256) FROM certificate_files") == PEOPLE
    engine.dispose()
