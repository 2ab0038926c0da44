from pathlib import Path

from click.testing import CliRunner

from lms.catalogue.cli import courses
from tests.catalogue.course_files import edit, make_courses


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
