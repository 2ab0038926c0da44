from dataclasses import replace

import pytest
from flask import Flask

from lms import db
from lms.accounts import queries as accounts
from lms.demo.stories import PASSWORD
from tests.demo.conftest import Run
from tests.factories import make_user


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
