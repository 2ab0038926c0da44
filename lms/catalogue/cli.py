"""``lms courses …``: for authors and operators."""

from pathlib import Path

import click

from lms.catalogue.reader import CourseFiles, CourseProblems, read_courses
from lms.i18n import _, _n

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
    try:
        files = read_courses(root)
    except CourseProblems as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        count = len(error.problems)
        click.echo(_n("%(num)d problem", "%(num)d problems", count), err=True)
        raise SystemExit(1) from None
    click.echo(summary(files))


def summary(files: CourseFiles) -> str:
    modules = list(files.modules())
    return _(
        "No problem. Courses: %(courses)d; modules: %(modules)d; lessons: %(lessons)d; questions: %(questions)d.",
        courses=len(files.courses),
        modules=len(modules),
        lessons=sum(len(module.lessons) for module in modules),
        questions=sum(len(module.bank.questions) for module in modules if module.bank),
    )
