import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms import db
from lms.__main__ import main
from lms.catalogue import queries
from lms.catalogue.cli import courses
from lms.catalogue.services import folder
from tests.catalogue.course_files import edit, make_courses

Run = Callable[..., Result]


@pytest.fixture
def run(fresh: Flask) -> Run:
    """The operator's command on the tests' database."""
    info = ScriptInfo(create_app=lambda: fresh, set_debug_flag=False)
    return lambda *words: CliRunner().invoke(main, ["courses", *map(str, words)], obj=info)


def versions() -> list[tuple[str, int]]:
    with db.reading():
        return [(row.code, row.number) for row in queries.course_versions()]


class TestCheck:
    def test_sums_up_what_is_right(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(courses, ["check", str(make_courses(tmp_path))])

        assert result.exit_code == 0
        assert result.stdout == "No problem. Courses: 1; modules: 2; lessons: 2; questions: 7.\n"

    def test_lists_what_is_wrong_on_stderr(self, tmp_path: Path) -> None:
        root = make_courses(tmp_path)
        edit(root, "development/course.yaml", "track: DEV", "track: XXX")
        edit(root, "development/dev-1/01-traces.fr.md", "## Exemple", "# Exemple")

        result = CliRunner().invoke(courses, ["check", str(root)])

        lines = result.stderr.splitlines()
        assert (result.exit_code, result.stdout) == (1, "")
        assert lines[0].startswith(f"{root}/development/course.yaml:4: track: expected one of DEV")
        assert lines[1].startswith(f"{root}/development/dev-1/01-traces.fr.md:11: heading: expected")
        assert lines[2] == "2 problems"

    def test_shows_an_example(self) -> None:
        assert "Example: lms courses check courses" in CliRunner().invoke(courses, ["check", "--help"]).stdout


class TestSync:
    def test_tells_what_it_published_and_then_that_there_is_nothing(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")

        first, second = run("sync", root), run("sync", root)

        assert (first.exit_code, second.exit_code) == (0, 0)
        lines = first.stdout.splitlines()
        assert "+ Course  development  Development" in lines
        assert "+   Module  DEV-1  Foundations (+14)" in lines
        assert lines[-1].startswith("22 changes are published (sync ")
        assert second.stdout == "Nothing to publish: the catalogue says what the files say.\n"
        assert versions() == [("development", 1)]

    def test_names_what_changed_in_a_module(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")
        run("sync", root)
        edit(root, "development/dev-1/02-loops.en.md", "A text.", "Another text.")

        lines = run("sync", root).stdout.splitlines()

        assert lines[:4] == [
            "~ Course  development  Development",
            "~   Module  DEV-1  Foundations",
            "~     Lesson  loops  Loops",
            "~ Programme  DEV-F  Development",
        ]

    def test_does_not_read_again_what_nobody_touched(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")
        run("sync", root)
        sheet = root / "development/course.yaml"
        times = sheet.stat()
        sheet.write_text(sheet.read_text().replace("track: DEV", "track: XXX"))  # as long as before
        os.utime(sheet, ns=(times.st_atime_ns, times.st_mtime_ns))

        folder._read.cache_clear()  # as in another process

        assert run("sync", root, "--if-changed").exit_code == 0
        assert run("sync", root).exit_code == 1

    def test_reads_again_what_was_touched_and_what_another_catalogue_does_not_hold(
        self, run: Run, tmp_path: Path
    ) -> None:
        root = make_courses(tmp_path / "courses")
        assert run("sync", root, "--if-changed").stdout.splitlines()[-1].startswith("22 changes are published")

        edit(root, "development/dev-1/02-loops.en.md", "A text.", "Another text.")
        assert run("sync", root, "--if-changed").stdout.splitlines()[-1].startswith("4 changes are published")

        run("sync", make_courses(tmp_path / "others"))
        assert "changes are published" in run("sync", root, "--if-changed").stdout

    def test_changes_nothing_when_dry(self, run: Run, tmp_path: Path) -> None:
        result = run("sync", make_courses(tmp_path / "courses"), "--dry-run")

        assert result.stdout.splitlines()[-1] == "22 changes to publish"
        assert versions() == []

    def test_places_problems_on_stderr(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")
        edit(root, "development/course.yaml", "track: DEV", "track: XXX")

        result = run("sync", root)

        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{root}/development/course.yaml:4: track: expected one of DEV")
        assert versions() == []

    def test_places_ids_that_meant_something_else(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")
        run("sync", root)
        edit(root, "development/dev-2/module.yaml", "kind: quiz", "kind: live")

        for command in ("sync", "diff"):
            result = run(command, root)
            assert result.exit_code == 1
            assert result.stderr.startswith(f"{root}/development/dev-2/module.yaml:10: kind: ")


class TestDiff:
    def test_shows_what_sync_would_do(self, run: Run, tmp_path: Path) -> None:
        root = make_courses(tmp_path / "courses")

        result = run("diff", root)

        assert result.stdout == run("sync", root, "--dry-run").stdout
        assert versions() == []


class TestExport:
    def test_writes_what_can_be_synced_again(self, run: Run, tmp_path: Path) -> None:
        run("sync", make_courses(tmp_path / "courses"))

        result = run("export", tmp_path / "out")

        assert (result.exit_code, result.stdout) == (0, "15 files are written.\n")
        assert run("diff", tmp_path / "out").stdout.startswith("Nothing to publish")

    def test_refuses_in_one_sentence(self, run: Run, tmp_path: Path) -> None:
        result = run("export", tmp_path / "out")

        assert (result.exit_code, result.stderr) == (1, "Error: Nothing was published yet.\n")

    @pytest.mark.parametrize("command", ["sync", "diff", "export"])
    def test_shows_an_example(self, run: Run, command: str) -> None:
        assert f"Example: lms courses {command}" in run(command, "--help").stdout
