"""Commands as an operator types them."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms import clock, db, storage
from lms.__main__ import application, main
from lms.accounts.services.factors import use_key
from lms.credentials import issuer
from lms.settings import CHECKOUT, Settings
from tests.mailbox import free_port

Lms = Callable[..., Result]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation in a folder whose name has a space."""
    ours = {name: "" for name in os.environ if name.startswith("LMS_")}
    folder = str(tmp_path / "its data")
    return ours | {"LMS_DATA": folder, "LMS_LOCALE": "en", "PYTHONPATH": str(CHECKOUT), "LMS_ENV": "development"}


@pytest.fixture
def lms(app: Flask, settings: Settings, environment: dict[str, str]) -> Iterator[Lms]:
    """Run a command to its end. Every command makes an application of its own; the tests' own is put back afterwards."""
    clock.set_clock(None)
    here, mask = db.database(), os.umask(0o022)

    def run(*arguments: str, **others: str) -> Result:
        script = ScriptInfo(create_app=application, set_debug_flag=False)
        done = CliRunner(env=environment | others).invoke(main, arguments, prog_name="lms", obj=script)
        if db.database() is not here:
            db.database().dispose()
        return done

    yield run
    os.umask(mask)
    db.connect(here)
    storage.connect(settings.files)
    use_key(settings.secret_key)
    issuer.connect(settings)


@pytest.fixture
def data(environment: dict[str, str]) -> Path:
    return Path(environment["LMS_DATA"])


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `lms init` makes, with an administrator: making the keys takes a while."""
    folder = tmp_path_factory.mktemp("made") / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment |= {"LMS_DATA": str(folder), "PYTHONPATH": str(CHECKOUT)}
    for command in ("init", "people create-admin salma@example.ma --given Salma --family Amrani"):
        whole = [sys.executable, "-P", "-m", "lms", *command.split()]
        subprocess.run(whole, env=environment, check=True, capture_output=True)  # noqa: S603 - our own command
    return folder


@pytest.fixture
def installed(made_once: Path, data: Path) -> Path:
    """An installation with an administrator who has not joined yet."""
    shutil.copytree(made_once, data)
    return data


class TestPrepare:
    def test_makes_an_installation_and_then_leaves_it_as_it_is(self, lms: Lms, tmp_path: Path) -> None:
        passphrase = tmp_path / "passphrase"
        passphrase.write_text("une longue phrase que personne ne devine")
        passphrase.chmod(0o600)
        production = {
            "LMS_ENV": "production", "LMS_KEY_PASSPHRASE_FILE": str(passphrase), "LMS_SMTP": "smtp://127.0.0.1:25",
            "LMS_BASE_URL": "https://takwin.example", "LMS_SECRET_KEY": "un secret assez long, et assez divers 0123456789",
        }  # fmt: skip

        first, again = lms("prepare", **production), lms("prepare", **production)

        assert (first.exit_code, again.exit_code) == (0, 0), first.stderr + again.stderr
        assert "are published" in first.stderr
        assert "already" in again.stderr
        assert "Nothing to publish" in again.stderr
        assert (first.stdout, again.stdout) == ("", "")  # production has no demo to show


class TestInit:
    def test_makes_a_private_installation_and_is_safe_to_repeat(self, lms: Lms, data: Path) -> None:
        first = lms("init")
        second = lms("init")

        assert (first.exit_code, second.exit_code) == (0, 0), first.stderr + second.stderr
        assert "already" in second.stdout
        for path in (data, *data.rglob("*")):
            assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".crt", path


class TestDoctor:
    def test_is_content_with_an_installation_that_has_an_administrator(self, lms: Lms, installed: Path) -> None:
        done = lms("doctor")

        assert done.exit_code == 0, done.stdout
        assert all(line.startswith("✓ ") for line in done.stdout.splitlines())

    def test_says_what_is_wrong_and_what_to_do(self, lms: Lms, installed: Path) -> None:
        tamper(installed, "DELETE FROM role_grants")

        done = lms("doctor")
        as_json = json.loads(lms("doctor", "--json").stdout)

        assert done.exit_code == 1
        assert "✗ Administrators" in done.stdout
        assert "    → Run: lms people create-admin" in done.stdout
        assert [found["title"] for found in as_json if not found["is_well"]] == ["Administrators"]


def tamper(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "lms.sqlite") as database:
        database.execute(statement)
    database.close()


class TestCreateAdmin:
    def test_prints_the_link_to_choose_a_password(self, lms: Lms, installed: Path) -> None:
        done = lms("people", "create-admin", "Hajar@Example.ma", "--given", "Hajar", "--family", "Idrissi")

        assert done.exit_code == 0, done.stderr
        assert done.stdout.startswith("http://127.0.0.1:8000/invitation/")
        with sqlite3.connect(installed / "lms.sqlite") as database:
            rows = database.execute("SELECT email, role FROM users JOIN role_grants ON user_id = users.id").fetchall()
        database.close()
        assert ("hajar@example.ma", "admin") in rows

    def test_gives_the_role_to_somebody_who_has_joined(self, lms: Lms, installed: Path) -> None:
        tamper(installed, "DELETE FROM role_grants")
        tamper(installed, "UPDATE users SET password_hash = 'set'")

        done = lms("people", "create-admin", "salma@example.ma", "--given", "S", "--family", "A")

        assert done.exit_code == 0, done.stderr
        assert done.stdout == "Salma Amrani is an administrator now, and signs in as before.\n"

    def test_refuses_what_is_no_address(self, lms: Lms, installed: Path) -> None:
        done = lms("people", "create-admin", "salma", "--given", "Salma", "--family", "Amrani")

        assert done.exit_code == 2
        assert "EMAIL" in done.stderr


class TestRefusals:
    def test_are_one_sentence_when_a_setting_is_bad(self, lms: Lms) -> None:
        done = lms("doctor", LMS_ENV="staging")

        assert done.exit_code == 1
        assert done.stderr == "Error: LMS_ENV is 'staging'; it must be development or production.\n"

    def test_are_one_sentence_when_the_database_is_away(self, lms: Lms) -> None:
        done = lms("audit", "head", LMS_DATABASE="postgresql+psycopg://nobody@/none?host=/nowhere")

        assert done.exit_code == 1
        assert done.stderr.startswith("Error: The database cannot be used")
        assert done.exception is None or isinstance(done.exception, SystemExit)

    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_come_before_the_start_where_init_was_forgotten(self, lms: Lms, command: str) -> None:
        done = lms(command)

        assert done.exit_code == 1
        assert "lms init" in done.stderr

    def test_of_an_anchor_that_is_none(self, lms: Lms, installed: Path) -> None:
        assert lms("audit", "verify", "--anchor", "nonsense").exit_code == 2

    def test_of_a_command_that_is_none(self, lms: Lms) -> None:
        assert lms("nonsense").exit_code == 2


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        [
            "init",
            "prepare",
            "start",
            "serve",
            "worker",
            "backup",
            "restore",
            "doctor",
            "audit head",
            "audit verify",
            "people create-admin",
        ],
    )
    def test_has_an_example(self, lms: Lms, command: str) -> None:
        done = lms(*command.split(), "--help")

        assert done.exit_code == 0
        assert f"lms {command}" in done.stdout.partition("Example:")[2]


class TestAudit:
    def test_notices_a_tail_that_was_cut(self, lms: Lms, installed: Path) -> None:
        anchor = lms("audit", "head").stdout.strip()
        assert lms("audit", "verify", "--anchor", anchor).exit_code == 0

        tamper(installed, "DELETE FROM audit_events WHERE seq = (SELECT max(seq) FROM audit_events)")

        assert lms("audit", "verify").exit_code == 0
        found = lms("audit", "verify", "--anchor", anchor)
        assert found.exit_code == 1
        assert "tail" in found.stderr


class TestBackupAndRestore:
    def test_bring_an_installation_to_another_folder(self, lms: Lms, installed: Path, tmp_path: Path) -> None:
        archive = str(tmp_path / "backup.tar.gz")
        other = {"LMS_DATA": str(tmp_path / "another")}

        saved = lms("backup", archive, "--with-keys")
        checked = lms("restore", archive, "--verify", **other)
        restored = lms("restore", archive, "--force", **other)
        again = lms("restore", archive, **other)

        assert (saved.exit_code, checked.exit_code, restored.exit_code) == (0, 0, 0), restored.stderr
        assert saved.stdout == checked.stdout == restored.stdout
        assert lms("doctor", **other).exit_code == 0
        assert again.exit_code == 1
        assert "--force" in again.stderr

    def test_name_the_file_that_will_not_do(self, lms: Lms, tmp_path: Path) -> None:
        other = tmp_path / "other.tar.gz"
        other.write_text("nothing of ours")

        done = lms("restore", str(other))

        assert done.exit_code == 1
        assert str(other) in done.stderr
        assert lms("restore", str(tmp_path / "nowhere.tar.gz")).exit_code == 2


class TestWorker:
    def test_runs_what_is_due_and_stops_when_idle(self, lms: Lms, installed: Path) -> None:
        done = lms("worker", "--until-idle")

        assert done.exit_code == 0, done.stderr
        assert len(list((installed / "mail").glob("*.eml"))) == 1


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a command that goes on until it is stopped."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-P", "-m", "lms", *arguments]
        settings = {**os.environ, **environment}
        process = subprocess.Popen(command, cwd=tmp_path, env=settings, stderr=subprocess.PIPE, text=True)  # noqa: S603
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def answer(port: int, path: str) -> int | None:
    """The status a page is answered with; None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            status: int = response.status
            return status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class TestServe:
    @pytest.mark.parametrize("command", ["serve", "start"])
    def test_serves_and_works_and_stops_both(
        self, start: Callable[..., "subprocess.Popen[str]"], installed: Path, command: str
    ) -> None:
        port = free_port()

        server = start(command, "--port", str(port))

        until(lambda: answer(port, "/readyz") == 200)
        until(lambda: bool(list((installed / "mail").glob("*.eml"))))  # the worker beside it sent the invitation
        server.send_signal(signal.SIGTERM)
        _out, told = server.communicate(timeout=30)
        assert server.returncode == 0, told
        assert answer(port, "/healthz") is None
        assert "worker stopped" in told

    @pytest.mark.parametrize("part", [0, 1])
    def test_stops_when_either_part_dies(
        self, start: Callable[..., "subprocess.Popen[str]"], installed: Path, part: int
    ) -> None:
        port = free_port()
        server = start("serve", "--port", str(port))
        until(lambda: answer(port, "/healthz") == 200)

        os.kill(children_of(server.pid)[part], signal.SIGKILL)
        server.communicate(timeout=45)

        assert server.returncode == 1
        until(lambda: answer(port, "/healthz") is None)

    def test_counts_its_requests_together_over_several_processes(
        self, start: Callable[..., "subprocess.Popen[str]"], installed: Path
    ) -> None:
        port = free_port()
        start("serve", "--port", str(port), "--workers", "2", "--without-worker")
        until(lambda: answer(port, "/healthz") == 200)
        for _request in range(20):
            answer(port, "/healthz")

        def counted() -> float:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
                text: str = page.read().decode()
            wanted = 'lms_request_seconds_count{endpoint="operations.healthz"'
            return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(wanted))

        assert {counted() for _look in range(6)} == {21}
