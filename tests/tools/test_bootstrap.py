import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bootstrap import assets, services, stages, system_packages
from tools.bootstrap.checkout import ROOT
from tools.bootstrap.checks import Check, clean_environment, run_all
from tools.bootstrap.stages import SetupFailed


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


class TestPort:
    @pytest.mark.parametrize(("arguments", "port"), [([], 8000), (["8080"], 8080), (["65535"], 65535)])
    def test_is_the_only_argument_or_the_usual_one(self, arguments: list[str], port: int) -> None:
        assert services.port_of(arguments) == port

    @pytest.mark.parametrize("arguments", [["0"], ["65536"], ["-1"], ["٨٠٨٠"], ["web"], [""], ["80", "81"]])
    def test_is_refused_otherwise(self, arguments: list[str]) -> None:
        assert services.port_of(arguments) is None

    def test_in_use_is_said_at_once(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]

            with pytest.raises(SetupFailed, match=f"Port {port} is in use"):
                services.require_free(port)


class TestUsage:
    @pytest.mark.parametrize("command", [("./run", "web"), ("./check", "nothing"), ("./check", "fast", "twice")])
    def test_is_shown_for_what_is_not_understood(self, command: tuple[str, ...]) -> None:
        done = run(*command)

        assert done.returncode == 2
        assert done.stderr.startswith(f"usage: {command[0]}")

    @pytest.mark.parametrize("command", ["./run", "./check"])
    def test_is_shown_on_request(self, command: str) -> None:
        done = run(command, "--help")

        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: {command}")

    def test_names_the_python_that_is_missing(self, tmp_path: Path) -> None:
        done = run("/bin/sh", ROOT / "tools" / "with-python", PATH=str(tmp_path))

        assert done.returncode == 1
        assert "Python 3.11" in done.stderr


class TestFingerprint:
    def test_changes_with_a_file_s_content_its_name_and_the_facts(self) -> None:
        files = [ROOT / "requirements.in", ROOT / "requirements-test.in"]

        hashes = {stages.fingerprint(files[:1]), stages.fingerprint(files), stages.fingerprint(files[:1], "a fact")}

        assert len(hashes) == 3
        assert stages.fingerprint(files) == stages.fingerprint(files[::-1])


class TestSystemPackages:
    def test_are_missing_when_they_do_not_work(self) -> None:
        there = system_packages.SystemPackage("here", lambda: True)
        absent = system_packages.SystemPackage("absent", lambda: system_packages.has_library("libabsent.so.0"))

        assert system_packages.missing_of((there, absent)) == ["absent"]


class TestSprite:
    ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="currentColor"><path d="M0 0"/></svg>'

    def test_holds_each_icon_by_its_name(self, tmp_path: Path) -> None:
        (tmp_path / "house.svg").write_text(self.ICON)

        drawn = assets.sprite(["house"], tmp_path)

        assert '<symbol id="house" viewBox="0 0 16 16" fill="currentColor"><path d="M0 0"' in drawn

    def test_refuses_a_name_that_has_no_icon(self, tmp_path: Path) -> None:
        with pytest.raises(SetupFailed, match="no icon named 'castle'"):
            assets.sprite(["castle"], tmp_path)


class TestChecks:
    PASSING = Check("passing", (sys.executable, "-c", "print('3 passed')"), is_told=True)
    FAILING = Check("failing", (sys.executable, "-c", "raise SystemExit('broken here')"))

    def test_all_run_and_every_failure_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        status = run_all([self.FAILING, self.PASSING])

        shown = capsys.readouterr().out
        assert status == 1
        assert "broken here" in shown
        assert "· 3 passed" in shown
        assert "1 of 2 failed" in shown

    def test_say_so_when_all_pass(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run_all([self.PASSING]) == 0
        assert "All 1 passed" in capsys.readouterr().out

    def test_do_not_see_the_caller_s_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LMS_DATABASE", "postgresql+psycopg://the-real-one")

        assert "LMS_DATABASE" not in clean_environment()
