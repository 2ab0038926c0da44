import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms import db
from lms.__main__ import main
from lms.accounts import queries as accounts
from lms.demo.stories import PASSWORD
from lms.permissions import Role
from tests.factories import make_user

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """``run("--json")``: the command on this application."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["demo", *arguments], obj=ScriptInfo(create_app=lambda: app))

    return invoke


@pytest.mark.usefixtures("institute")
class TestDemoLoaded:
    def test_shows_who_can_sign_in(self, run: Run) -> None:
        result = run()

        assert result.exit_code == 0
        assert PASSWORD in result.stdout
        for address in ("khadija@demo.takwin.example", "ouazzani@demo.takwin.example", "berrada@demo.takwin.example"):
            assert address in result.stdout

    def test_shows_it_when_nothing_had_to_be_loaded(self, run: Run) -> None:
        assert run("--if-empty").stdout == run().stdout

    def test_shows_it_as_json_with_every_role(self, run: Run) -> None:
        page = json.loads(run("--json").stdout)

        assert page["password"] == PASSWORD
        assert {login["role"] for login in page["logins"]} == set(Role)
        assert all(login["email"] and login["name"] and login["story"] for login in page["logins"])


class TestDemo:
    def test_refuses_a_database_with_people_of_its_own(self, fresh: Flask, run: Run) -> None:
        with db.transaction():
            make_user()

        result = run()

        assert result.exit_code == 1
        assert "empty" in result.stderr or "vide" in result.stderr
        assert result.stdout == ""

    def test_leaves_such_a_database_alone_when_told_so(self, fresh: Flask, run: Run) -> None:
        with db.transaction():
            make_user()

        result = run("--if-empty")

        assert (result.exit_code, result.stdout) == (0, "")

    @pytest.mark.parametrize("options", [[], ["--if-empty"], ["--json"]])
    def test_refuses_production(
        self, fresh: Flask, run: Run, options: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(fresh.config, "SETTINGS", replace(fresh.config["SETTINGS"], env="production"))

        result = run(*options)

        assert result.exit_code == 1
        assert PASSWORD not in result.output
        with db.reading():
            assert accounts.is_empty()

    def test_tells_what_to_do_first(self, fresh: Flask, run: Run) -> None:
        assert "lms init" in run().stderr

    def test_refuses_a_seed_that_is_no_number(self, run: Run) -> None:
        assert run("--seed", "sept").exit_code == 2
