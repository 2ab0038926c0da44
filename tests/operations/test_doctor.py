"""What the doctor finds."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from lms import audit, db, jobs, storage
from lms.i18n import in_language
from lms.jobs import Job, JobState
from lms.notifications.kinds import Kind
from lms.notifications.models import MOST_TRIES
from lms.operations import doctor, migrations
from lms.permissions import INSTITUTE, Role
from lms.settings import Settings
from tests.conftest import Clock
from tests.factories import make_message, make_staff, make_user
from tests.mailbox import Mailbox, free_port

on_sqlite = pytest.mark.skipif("LMS_TEST_DATABASE" in os.environ, reason="about SQLite's file")


@pytest.fixture
def home(blank: db.Database, fresh: Flask, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A healthy installation of its own."""
    home = replace(
        settings, data=tmp_path / "data", files=str(tmp_path / "data" / "files"),
        database=blank.engine.url.render_as_string(hide_password=False),
    )  # fmt: skip
    doctor.make_private(home)
    storage.connect(home.files)
    with fresh.app_context(), in_language("en"):
        with migrations.sole_writer() as connection:
            migrations.upgrade(connection)
        with db.transaction():
            make_staff(Role.ADMIN)
        if db.database().is_sqlite:
            doctor.make_private(home)
        yield home
    storage.connect(settings.files)


def ill(settings: Settings) -> list[str]:
    """The advice given."""
    return [found.advice for found in doctor.examine(settings) if not found.is_well]


class TestExamine:
    def test_finds_nothing_wrong_with_a_healthy_installation(self, home: Settings) -> None:
        assert [found for found in doctor.examine(home) if not found.is_well] == []

    def test_says_when_the_database_cannot_be_opened(self, home: Settings, tmp_path: Path) -> None:
        nowhere = (
            "sqlite:////nowhere/all.sqlite" if db.database().is_sqlite else "postgresql+psycopg://x@/x?host=/nowhere"
        )

        findings = list(doctor.examine(replace(home, database=nowhere)))

        assert "LMS_DATABASE" in findings[-1].advice  # and what needs it is left out

    def test_says_when_the_database_is_behind(self, home: Settings) -> None:
        with db.database().writer.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))

        (advice,) = ill(home)

        assert "lms init" in advice

    def test_says_when_there_is_no_administrator(self, home: Settings) -> None:
        with db.database().writer.begin() as connection:
            connection.execute(text("UPDATE role_grants SET ended_at = '2026-01-01 00:00:00'"))

        (advice,) = ill(home)

        assert "lms people create-admin" in advice

    def test_says_when_the_store_cannot_be_written(self, home: Settings) -> None:
        folder = Path(home.files)
        (folder / storage.PROBE).unlink(missing_ok=True)
        folder.rmdir()
        folder.write_text("in the way")

        (advice,) = ill(home)

        assert "LMS_FILES" in advice

    def test_says_when_others_can_read_a_key(self, home: Settings) -> None:
        key = home.data / "keys" / "seal.key"
        key.write_text("private")
        key.chmod(0o644)

        (advice,) = ill(home)

        assert f"chmod 600 {key}" in advice

    def test_says_when_others_can_read_the_data(self, home: Settings) -> None:
        home.data.chmod(0o755)

        (advice,) = ill(home)

        assert "lms init" in advice
        doctor.make_private(home)
        assert ill(home) == []

    def test_greets_the_mail_server(self, home: Settings, smtp: Mailbox) -> None:
        assert ill(replace(home, smtp=smtp.address)) == []
        (advice,) = ill(replace(home, smtp=f"smtp://127.0.0.1:{free_port()}"))
        assert "LMS_SMTP" in advice

    def test_shows_no_password(self, home: Settings) -> None:
        settings = replace(home, smtp=f"smtp://user:s3cret@127.0.0.1:{free_port()}", files=home.files)

        assert all("s3cret" not in f"{found.detail}{found.advice}" for found in doctor.examine(settings))

    def test_says_when_the_time_zone_tables_are_old(self, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "CASABLANCA", ZoneInfo("Etc/GMT-1"))  # where Morocco was before September 2026

        (advice,) = ill(home)

        assert "tzdata" in advice

    def test_says_when_a_library_is_missing(self, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "LIBRARIES", ("libnowhere.so.0",))

        (advice,) = ill(home)

        assert "Pango" in advice

    def test_says_when_the_disk_is_nearly_full(self, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 60)

        assert len(ill(home)) == 1

    @on_sqlite
    def test_says_when_sqlite_is_on_a_network_disk(self, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "_file_system", lambda _path: "nfs4")

        (advice,) = ill(home)

        assert "local disk" in advice

    def test_says_when_the_audit_trail_is_broken(self, home: Settings) -> None:
        with db.transaction():
            audit.record("cohort.opened", "cohort:1", by=INSTITUTE)
        with db.database().writer.begin() as connection:
            connection.execute(text("UPDATE audit_events SET action = 'nothing'"))

        (advice,) = ill(home)

        assert "lms audit verify" in advice

    def test_says_when_nobody_runs_the_jobs(self, home: Settings, present: Clock) -> None:
        with db.transaction():
            jobs.enqueue("work", "work")
        assert ill(home) == []
        present.forward(minutes=16)

        (advice,) = ill(home)

        assert "lms worker" in advice

    def test_says_when_jobs_were_given_up(self, home: Settings) -> None:
        with db.transaction() as session:
            session.get_one(Job, jobs.enqueue("work", "work")).state = JobState.PARKED

        (advice,) = ill(home)

        assert "/jobs" in advice

    def test_says_when_mails_failed_or_wait_too_long(self, home: Settings, present: Clock) -> None:
        with db.transaction():
            message = make_message(make_user(), Kind.ENROLLED)
        assert ill(home) == []
        present.forward(hours=2)
        assert "LMS_SMTP" in ill(home)[0]

        with db.transaction() as session:
            session.add(message)
            message.tries, message.next_try_at = MOST_TRIES, None
        assert "/outbox" in ill(home)[0]


class TestStandingInTheWay:
    def test_is_nothing_when_all_is_well(self, home: Settings) -> None:
        assert doctor.standing_in_the_way(home) == []

    def test_is_a_database_that_is_behind(self, home: Settings) -> None:
        with db.database().writer.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))

        assert [found.title for found in doctor.standing_in_the_way(home)] == [doctor.database(home).title]

    @pytest.mark.parametrize("name", ["", "keys/seal.key"])
    def test_is_what_others_can_read_in_production(self, home: Settings, name: str) -> None:
        path = home.data / name
        if name:
            path.write_text("private")
        path.chmod(0o755)

        assert doctor.standing_in_the_way(home) == []
        assert len(doctor.standing_in_the_way(replace(home, env="production"))) == 1
