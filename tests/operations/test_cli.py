"""Commands as an operator types them, each in a process of its own."""

import json
import os
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

from lms.settings import CHECKOUT
from tests.mailbox import free_port

Lms = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation in a folder whose name has a space."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return {**kept, "LMS_DATA": str(tmp_path / "its data"), "LMS_LOCALE": "en", "PYTHONPATH": str(CHECKOUT)}


@pytest.fixture
def lms(environment: dict[str, str], tmp_path: Path) -> Lms:
    """Run a command to its end, from a folder that is not the checkout."""

    def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", "lms", *arguments], cwd=tmp_path, env=environment | settings, capture_output=True,
            text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def data(environment: dict[str, str]) -> Path:
    return Path(environment["LMS_DATA"])


class TestInit:
    def test_makes_a_private_installation_and_is_safe_to_repeat(self, lms: Lms, data: Path) -> None:
        first = lms("init")
        second = lms("init")

        assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
        assert "already" in second.stdout
        for path in (data, *data.rglob("*")):
            assert path.stat().st_mode & 0o077 == 0, path

    def test_leaves_the_doctor_nothing_but_the_administrator(self, lms: Lms) -> None:
        lms("init")

        sick = lms("doctor", "--json")
        lms("people", "create-admin", "salma@example.ma", "--given", "Salma", "--family", "Amrani")
        well = lms("doctor", "--json")

        assert sick.returncode == 1
        assert [found["title"] for found in json.loads(sick.stdout) if not found["is_well"]] == ["Administrators"]
        assert well.returncode == 0, well.stdout


class TestCreateAdmin:
    def test_prints_a_link_that_is_good_once(self, lms: Lms, data: Path) -> None:
        lms("init")

        done = lms("people", "create-admin", "Salma@Example.ma", "--given", "Salma", "--family", "Amrani")

        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("http://127.0.0.1:8000/invitation/")
        with sqlite3.connect(data / "lms.sqlite") as database:
            rows = database.execute("SELECT email, role FROM users JOIN role_grants ON user_id = users.id").fetchall()
        database.close()
        assert rows == [("salma@example.ma", "admin")]

    def test_refuses_what_is_no_address(self, lms: Lms) -> None:
        lms("init")

        done = lms("people", "create-admin", "salma", "--given", "Salma", "--family", "Amrani")

        assert done.returncode == 2
        assert "EMAIL" in done.stderr


class TestRefusals:
    def test_are_one_sentence_when_a_setting_is_bad(self, lms: Lms) -> None:
        done = lms("doctor", LMS_ENV="staging")

        assert done.returncode == 1
        assert done.stderr == "Error: LMS_ENV is 'staging'; it must be development or production.\n"

    def test_are_one_sentence_when_the_database_is_away(self, lms: Lms) -> None:
        done = lms("audit", "head", LMS_DATABASE="postgresql+psycopg://nobody@/none?host=/nowhere")

        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("Error: ")

    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_come_before_the_start_where_init_was_forgotten(self, lms: Lms, command: str) -> None:
        done = lms(command)

        assert done.returncode == 1
        assert "lms init" in done.stderr

    def test_of_an_anchor_that_is_none(self, lms: Lms) -> None:
        lms("init")

        assert lms("audit", "verify", "--anchor", "nonsense").returncode == 2

    def test_of_a_command_that_is_none(self, lms: Lms) -> None:
        assert lms("nonsense").returncode == 2


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        ["init", "serve", "worker", "backup", "restore", "doctor", "audit head", "audit verify", "people create-admin"],
    )
    def test_has_an_example(self, lms: Lms, command: str) -> None:
        done = lms(*command.split(), "--help")

        assert done.returncode == 0
        assert f"lms {command}" in done.stdout.partition("Example:")[2]


class TestAudit:
    def test_notices_a_tail_that_was_cut(self, lms: Lms, data: Path) -> None:
        lms("init")
        lms("people", "create-admin", "salma@example.ma", "--given", "Salma", "--family", "Amrani")
        anchor = lms("audit", "head").stdout.strip()
        assert lms("audit", "verify", "--anchor", anchor).returncode == 0

        with sqlite3.connect(data / "lms.sqlite") as database:
            database.execute("DELETE FROM audit_events WHERE seq = (SELECT max(seq) FROM audit_events)")
        database.close()

        assert lms("audit", "verify").returncode == 0
        found = lms("audit", "verify", "--anchor", anchor)
        assert found.returncode == 1
        assert "tail" in found.stderr


class TestBackupAndRestore:
    def test_bring_an_installation_to_another_folder(self, lms: Lms, tmp_path: Path) -> None:
        lms("init")
        lms("people", "create-admin", "salma@example.ma", "--given", "Salma", "--family", "Amrani")
        archive = str(tmp_path / "backup.tar.gz")
        other = {"LMS_DATA": str(tmp_path / "another")}

        saved = lms("backup", archive, "--with-keys")
        checked = lms("restore", archive, "--verify", **other)
        restored = lms("restore", archive, "--force", **other)
        again = lms("restore", archive, **other)

        assert (saved.returncode, checked.returncode, restored.returncode) == (0, 0, 0), restored.stderr
        assert saved.stdout == checked.stdout == restored.stdout
        assert lms("doctor", **other).returncode == 0
        assert again.returncode == 1
        assert "--force" in again.stderr

    def test_name_the_file_that_will_not_do(self, lms: Lms, tmp_path: Path) -> None:
        other = tmp_path / "other.tar.gz"
        other.write_text("nothing of ours")

        done = lms("restore", str(other))

        assert done.returncode == 1
        assert str(other) in done.stderr
        assert lms("restore", str(tmp_path / "nowhere.tar.gz")).returncode == 2


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start a command that goes on until it is stopped."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-P", "-m", "lms", *arguments]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603
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
    def test_serves_and_works_and_stops_both(
        self, lms: Lms, start: Callable[..., "subprocess.Popen[str]"], data: Path
    ) -> None:
        lms("init")
        lms("people", "create-admin", "salma@example.ma", "--given", "Salma", "--family", "Amrani")
        port = free_port()

        server = start("serve", "--port", str(port))

        until(lambda: answer(port, "/readyz") == 200)
        until(lambda: bool(list((data / "mail").glob("*.eml"))))  # the worker beside it sent the invitation
        server.send_signal(signal.SIGTERM)
        _out, told = server.communicate(timeout=30)
        assert server.returncode == 0, told
        assert answer(port, "/healthz") is None
        assert "worker stopped" in told

    @pytest.mark.parametrize("part", [0, 1])
    def test_stops_when_either_part_dies(self, lms: Lms, start: Callable[..., "subprocess.Popen[str]"], part: int) -> None:
        lms("init")
        port = free_port()
        server = start("serve", "--port", str(port))
        until(lambda: answer(port, "/healthz") == 200)

        os.kill(children_of(server.pid)[part], signal.SIGKILL)
        server.communicate(timeout=45)

        assert server.returncode == 1
        until(lambda: answer(port, "/healthz") is None)

    def test_counts_its_requests_together_over_several_processes(
        self, lms: Lms, start: Callable[..., "subprocess.Popen[str]"]
    ) -> None:
        lms("init")
        port = free_port()
        start("serve", "--port", str(port), "--workers", "2", "--without-worker")
        until(lambda: answer(port, "/healthz") == 200)
        for _request in range(20):
            answer(port, "/healthz")

        def counted() -> float:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
                text: str = page.read().decode()
            lines = [line for line in text.splitlines() if line.startswith('lms_request_seconds_count{endpoint="operations.healthz"')]
            return sum(float(line.rpartition(" ")[2]) for line in lines)

        assert {counted() for _look in range(6)} == {21}


class TestWorker:
    def test_runs_what_is_due_and_stops_when_idle(self, lms: Lms, data: Path) -> None:
        lms("init")
        lms("people", "create-admin", "salma@example.ma", "--given", "Salma", "--family", "Amrani")

        done = lms("worker", "--until-idle")

        assert done.returncode == 0, done.stderr
        assert len(list((data / "mail").glob("*.eml"))) == 1
