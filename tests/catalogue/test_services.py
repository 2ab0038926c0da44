from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from lms import audit, db, events
from lms.catalogue import queries, services
from lms.catalogue.events import CourseVersionPublished, ProgrammeVersionPublished
from lms.catalogue.models import (
    PUBLISHED,
    CatalogueSync,
    Course,
    CourseVersion,
    Lesson,
    LessonText,
    Module,
    Programme,
    ProgrammeModule,
    ProgrammeVersion,
    Question,
    Rubric,
)
from lms.catalogue.reader import CourseProblems
from lms.catalogue.services import FolderInUse, IdsReused, NotKept, SyncReport, read_folder
from lms.competencies import queries as competencies
from lms.competencies.models import Competency
from lms.errors import Missing
from lms.permissions import INSTITUTE
from tests.catalogue.course_files import PNG, edit, make_courses
from tests.conftest import Statements

LOOPS = "development/dev-1/02-loops.en.md"
BANK = "development/dev-1/bank.yaml"
SHEET = "development/dev-1/module.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_courses(tmp_path / "courses")


def publish(root: Path) -> SyncReport:
    folder = read_folder(root)
    return services.sync(folder.files, by=INSTITUTE, texts=folder.texts)


def told(report: SyncReport) -> list[tuple[str, str, str]]:
    return [(change.act, change.kind, change.code) for change in report.changes]


def count(table: type[db.Base]) -> int:
    return db.session().execute(select(func.count()).select_from(table)).scalar_one()


def counts() -> dict[str, int]:
    return {table.__tablename__: count(table) for table in (*PUBLISHED, Course, Programme, Competency)}


def current_module(code: str) -> Module:
    query = select(Module).join(Course, Course.current_version_id == Module.course_version_id)
    return db.session().scalars(query.where(Module.code == code)).one()


def current_programme() -> ProgrammeVersion:
    current = select(ProgrammeVersion).join(Programme, Programme.current_version_id == ProgrammeVersion.id)
    return db.session().scalars(current).one()


@pytest.mark.usefixtures("frame")
class TestSync:
    def test_publishes_everything_that_is_new(self, root: Path) -> None:
        report = publish(root)

        assert told(report)[:5] == [
            ("added", "competency", "DEV.1"),
            ("added", "competency", "LNG.1"),
            ("added", "job_profile", "ITO-01"),
            ("added", "course", "development"),
            ("added", "module", "DEV-1"),
        ]
        assert told(report)[-2:] == [("added", "sheet", "module.yaml"), ("added", "programme", "DEV-F")]
        assert [change.code for change in report.changes if change.kind == "lesson"] == ["traces", "loops"]
        assert sum(change.kind == "question" for change in report.changes) == 7
        course = next(change for change in report.changes if change.kind == "course")
        assert (course.title_fr, course.title_en) == ("Développement", "Development")

    def test_keeps_both_languages_rendered(self, root: Path) -> None:
        publish(root)

        lesson = queries.lessons_of([current_module("DEV-1").id])[0]
        assert (lesson.slug, lesson.minutes, lesson.title_en) == ("traces", 20, "Traces")
        text = queries.lesson_text(lesson.id, "fr")
        assert text.objectives == ["Tracer"]
        assert '<h2 id="text-exemple">Exemple</h2>' in text.html
        assert '<img src="/media/' in text.html

    def test_keeps_questions_apart_from_what_is_right(self, root: Path) -> None:
        publish(root)

        rows = {row.slug: row for row in queries.questions_of(current_module("DEV-1").id)}
        solutions = queries.solutions_of([row.id for row in rows.values()])
        assert rows["first"].body == {
            "text": {"fr": "<p>Quoi ?</p>\n", "en": "<p>What?</p>\n"},
            "choices": {"a": {"fr": "Non", "en": "No"}, "b": {"fr": "Oui", "en": "Yes"}},
        }
        assert solutions[rows["first"].id] == {
            "key": "b",
            "feedback": {"fr": "<p>Voilà</p>\n", "en": "<p>There</p>\n"},
        }
        assert rows["fourth"].body["unit"] == {"fr": "heures", "en": "hours"}
        assert (solutions[rows["fourth"].id]["key"], solutions[rows["fourth"].id]["tolerance"]) == ("12.5", "0.1")
        assert solutions[rows["third"].id]["key"] is True
        assert list(rows["sixth"].body["items"]) == ["a", "b", "c"]
        assert solutions[rows["seventh"].id]["key"] == {"p1": "o1", "p2": "o2"}
        assert rows["fifth"].points == 2
        assert not any("key" in row.body or "feedback" in row.body for row in rows.values())

    def test_keeps_what_a_module_asks_for(self, root: Path) -> None:
        publish(root)
        module = current_module("DEV-1").id

        quiz, assignment = queries.quizzes_of([module])[0], queries.assignments_of([module])[0]
        assert (quiz.minutes, quiz.attempts, quiz.draw[1]) == (30, 2, {"tags": ["loops"], "count": 3})
        assert assignment.brief_en == "<p>A plan.</p>\n<ul>\n<li>Steps</li>\n</ul>\n"
        rubric = queries.rubric(assignment.rubric_id)
        assert [criterion["id"] for criterion in rubric.criteria] == ["aim", "steps", "tests", "words"]
        assert rubric.criteria[0]["levels"]["4"] == {"fr": "Niveau 4", "en": "Level 4"}
        components = queries.components_of([module])
        assert [(row.slug, row.kind, row.weight, row.is_practical) for row in components] == [
            ("quiz", "quiz", 40, False),
            ("plan", "assignment", 60, True),
        ]
        assert queries.practice_tasks_of([module])[0].task_en == "<p>Ten minutes, <em>before</em> a group</p>\n"

    def test_adds_the_hours_up(self, root: Path) -> None:
        publish(root)

        assert current_module("DEV-1").minutes == 31 * 60 + 30
        assert current_programme().minutes == 31 * 60 + 30 + 28 * 60

    def test_holds_a_programme_back_until_its_modules_are_published(self, root: Path) -> None:
        edit(root, "programmes/dev-f.yaml", "[DEV-1, DEV-2]", "[DEV-1]")
        publish(root)
        assert [row.code for row in queries.open_programme_versions()] == ["DEV-F"]

        edit(root, "programmes/dev-f.yaml", "[DEV-1]", "[DEV-1, DEV-2]")
        publish(root)

        assert queries.open_programme_versions() == []
        assert [row.code for row in queries.programmes()] == ["DEV-F"]

    def test_changes_nothing_the_second_time(self, root: Path) -> None:
        publish(root)
        before = counts()

        report = publish(root)

        assert report == SyncReport()
        assert counts() == before

    def test_makes_a_new_version_beside_an_untouched_old_one(self, root: Path) -> None:
        publish(root)
        old = current_module("DEV-1")
        old_lesson = queries.lessons_of([old.id])[1]
        edit(root, LOOPS, "A text.", "Another text.")

        report = publish(root)

        assert told(report) == [
            ("changed", "course", "development"),
            ("changed", "module", "DEV-1"),
            ("changed", "lesson", "loops"),
            ("changed", "programme", "DEV-F"),
        ]
        new = current_module("DEV-1")
        assert new.id != old.id
        assert queries.lesson_text(old_lesson.id, "en").html == "<p>A text.</p>\n"
        assert queries.lesson_text(queries.lessons_of([new.id])[1].id, "en").html == "<p>Another text.</p>\n"
        numbers = db.session().scalars(select(CourseVersion.number).order_by(CourseVersion.id)).all()
        assert numbers == [1, 2]

    def test_leaves_a_running_programme_version_as_it_was(self, root: Path) -> None:
        publish(root)
        old = current_programme().id
        modules = queries.modules_of(old)
        edit(root, LOOPS, "A text.", "Another text.")

        publish(root)

        assert current_programme().id != old
        assert queries.modules_of(old) == modules
        assert queries.programme_version(old).number == 1
        assert queries.modules_of(current_programme().id)[0].id == current_module("DEV-1").id

    def test_keeps_a_programme_whose_modules_say_the_same(self, root: Path) -> None:
        edit(root, "programmes/dev-f.yaml", "[DEV-1, DEV-2]", "[DEV-1]")
        publish(root)
        old = current_programme()
        edit(root, "development/dev-2/module.yaml", "fr: Suite", "fr: La suite")

        report = publish(root)

        assert ("changed", "module", "DEV-2") in told(report)
        assert current_programme().id == old.id

    def test_names_what_comes_and_what_goes(self, root: Path) -> None:
        publish(root)
        text = (root / BANK).read_text()
        edit(root, BANK, "  - id: fifth\n", "  - id: replacement\n")
        edit(root, BANK, 'key: "12.5"', 'key: "13"')

        report = publish(root)

        assert told(report)[2:-1] == [
            ("changed", "question", "fourth"),
            ("added", "question", "replacement"),
            ("removed", "question", "fifth"),
        ]
        (root / BANK).write_text(text)
        assert ("added", "question", "fifth") in told(publish(root)), "an id may come back as what it was"

    def test_uses_the_same_rubric_for_the_same_text(self, root: Path) -> None:
        publish(root)
        edit(root, LOOPS, "A text.", "Another text.")
        publish(root)
        assert count(Rubric) == 1

        edit(root, "rubrics/session-plan.yaml", "Niveau 1", "Insuffisant")
        report = publish(root)

        assert ("changed", "rubric", "session-plan") in told(report)
        assert count(Rubric) == 2

    def test_takes_a_course_out_of_the_catalogue_without_deleting_it(self, root: Path) -> None:
        publish(root)
        versions, modules = count(CourseVersion), count(Module)
        for path in sorted((root / "development").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (root / "development").rmdir()
        (root / "programmes/dev-f.yaml").unlink()

        report = publish(root)

        assert told(report) == [
            ("removed", "course", "development"),
            ("removed", "module", "DEV-1"),
            ("removed", "module", "DEV-2"),
            ("removed", "programme", "DEV-F"),
        ]
        assert (count(CourseVersion), count(Module), count(ProgrammeVersion)) == (versions, modules, 1)
        assert queries.catalogue().courses == ()
        assert queries.programmes() == []
        assert [(row.code, row.number, row.versions) for row in queries.course_versions()] == [("development", None, 1)]

    def test_brings_a_course_back_as_its_next_version(self, root: Path) -> None:
        publish(root)
        db.session().execute(update(Course).values(current_version_id=None))

        report = publish(root)

        assert ("added", "course", "development") in told(report)
        assert queries.course_versions()[0].number == 2

    def test_retires_a_competency_that_is_gone(self, root: Path) -> None:
        publish(root)
        edit(root, "referentiel/competencies.yaml", "  - code: LNG.1\n", "  - code: LNG.2\n")
        for name in (SHEET, "referentiel/job_profiles.yaml"):
            edit(root, name, "code: LNG.1", "code: LNG.2")

        report = publish(root)

        assert told(report)[:3] == [
            ("added", "competency", "LNG.2"),
            ("removed", "competency", "LNG.1"),
            ("changed", "job_profile", "ITO-01"),
        ]
        assert [row.code for row in competencies.competencies()] == ["DEV.1", "LNG.2"]
        assert competencies.labels_of(["LNG.1"])["LNG.1"].label_en == "English"

    def test_tells_of_a_list_in_another_order(self, root: Path) -> None:
        publish(root)
        text = (root / "referentiel/competencies.yaml").read_text()
        head, first, second = text.replace("  - code", "\0  - code").split("\0")
        (root / "referentiel/competencies.yaml").write_text(head + second + first)

        report = publish(root)

        assert told(report) == [("changed", "competency", "order")]
        assert [row.code for row in competencies.competencies()] == ["LNG.1", "DEV.1"]
        assert publish(root) == SyncReport()

    def test_changes_nothing_when_a_file_is_wrong(self, root: Path) -> None:
        publish(root)
        before = counts()
        edit(root, LOOPS, "A text.", "Another text.")
        edit(root, BANK, "key: b", "key: z")
        edit(root, SHEET, "weight: 40", "weight: 50")

        with pytest.raises(CourseProblems) as wrong:
            publish(root)

        places = [
            (problem.path.removeprefix(f"{root}/"), problem.line, problem.field) for problem in wrong.value.problems
        ]
        assert places == [(BANK, 10, "questions[0].key"), (SHEET, 20, "assessments")]
        assert counts() == before

    def test_tells_the_packages_above(self, root: Path, heard: list[events.Event]) -> None:
        publish(root)
        edit(root, "programmes/dev-f.yaml", "Tout", "Tout cela")
        publish(root)

        assert [type(event) for event in heard] == [
            CourseVersionPublished,
            ProgrammeVersionPublished,
            ProgrammeVersionPublished,
        ]
        assert heard[-1] == ProgrammeVersionPublished(current_programme().id)

    def test_is_noted(self, root: Path) -> None:
        report = publish(root)

        entry = db.session().info["audit"][0]
        assert (entry.action, entry.subject) == ("catalogue.synced", f"catalogue_sync:{report.sync_id}")
        assert entry.detail["courses"] == ["development 1"]
        row = db.session().get_one(CatalogueSync, report.sync_id)
        assert [change["code"] for change in row.changes][:2] == ["DEV.1", "LNG.1"]
        assert isinstance(entry, audit.AuditEvent)

    def test_sends_no_more_statements_for_more_questions(
        self, root: Path, statements: Callable[[], AbstractContextManager[Statements]]
    ) -> None:
        def sent(text: str) -> int:
            (root / BANK).write_text(text)
            with statements() as seen:
                publish(root)
            return len(seen)

        publish(root)
        text = (root / BANK).read_text()
        question = text[text.index("  - id: third") : text.index("  - id: fourth")]
        few = sent(text + question.replace("third", "extra"))
        many = sent(text + "".join(question.replace("third", f"extra-{number}") for number in range(60)))

        assert few == many <= 45


EDITS = (
    (LOOPS, "A text.", "Another text."),
    (BANK, "  - id: fifth\n", "  - id: other\n"),
    (BANK, 'key: "12.5"', 'key: "13"'),
    (SHEET, "live_remote: 3.5", "live_remote: 4"),
    ("development/dev-2/module.yaml", "fr: Suite", "fr: La suite"),
    ("development/course.yaml", "[dev-1, dev-2]", "[dev-2, dev-1]"),
    ("programmes/dev-f.yaml", "validity_months: null", "validity_months: 36"),
    ("rubrics/session-plan.yaml", "Niveau 1", "Insuffisant"),
    ("referentiel/competencies.yaml", "en: Program}", "en: Programming}"),
    ("referentiel/job_profiles.yaml", "importance: useful", "importance: essential"),
)


@pytest.mark.usefixtures("frame")
class TestSyncTwice:
    @given(st.lists(st.sets(st.integers(0, len(EDITS) - 1)), max_size=4))
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_is_syncing_once_whatever_the_files_go_through(self, root: Path, states: list[set[int]]) -> None:
        undo = db.session().begin_nested()
        before: set[int] | None = None
        for state in [set[int](), *states]:
            make_courses(root)
            for number in state:
                edit(root, *EDITS[number])
            planned = services.plan(read_folder(root).files)
            assert publish(root).changes == planned.changes
            assert publish(root) == SyncReport()
            assert bool(planned.changes) == (state != before)
            before = state
        undo.rollback()


class TestSyncAtTheSameTime:
    def test_publishes_once(self, fresh: Flask, root: Path) -> None:
        folder = read_folder(root)

        def one(_number: int) -> int:
            with fresh.app_context(), db.transaction():
                return len(services.sync(folder.files, by=INSTITUTE, texts=folder.texts).changes)

        with ThreadPoolExecutor(4) as pool:
            published = sorted(pool.map(one, range(4)))

        assert published == [0, 0, 0, 22]
        with db.reading():
            assert (count(CourseVersion), count(ProgrammeVersion), count(CatalogueSync)) == (1, 1, 1)


@pytest.mark.usefixtures("frame")
class TestRefuseReuse:
    def test_refuses_a_question_of_another_kind(self, root: Path) -> None:
        publish(root)
        before = counts()
        edit(root, BANK, "  - id: third\n    kind: true_false", "  - id: third\n    kind: short_text")
        edit(root, BANK, "    key: true", "    key: [yes]")

        with pytest.raises(IdsReused) as refusal:
            publish(root)

        problem = refusal.value.problems[0]
        assert (problem.path, problem.line, problem.field) == (BANK, 20, "kind")
        assert problem.message == '"third" was of kind true_false before: take another id'
        assert counts() == before

    def test_remembers_a_question_that_went(self, root: Path) -> None:
        publish(root)
        text = (root / BANK).read_text()
        edit(root, BANK, "  - id: fifth\n", "  - id: other\n")
        publish(root)
        (root / BANK).write_text(text.replace("- id: fifth\n    kind: short_text", "- id: fifth\n    kind: true_false").replace(
            "key: [commit, git commit]", "key: true"
        ))  # fmt: skip

        with pytest.raises(IdsReused):
            publish(root)

    def test_refuses_an_assessment_of_another_kind(self, root: Path) -> None:
        publish(root)
        edit(root, "development/dev-2/module.yaml", "kind: quiz", "kind: live")

        with pytest.raises(IdsReused) as refusal:
            publish(root)

        assert str(refusal.value.problems[0]).startswith("development/dev-2/module.yaml:10: kind: ")

    def test_refuses_a_competency_on_another_scale(self, root: Path) -> None:
        publish(root)
        edit(root, "referentiel/competencies.yaml", "scale: cefr", "scale: mastery")
        for name in (SHEET, "referentiel/job_profiles.yaml"):
            edit(root, name, "code: LNG.1, cefr: B2", "code: LNG.1, mastery: N2")
        edit(root, SHEET, "code: LNG.1, mastery: N2", "code: LNG.1, mastery: N2, transmission: T0")

        with pytest.raises(IdsReused) as refusal:
            publish(root)

        assert str(refusal.value.problems[0]).startswith("referentiel/competencies.yaml:7: scale: ")

    def test_refuses_a_module_code_for_a_programme(self, root: Path) -> None:
        publish(root)
        (root / "programmes/dev-2.yaml").write_text(
            (root / "programmes/dev-f.yaml").read_text().replace("code: DEV-F", "code: DEV-2")
        )

        with pytest.raises(IdsReused) as refusal:
            publish(root)

        assert [problem.path for problem in refusal.value.problems] == ["programmes/dev-2.yaml"]


@pytest.mark.usefixtures("frame")
class TestPlan:
    def test_says_what_sync_says_and_does_nothing(self, root: Path) -> None:
        publish(root)
        before = counts()
        edit(root, LOOPS, "A text.", "Another text.")

        planned = services.plan(read_folder(root).files)

        assert counts() == before
        assert planned.sync_id is None
        assert planned.changes == publish(root).changes


@pytest.mark.usefixtures("frame")
class TestPublishedRows:
    @pytest.mark.parametrize(
        ("table", "field", "value"),
        [
            (CourseVersion, "title_fr", "x"),
            (Module, "minutes", 1),
            (Lesson, "title_en", "x"),
            (LessonText, "html", "x"),
            (Question, "body", {}),
            (ProgrammeVersion, "is_open", True),
            (ProgrammeModule, "position", 9),
        ],
    )
    def test_refuse_to_change(self, root: Path, table: type[db.Base], field: str, value: object) -> None:
        publish(root)
        setattr(db.session().scalars(select(table)).first(), field, value)

        with pytest.raises(RuntimeError, match="never changes"):
            db.session().flush()

    def test_refuse_to_go(self, root: Path) -> None:
        publish(root)
        db.session().delete(db.session().scalars(select(Rubric)).one())

        with pytest.raises(RuntimeError, match="never changes"):
            db.session().flush()


@pytest.mark.usefixtures("frame")
class TestExport:
    def test_gives_back_the_very_files(self, root: Path, tmp_path: Path) -> None:
        edit(root, "development/course.yaml", "code: development", "# a remark\r\ncode: development")
        publish(root)

        services.export(tmp_path / "out")

        def contents(folder: Path) -> dict[str, bytes]:
            return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

        assert contents(tmp_path / "out") == contents(root)
        assert contents(tmp_path / "out")["development/dev-1/media/trace.png"] == PNG
        assert publish(tmp_path / "out") == SyncReport()

    def test_gives_back_an_older_version(self, root: Path, tmp_path: Path) -> None:
        first = publish(root).sync_id
        edit(root, LOOPS, "A text.", "Another text.")
        publish(root)

        services.export(tmp_path / "out", first)

        assert "A text." in (tmp_path / "out" / LOOPS).read_text()

    def test_refuses_a_folder_in_use(self, root: Path, tmp_path: Path) -> None:
        publish(root)
        (tmp_path / "out").mkdir()
        (tmp_path / "out/mine.txt").write_text("mine")

        with pytest.raises(FolderInUse):
            services.export(tmp_path / "out")

        assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]

    def test_says_when_there_is_nothing(self, root: Path, tmp_path: Path) -> None:
        with pytest.raises(NotKept):
            services.export(tmp_path / "out")
        services.sync(read_folder(root).files, by=INSTITUTE)
        with pytest.raises(NotKept):
            services.export(tmp_path / "out")
        with pytest.raises(Missing):
            services.export(tmp_path / "out", 99)


class TestReadFolder:
    def test_says_that_there_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(CourseProblems):
            read_folder(tmp_path / "nowhere")

    def test_notices_what_was_saved_meanwhile(self, root: Path) -> None:
        before = read_folder(root)
        edit(root, LOOPS, "A text.", "Another text.")

        after = read_folder(root)

        assert before.fingerprint != after.fingerprint
        assert "Another text." in after.texts[LOOPS]
