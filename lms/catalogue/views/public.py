"""The catalogue as everybody sees it, signed in or not."""

from decimal import Decimal
from typing import Any, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.catalogue import queries, wording
from lms.catalogue.queries import Catalogue
from lms.catalogue.queries.coverage import coverage, developing, families
from lms.catalogue.queries.finding import find
from lms.catalogue.views import bp
from lms.errors import Missing
from lms.web.access import PUBLIC, allow
from lms.web.kept import KeptPages

LONGEST_SEARCH = 100
Found = TypeVar("Found")
pages = KeptPages(queries.stamp)


@bp.get("/catalogue")
@allow(PUBLIC)
def catalogue() -> ResponseReturnValue:
    search = request.args.get("search", "").strip()[:LONGEST_SEARCH]
    track = request.args.get("track", "")
    track = track if track in wording.TRACKS else ""

    def page() -> str:
        found = find(queries.catalogue(), search, track)
        return render_template("catalogue/catalogue.html", found=found, search=search, track=track, words=wording)

    return pages.answer(page)


@bp.get("/catalogue/courses/<code>")
@allow(PUBLIC)
def course(code: str) -> ResponseReturnValue:
    def page() -> str:
        shelf = queries.catalogue()
        found = _known(shelf.course(code))
        programmes = shelf.programmes_with(module.code for module in found.modules)
        return render_template("catalogue/course.html", course=found, programmes=programmes, words=wording)

    return pages.answer(page)


@bp.get("/catalogue/modules/<code>")
@allow(PUBLIC)
def module(code: str) -> ResponseReturnValue:
    """The sheet of the module as it is now; what its participants read is in their cohort."""

    def page() -> str:
        shelf = queries.catalogue()
        found = _known(shelf.modules.get(code))
        return render_template(
            "catalogue/module.html", module=found, course=shelf.course(found.course), hours=_minutes(found.sheet["hours"]),
            competencies=_labels(shelf), practice=queries.practice_tasks_of([found.id]),
            programmes=shelf.programmes_with([code]), words=wording,
        )  # fmt: skip

    return pages.answer(page)


@bp.get("/catalogue/programmes/<code>")
@allow(PUBLIC)
def programme(code: str) -> ResponseReturnValue:
    def page() -> str:
        found = _known(queries.catalogue().programme(code))
        return render_template("catalogue/programme.html", programme=found.row, modules=found.modules, words=wording)

    return pages.answer(page)


@bp.get("/catalogue/competencies")
@allow(PUBLIC)
def competencies() -> ResponseReturnValue:
    """The référentiel, and how far the modules cover it."""

    def page() -> str:
        shelf = queries.catalogue()
        return render_template(
            "catalogue/competencies.html", families=families(shelf), developing=developing(shelf),
            profiles=coverage(shelf), words=wording,
        )  # fmt: skip

    return pages.answer(page)


@bp.get("/catalogue/jobs/<code>")
@allow(PUBLIC)
def job(code: str) -> ResponseReturnValue:
    """What a job asks for, and which modules bring people to it."""

    def page() -> str:
        jobs = coverage(queries.catalogue())
        found = _known(next((job for job in jobs if job.profile.code == code), None))
        return render_template("catalogue/job.html", job=found, words=wording)

    return pages.answer(page)


def _known(found: Found | None) -> Found:
    if found is None:
        raise Missing
    return found


def _minutes(hours: dict[str, str]) -> dict[str, int]:
    return {kind: int(60 * Decimal(count)) for kind, count in hours.items()}


def _labels(shelf: Catalogue) -> dict[str, Any]:
    return {competency.code: competency for competency in shelf.competencies}
