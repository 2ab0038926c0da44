"""``lms courses …``: for authors and operators."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from lms import db
from lms.catalogue import services, wording
from lms.catalogue.reader import CourseFiles, CourseProblems, Problem, read_courses
from lms.catalogue.services import Change, CourseFolder, IdsReused, SyncReport
from lms.i18n import _, _n, pick
from lms.permissions import INSTITUTE

SIGNS = {"added": "+", "changed": "~", "removed": "-"}
Root = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def courses() -> None:
    """Check the course files, and publish what changed in them."""


@courses.command(epilog="Example: lms courses check courses")
@click.argument("root", type=Root, default="courses")
def check(root: Path) -> None:
    """Read the course files under ROOT (courses, if not given) and list every problem with its line.

    Nothing is changed. The exit status is 1 when there are problems.
    """
    with _problems_told():
        files = read_courses(root)
    click.echo(summary(files))


@contextmanager
def _problems_told() -> Iterator[None]:
    """What is wrong with the files goes to stderr, and the exit status is 1."""
    try:
        yield
    except CourseProblems as error:
        _tell_problems(error.problems)
        raise SystemExit(1) from None


def _tell_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(_n("%(num)d problem", "%(num)d problems", len(problems)), err=True)


def summary(files: CourseFiles) -> str:
    modules = list(files.modules())
    return _(
        "No problem. Courses: %(courses)d; modules: %(modules)d; lessons: %(lessons)d; questions: %(questions)d.",
        courses=len(files.courses),
        modules=len(modules),
        lessons=sum(len(module.lessons) for module in modules),
        questions=sum(len(module.bank.questions) for module in modules if module.bank),
    )


@courses.command(epilog="Example: lms courses sync courses")
@click.argument("root", type=Root, required=False)
@click.option("--dry-run", is_flag=True, help="Check and report; change nothing.")
@click.option(
    "--if-changed",
    is_flag=True,
    help="Do not even read them when nothing was touched since they were last published here.",
)
@with_appcontext
def sync(root: Path | None, dry_run: bool, if_changed: bool) -> None:
    """Publish what changed in the course files under ROOT (LMS_COURSES, if not given) as new versions.

    All of it is published, or nothing; a second time there is nothing to do.
    """
    settings = current_app.config["SETTINGS"]
    note = services.Note(settings.data, root or settings.courses)
    if if_changed and note.is_true():
        _tell(SyncReport())
        return
    folder = _folder(root)
    with _reuse_told(folder):
        if dry_run:
            report = _planned(folder)
        else:
            with db.transaction():
                report = services.sync(folder.files, by=INSTITUTE, texts=folder.texts)
            note.write(folder)
    _tell(report)


@courses.command(epilog="Example: lms courses diff courses")
@click.argument("root", type=Root, required=False)
@with_appcontext
def diff(root: Path | None) -> None:
    """Show what publishing the course files under ROOT (LMS_COURSES, if not given) would change. Nothing is changed."""
    folder = _folder(root)
    with _reuse_told(folder):
        _tell(_planned(folder))


@courses.command(epilog="Example: lms courses export --version 3 /tmp/courses")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--version", type=click.IntRange(min=1), help="The number of a sync; the last one if not given.")
@with_appcontext
def export(folder: Path, version: int | None) -> None:
    """Write the course files as they were published into FOLDER, which must be empty or new."""
    with db.reading():
        count = services.export(folder, version)
    click.echo(_n("%(num)d file is written.", "%(num)d files are written.", count))


def _folder(root: Path | None) -> CourseFolder:
    with _problems_told():
        return services.read_folder(root or current_app.config["SETTINGS"].courses)


@contextmanager
def _reuse_told(folder: CourseFolder) -> Iterator[None]:
    try:
        yield
    except IdsReused as refusal:
        _tell_problems([
            Problem(str(folder.root / problem.path), problem.line, problem.field, problem.message)
            for problem in refusal.problems
        ])  # fmt: skip
        raise SystemExit(1) from None


def _planned(folder: CourseFolder) -> SyncReport:
    with db.reading():
        return services.plan(folder.files, texts=folder.texts)


def _tell(report: SyncReport) -> None:
    """What a new module brings is counted; what changes in one that was there is named."""
    brought = {change.code for change in report.changes if change.kind == "module" and change.act == "added"}
    for change in report.changes:
        if change.within not in brought:
            click.echo(
                _line(change, sum(part.within == change.code for part in report.changes if change.code in brought))
            )
    count = len(report.changes)
    if not count:
        click.echo(_("Nothing to publish: the catalogue says what the files say."))
    elif report.sync_id is None:
        click.echo(_n("%(num)d change to publish", "%(num)d changes to publish", count))
    else:
        click.echo(
            _n("%(num)d change is published (sync %(sync)d).", "%(num)d changes are published (sync %(sync)d).", count,
               sync=report.sync_id)
        )  # fmt: skip


def _line(change: Change, brings: int) -> str:
    """``+   lesson  loops  Loops``; after a new module, how many things it brings."""
    if change.code == "order":
        title, code = _("Their order"), ""
    else:
        title, code = pick(change.title_fr, change.title_en), change.code
    indent = "  " * change.depth
    more = f" (+{brings})" if brings else ""
    return f"{SIGNS[change.act]} {indent}{wording.KINDS[change.kind]}  {code}  {title}{more}"
