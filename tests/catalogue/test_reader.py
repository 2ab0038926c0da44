import os
from dataclasses import replace
from pathlib import Path

import pytest

from lms.catalogue.reader import CourseFiles, CourseProblems, Module, Problem, module_hash, read_courses
from lms.catalogue.schema import SingleChoice
from tests.catalogue.course_files import FILES, PNG, edit, make_courses, write

MODULE = "development/dev-1/module.yaml"
BANK = "development/dev-1/bank.yaml"
QUIZ = "development/dev-1/quiz.yaml"
ASSIGNMENT = "development/dev-1/assignment.yaml"
COURSE = "development/course.yaml"
LESSON_FR = "development/dev-1/01-traces.fr.md"
LESSON_EN = "development/dev-1/01-traces.en.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_courses(tmp_path)


def problems(root: Path) -> list[Problem]:
    """With paths from the root, as the tests name them."""
    with pytest.raises(CourseProblems) as raised:
        read_courses(root)
    return [replace(problem, path=os.path.relpath(problem.path, root)) for problem in raised.value.problems]


def only_problem(root: Path) -> Problem:
    found = problems(root)
    assert len(found) == 1, found
    return found[0]


def line_of(root: Path, name: str, start: str) -> int:
    """The number of the first line that starts so, spaces aside."""
    lines = (root / name).read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


def published(files: CourseFiles) -> Module:
    return next(module for module in files.modules() if module.sheet.is_published)


class TestReadCourses:
    def test_reads_everything(self, root: Path) -> None:
        files = read_courses(root)

        module = published(files)
        assert [item.code for item in files.competencies] == ["DEV.1", "LNG.1"]
        assert files.job_profiles[0].title.ar == "مطور"
        assert list(files.rubrics) == ["session-plan"]
        assert [programme.code for programme in files.programmes] == ["DEV-F"]
        assert [(course.folder, len(course.modules)) for course in files.courses] == [("development", 2)]
        assert [lesson.id for lesson in module.lessons] == ["traces", "loops"]
        assert module.lessons[0].fr.body == "Un texte.\n\n## Exemple\n\n![Une trace](media/trace.png)\n"
        assert module.lessons[1].en.head.title == "Loops"
        assert module.sheet.hours.minutes == 31 * 60 + 30
        assert module.rubric
        assert [(picture.name, picture.media_type) for picture in module.pictures] == [("media/trace.png", "image/png")]

    def test_reads_every_kind_of_question(self, root: Path) -> None:
        bank = published(read_courses(root)).bank

        assert bank
        assert len({question.kind for question in bank.questions}) == 7
        assert [question.points for question in bank.questions] == [1, 1, 1, 1, 2, 1, 1]

    def test_takes_no_for_a_word(self, root: Path) -> None:
        bank = published(read_courses(root)).bank

        assert bank
        question = bank.questions[0]
        assert isinstance(question, SingleChoice)
        assert (question.choices["a"].fr, question.choices["a"].en) == ("Non", "No")

    def test_reads_the_sheet_alone_of_a_module_in_preparation(self, root: Path) -> None:
        module = list(read_courses(root).modules())[1]

        assert (module.lessons, module.bank, module.quiz, module.assignment) == ((), None, None, None)

    def test_reads_files_from_other_editors(self, root: Path) -> None:
        for name in (BANK, LESSON_FR):
            path = root / name
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

        assert published(read_courses(root)).lessons[0].fr.body.startswith("Un texte.\n\n##")

    def test_takes_a_module_in_preparation_for_one_whatever_is_wrong_in_it(self, root: Path) -> None:
        edit(root, "development/dev-2/module.yaml", "weight: 100", "weight: 10")

        assert only_problem(root).field == "assessments"

    def test_allows_a_quiz_for_practice(self, root: Path) -> None:
        edit(root, MODULE, "kind: quiz", "kind: live")

        assert published(read_courses(root)).quiz

    def test_shows_all_problems_at_once_in_order(self, root: Path) -> None:
        edit(root, COURSE, "track: DEV", "track: [DEV")
        edit(root, BANK, "id: second", "id: first")
        (root / LESSON_EN).unlink()
        edit(root, MODULE, "code: LNG.1", "code: LNG.9")
        edit(root, LESSON_FR, "![Une trace]", "![]")
        write(root, "development/dev-1/02-loops.en.md", "x" * (10 * 1024 * 1024))

        found = problems(root)

        assert [(problem.path, problem.line, problem.field) for problem in found] == [
            (COURSE, 5, "YAML"),
            (LESSON_FR, 1, "file"),
            (LESSON_FR, 13, "picture"),
            ("development/dev-1/02-loops.en.md", 1, "file"),
            (BANK, 12, "questions[1].id"),
            (MODULE, 12, "competencies[1].code"),
        ]
        assert str(found[1]).startswith(f"{LESSON_FR}:1: file: has no translation")

    def test_asks_for_the_referentiel(self, tmp_path: Path) -> None:
        assert [(problem.path, problem.message) for problem in problems(tmp_path)] == [
            ("referentiel/competencies.yaml", "is missing"),
            ("referentiel/job_profiles.yaml", "is missing"),
        ]


class TestYamlProblems:
    @pytest.mark.parametrize(
        ("old", "new", "line", "field", "expected"),
        [
            ("track: DEV", "track: [DEV", 5, "YAML", "cannot be read"),
            ("code: development", "code: development\ncode: other", 2, "code", "is given twice: see line 1"),
            ("title: {fr", "title: &x {fr", 2, "title", "names are not read"),
            ("title: {fr: Développement, en: Development}", "title: *x", 2, "title", "names are not read"),
            ("track: DEV", "track: !!str DEV", 4, "track", "types are not read"),
            ("track: DEV", "track: " + "[" * 40, 4, "track" + "[0]" * 20, "is nested too deeply"),
            ("code: development", "code: \x07", 1, "file", "not text"),
        ],
    )  # fmt: skip
    def test_are_located(self, root: Path, old: str, new: str, line: int, field: str, expected: str) -> None:
        edit(root, COURSE, old, new)

        problem = only_problem(root)

        assert (problem.path, problem.line, problem.field) == (COURSE, line, field)
        assert expected in problem.message

    def test_include_aliases_that_would_fill_the_memory(self, root: Path) -> None:
        laughs = "a: &a [x, x, x, x]\n" + "".join(
            f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
            for before, name in zip("abcdefgh", "bcdefghi", strict=True)
        )
        write(root, COURSE, laughs)

        assert only_problem(root).field == "a"


class TestSheetProblems:
    """One field is wrong; everything else says nothing of it."""

    @pytest.mark.parametrize(
        ("name", "old", "new", "field", "expected"),
        [
            (COURSE, "track: DEV\n", "", "track", "is missing"),
            (COURSE, "track: DEV", "track: DEV\ntitel: x", "titel", 'not expected here: did you mean "title"?'),
            (COURSE, "track: DEV", "track: XXX", "track", 'expected one of DEV, CLD, SEC, DAT, AIO, TRV, not "XXX"'),
            (COURSE, "fr: Développement", "fr: ''", "title.fr", "is empty"),
            (COURSE, ", en: Development", "", "title.en", "is missing"),
            (COURSE, "fr: Développement", "fr: 42", "title.fr", "put it in quotes"),
            (COURSE, "title: {fr: Développement, en: Development}", "title: Development", "title", "expected fields"),
            (COURSE, "modules: [dev-1, dev-2]", "modules: dev-1", "modules", "expected a list"),
            (COURSE, "[dev-1, dev-2]", "[dev-1, dev-2, dev-1]", "modules[2]", '"dev-1" is listed twice'),
            (COURSE, "2026-11-23", "23/11/2026", "history[0].date", "expected a date"),
            (COURSE, "code: development", "code: dev", "code", 'expected "development"'),
            (MODULE, "code: DEV-1", "code: DEV-7", "code", 'expected "DEV-1"'),
            (MODULE, "in_person: 21", "in_person: 21.2", "hours.in_person", "whole or half"),
            (MODULE, "in_person: 21", "in_person: '21'", "hours.in_person", "without quotes"),
            (MODULE, "in_person: 21", "in_person: -1", "hours.in_person", "0 or more"),
            (MODULE, "  - {fr: Trois, en: Three}\n", "", "objectives", "expected at least 3, not 2"),
            (MODULE, "weight: 40", "weight: 30", "assessments", "add up to 90: expected 100"),
            (MODULE, "weight: 40", "weight: 40.5", "assessments[0].weight", "expected a whole number"),
            (MODULE, "practical: true", "practical: yes", "assessments[1].practical", "expected true or false"),
            (MODULE, "kind: assignment", "kind: quiz", "assessments[1].kind", "only one assessment"),
            (MODULE, "competencies: [DEV.1]", "competencies: [DEV.2]", "assessments[0].competencies[0]", "from competencies"),
            (MODULE, ", transmission: T2", "", "competencies[0]", "expected both mastery and transmission"),
            (MODULE, "cefr: B2", "cefr: B2, mastery: N1", "competencies[1]", "expected either mastery or cefr"),
            (MODULE, "id: live-coding", "id: Live Coding", "teaching_practice[0].id", "lower-case words"),
            (BANK, "kind: true_false", "kind: truefalse", "questions[2]", 'short_text, ordering, matching, not "truefalse"'),
            (BANK, "    kind: true_false\n", "", "questions[2]", "has no kind"),
            (BANK, "key: b", "key: c", "questions[0].key", '"c" is unknown: expected one of a, b (from choices)'),
            (BANK, "key: [a, c]", "key: [a, b, c]", "questions[1].key", "not right"),
            (BANK, "key: [a, c]", "key: a", "questions[1].key", "expected a list"),
            (BANK, "key: [a, c]", "key: []", "questions[1].key", "expected at least 1"),
            (BANK, "key: true", "key: vrai", "questions[2].key", "expected true or false"),
            (BANK, 'key: "12.5"', "key: 12.5", "questions[3].key", "put it in quotes"),
            (BANK, 'key: "12.5"', 'key: "12,5"', "questions[3].key", "expected a decimal number"),
            (BANK, 'tolerance: "0.1"', 'tolerance: "-1"', "questions[3].tolerance", "expected 0 or more"),
            (BANK, "key: [b, a, c]", "key: [b, a]", "questions[5].key", "c is missing"),
            (BANK, "key: {p1: o1, p2: o2}", "key: {p1: o1}", "questions[6].key", "p2 is missing"),
            (BANK, "key: {p1: o1, p2: o2}", "key: {p1: o1, p2: o9}", "questions[6].key.p2", "(from options)"),
            (BANK, "points: 2", "points: 0", "questions[4].points", "expected 1 or more"),
            (BANK, "points: 2", "point: 2", "questions[4].point", 'did you mean "points"?'),
            (BANK, "a: {fr: Non", "A: {fr: Non", "questions[0].choices.A", "lower-case words"),
            (QUIZ, "feedback: after_submission", "feedback: always", "feedback", 'after_submission, never, not "always"'),
            (QUIZ, "minutes: 30\n", "", "minutes", "is missing"),
            (ASSIGNMENT, "text: true\nfiles: 3", "text: false\nfiles: 0", "files", "to be handed in"),
            ("rubrics/session-plan.yaml", "id: session-plan", "id: plan", "id", 'expected "session-plan"'),
            ("rubrics/session-plan.yaml", "      4: {fr", "      5: {fr", "criteria[0].levels.5", "4 or less"),
            ("rubrics/session-plan.yaml", "      4: {fr: Niveau 4, en: Level 4}\n", "", "criteria[0].levels", "4 is missing"),
            ("programmes/dev-f.yaml", "code: DEV-F", "code: DEV", "code", 'expected "DEV-F"'),
            ("programmes/dev-f.yaml", "validity_months: null", "validity_months: 0", "certificate.validity_months", "1 or more"),
            ("referentiel/competencies.yaml", "family: DEV", "family: CLD", "competencies[0].family", 'expected "DEV"'),
            ("referentiel/job_profiles.yaml", ", ar: مطور", "", "job_profiles[0].title.ar", "is missing"),
            ("referentiel/job_profiles.yaml", '"2512"', "2512", "job_profiles[0].isco", "put it in quotes"),
        ],
    )  # fmt: skip
    def test_say_what_was_expected(self, root: Path, name: str, old: str, new: str, field: str, expected: str) -> None:
        edit(root, name, old, new)

        found = [problem for problem in problems(root) if problem.path == name]

        assert [problem.field for problem in found] == [field]
        assert expected in found[0].message

    def test_stand_at_the_line_of_the_field(self, root: Path) -> None:
        edit(root, BANK, "key: [a, c]", "key: [a, z]")

        assert only_problem(root).line == line_of(root, BANK, "key: [a, z]")

    def test_stand_at_the_line_in_a_long_text(self, root: Path) -> None:
        edit(root, ASSIGNMENT, "    - Steps", "    - Steps $\\foo$")

        problem = only_problem(root)

        assert (problem.line, problem.field) == (line_of(root, ASSIGNMENT, "- Steps $"), "brief.en")
        assert problem.message.startswith("maths: \\foo")

    def test_include_texts_when_other_fields_are_wrong_too(self, root: Path) -> None:
        edit(root, BANK, 'text: {fr: "Quoi ?"', 'text: {fr: "![](x)"')
        edit(root, BANK, "key: true", "key: vrai")

        fields = [problem.field for problem in problems(root)]

        assert fields == ["questions[0].text.fr", "questions[0].text.fr", "questions[2].key"]

    def test_include_an_empty_file(self, root: Path) -> None:
        write(root, QUIZ, "")

        assert str(only_problem(root)).endswith("quiz.yaml:1: file: is empty: expected fields")


class TestLessonProblems:
    def test_missing_translation(self, root: Path) -> None:
        (root / LESSON_EN).unlink()

        problem = only_problem(root)

        assert (problem.path, problem.line, problem.field) == (LESSON_FR, 1, "file")
        assert problem.message == 'has no translation: expected "01-traces.en.md" beside it'

    @pytest.mark.parametrize(
        ("old", "new", "line", "field", "expected"),
        [
            ("---\nid", "id", 1, "head", 'expected "---"'),
            ("id: traces", "id: trace", 2, "id", 'expected "traces"'),
            ("minutes: 20", "minutes: twenty", 4, "minutes", "expected a number"),
            ("minutes: 20", "minutes: 21", 4, "minutes", "expected 20, as in French"),
            ("  - Trace\n", "  - Trace\n  - More\n", 5, "objectives", "expected 1 objectives, as in French"),
            ("  - Trace\n", "", 5, "objectives", "expected a list"),
            ("## Example", "# Example", 11, "heading", 'expected "##"'),
            ("![A trace]", "![]", 13, "picture", "words that say what it shows"),
            ("media/trace.png", "media/other.png", 13, "picture", "there is no file"),
            ("A text.", "::: nota\nA text.\n:::", 9, "box", "is no box"),
            ("A text.\n\n## Example\n\n![A trace](media/trace.png)\n", "", 8, "text", "is empty"),
        ],
    )
    def test_are_located(self, root: Path, old: str, new: str, line: int, field: str, expected: str) -> None:
        edit(root, LESSON_EN, old, new)

        problem = only_problem(root)

        assert (problem.path, problem.line, problem.field) == (LESSON_EN, line, field)
        assert expected in problem.message

    def test_unit_without_lesson(self, root: Path) -> None:
        for language in ("fr", "en"):
            (root / f"development/dev-1/02-loops.{language}.md").unlink()

        problem = only_problem(root)

        assert (problem.path, problem.line, problem.field) == (
            MODULE,
            line_of(root, MODULE, "- id: loops"),
            "units[1].id",
        )
        assert '"02-loops.fr.md"' in problem.message

    def test_lesson_without_unit(self, root: Path) -> None:
        for language in ("fr", "en"):
            text = FILES[f"development/dev-1/02-loops.{language}.md"].replace("id: loops", "id: more")
            write(root, f"development/dev-1/03-more.{language}.md", text)

        problem = only_problem(root)

        assert problem.path.startswith("development/dev-1/03-more")
        assert '"more" is no unit' in problem.message

    def test_lessons_out_of_order(self, root: Path) -> None:
        for language in ("fr", "en"):
            (root / f"development/dev-1/02-loops.{language}.md").rename(
                root / f"development/dev-1/00-loops.{language}.md"
            )

        assert "is out of order" in only_problem(root).message

    def test_number_taken_twice(self, root: Path) -> None:
        for language in ("fr", "en"):
            (root / f"development/dev-1/02-loops.{language}.md").rename(
                root / f"development/dev-1/01-loops.{language}.md"
            )

        assert any('"01" is taken by' in problem.message for problem in problems(root))


class TestFileProblems:
    @pytest.mark.parametrize("name", [LESSON_EN, BANK, "referentiel/competencies.yaml"])
    def test_too_big(self, root: Path, name: str) -> None:
        write(root, name, "x" * (10 * 1024 * 1024))

        problem = next(problem for problem in problems(root) if problem.path == name)

        assert (problem.line, problem.field) == (1, "file")
        assert problem.message == "is too big: expected at most 1024 KB"

    def test_not_utf_8(self, root: Path) -> None:
        (root / LESSON_EN).write_bytes(b"---\nid: traces\ntitle: \xe9t\xe9\n---\n")

        problem = only_problem(root)

        assert (problem.line, problem.message) == (3, "expected UTF-8: save the file in this encoding")

    @pytest.mark.parametrize(
        "name", ["notes.txt", "development/dev-1/lesson.md", "rubrics/README.md", "extra/a/b/c/d.yaml"]
    )
    def test_stray(self, root: Path, name: str) -> None:
        write(root, name, "x")

        assert any(
            "is not expected here" in problem.message or "is missing" in problem.message for problem in problems(root)
        )

    def test_readme_is_no_stray(self, root: Path) -> None:
        write(root, "README.md", "x")

        read_courses(root)

    @pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "/nonexistent"])
    def test_link(self, root: Path, target: str) -> None:
        (root / "development/dev-1/03-secret.fr.md").symlink_to(target)

        assert "not a link" in only_problem(root).message

    def test_device(self, root: Path) -> None:
        os.mkfifo(root / "development/dev-1/03-pipe.fr.md")

        assert "not a link or a device" in only_problem(root).message

    def test_name_that_would_break_the_list(self, root: Path) -> None:
        write(root, "development/dev-1/a\nb.txt", "x")

        assert "\n" not in str(only_problem(root))

    @pytest.mark.parametrize(
        ("name", "content", "expected"),
        [
            ("big.png", PNG + b"\x00" * (400 * 1024), "is too big: expected at most 400 KB"),
            ("fake.png", b"<svg onload=alert(1)>", "is no png picture inside"),
            ("fake.jpg", PNG, "is no jpg picture inside"),
            ("drawing.svg", b"<svg/>", "ending in .png, .jpg or .webp"),
            ("Trace.PNG", PNG, "named in lower case"),
        ],
    )
    def test_picture(self, root: Path, name: str, content: bytes, expected: str) -> None:
        (root / "development/dev-1/media" / name).write_bytes(content)

        problem = only_problem(root)

        assert problem.path == f"development/dev-1/media/{name}"
        assert expected in problem.message

    def test_content_of_a_module_in_preparation(self, root: Path) -> None:
        write(root, "development/dev-2/quiz.yaml", FILES[QUIZ])

        assert "while the module is in_preparation" in only_problem(root).message

    @pytest.mark.parametrize(
        ("name", "field", "expected"),
        [
            (QUIZ, "assessments[0].kind", "expected quiz.yaml"),
            (BANK, "assessments[0].kind", "expected bank.yaml"),
            (ASSIGNMENT, "assessments[1].kind", "expected assignment.yaml"),
        ],
    )
    def test_missing_for_an_assessment(self, root: Path, name: str, field: str, expected: str) -> None:
        (root / name).unlink()

        problem = problems(root)[0]

        assert (problem.path, problem.field) == (MODULE, field)
        assert expected in problem.message

    def test_assignment_without_assessment(self, root: Path) -> None:
        edit(root, MODULE, "kind: assignment", "kind: live")

        assert "no assessment in module.yaml is of kind assignment" in only_problem(root).message

    def test_listed_module_without_folder(self, root: Path) -> None:
        edit(root, COURSE, "[dev-1, dev-2]", "[dev-1, dev-2, dev-3]")

        problem = only_problem(root)

        assert (problem.path, problem.line, problem.field) == (COURSE, 5, "modules[2]")

    def test_module_folder_not_listed(self, root: Path) -> None:
        edit(root, COURSE, "[dev-1, dev-2]", "[dev-1]")

        assert "the folder is not listed" in only_problem(root).message


class TestReferenceProblems:
    @pytest.mark.parametrize(
        ("name", "old", "new", "field", "expected"),
        [
            (MODULE, "{code: LNG.1, cefr: B2}", "{code: LNG.2, cefr: B2}", "competencies[1].code", 'did you mean "LNG.1"?'),
            (MODULE, "LNG.1, cefr: B2}", "LNG.1, mastery: N1, transmission: T1}", "competencies[1].mastery", "cefr"),
            (BANK, "competencies: [DEV.1]", "competencies: [XXX.9]", "questions[0].competencies[0]", '"XXX.9" is unknown'),
            (BANK, "tags: [traces]", "tags: [trace]", "questions[0].tags", "expected the id of a unit"),
            ("referentiel/job_profiles.yaml", "code: DEV.1", "code: DEV.2", "job_profiles[0].requirements[0].code", "unknown"),
            ("programmes/dev-f.yaml", "[DEV-1, DEV-2]", "[DEV-1, CLD-2]", "modules[1]", '"CLD-2" is unknown'),
            (ASSIGNMENT, "rubric: session-plan", "rubric: session", "rubric", 'did you mean "session-plan"?'),
            (QUIZ, "tags: [traces]", "tags: [trace]", "draw[0].tags[0]", 'no question in bank.yaml bears "trace"'),
            (QUIZ, "count: 2", "count: 3", "draw[0].count", "asks for 3: at least 2 questions"),
            (QUIZ, "draw:", "draw:\n  - {tags: [loops], count: 3}", "draw[2].count", "asks for 3: at least 2"),
        ],
    )  # fmt: skip
    def test_are_located(self, root: Path, name: str, old: str, new: str, field: str, expected: str) -> None:
        edit(root, name, old, new)

        found = [problem for problem in problems(root) if problem.path == name]

        assert field in [problem.field for problem in found]
        assert expected in next(problem.message for problem in found if problem.field == field)

    @pytest.mark.parametrize(
        ("name", "old", "new", "field"),
        [
            (BANK, "id: second", "id: first", "questions[1].id"),
            (MODULE, "- id: loops", "- id: traces", "units[1].id"),
            (MODULE, "- id: plan", "- id: quiz", "assessments[1].id"),
            (MODULE, "{code: LNG.1, cefr: B2}", "{code: DEV.1, mastery: N1, transmission: T1}", "competencies[1].code"),
            ("referentiel/competencies.yaml", "code: LNG.1", "code: DEV.1", "competencies[1].code"),
        ],
    )  # fmt: skip
    def test_ids_given_twice_in_a_file(self, root: Path, name: str, old: str, new: str, field: str) -> None:
        edit(root, name, old, new)

        found = {problem.field: problem.message for problem in problems(root) if problem.path == name}

        assert "is given twice: see line" in found[field]

    def test_ids_given_twice_in_files(self, root: Path) -> None:
        for name in FILES:
            if name.startswith("development/dev-1/"):
                write(root, f"other/{name.partition('/')[2]}", FILES[name])
        (root / "other/dev-1/media").mkdir()
        (root / "other/dev-1/media/trace.png").write_bytes(PNG)
        write(root, "other/course.yaml", FILES[COURSE].replace("development", "other").replace(", dev-2", ""))

        found = problems(root)

        assert [problem.path for problem in found] == [
            "other/dev-1/assignment.yaml",
            "other/dev-1/module.yaml",
            "other/dev-1/quiz.yaml",
        ]
        assert all("is given twice: see" in problem.message for problem in found)

    def test_do_not_follow_from_a_file_that_cannot_be_read(self, root: Path) -> None:
        write(root, "referentiel/competencies.yaml", "competencies: [")

        assert only_problem(root).field == "YAML"


class TestModuleHash:
    def test_stays_for_what_no_reader_sees(self, root: Path) -> None:
        before = module_hash(published(read_courses(root)))
        edit(root, MODULE, "status: published", "# a comment\nstatus:   published")
        edit(root, MODULE, "live_remote: 3.5", "live_remote: 3.50")
        edit(root, MODULE, "weight: 40", "weight: 40\n    practical: false")

        assert module_hash(published(read_courses(root))) == before

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            (MODULE, "Fondations", "Bases"),
            (LESSON_FR, "Un texte", "Le texte"),
            (LESSON_EN, "title: Traces", "title: Tracing"),
            (BANK, "fr: Non", "fr: Jamais"),
            (BANK, "{a: {fr: Un, en: One}, b: {fr: Deux, en: Two}", "{b: {fr: Deux, en: Two}, a: {fr: Un, en: One}"),
            (QUIZ, "minutes: 30", "minutes: 20"),
            (ASSIGNMENT, "A plan.", "The plan."),
            ("rubrics/session-plan.yaml", "en: Level 3", "en: Good"),
        ],
    )
    def test_changes_with_what_readers_see(self, root: Path, name: str, old: str, new: str) -> None:
        before = module_hash(published(read_courses(root)))
        edit(root, name, old, new)

        assert module_hash(published(read_courses(root))) != before

    def test_changes_with_a_picture(self, root: Path) -> None:
        before = module_hash(published(read_courses(root)))
        (root / "development/dev-1/media/trace.png").write_bytes(PNG + b"\x01")

        assert module_hash(published(read_courses(root))) != before
