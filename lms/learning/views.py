"""Reading: a module and its lessons; and the same for staff, of which nothing is kept.

The participant's programme page, which shows what packages above know, is drawn by ``reporting``.
"""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.accounts.current import me
from lms.catalogue import wording
from lms.clock import today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.windows import WindowState, window_of
from lms.cohorts.wording import WINDOW_KINDS, WINDOWS
from lms.db import Record
from lms.exemptions.wording import STATE_KINDS, STATES
from lms.i18n import _, language
from lms.learning import queries, services
from lms.permissions import Permission
from lms.web.access import allow

bp = Blueprint("learning", __name__)


@bp.app_template_filter("safe_html")
def safe_html(html: str) -> Markup:
    """HTML that the catalogue wrote (``lms.markdown`` cleaned it at sync): the one place that shows it as it is."""
    return Markup(html)  # noqa: S704 - see above; nothing else may pass here


@bp.get("/cohorts/<int:cohort_id>/learn/<int:module_id>")
@allow(Permission.LEARN)
def module(cohort_id: int, module_id: int) -> ResponseReturnValue:
    place = queries.module_reader_with_sheet(me().user_id or 0, cohort_id, module_id)
    window = window_of(place, today())
    lessons = queries.outline(place.enrolment_id, module_id)
    page = {
        "place": place, "window": window, "windows": WINDOWS, "window_kinds": WINDOW_KINDS,
        "is_locked": window is WindowState.UPCOMING, "lessons": lessons, "done": _done(lessons),
        "next_slug": _next_slug(lessons), "assessments": queries.assessments(module_id),
        "practice": queries.practice_tasks(module_id), "words": wording,
        "may_ask": place.state in LEARNING, "exemption_states": STATES, "exemption_kinds": STATE_KINDS,
    }  # fmt: skip
    return render_template("learning/module.html", **page)


@bp.get("/cohorts/<int:cohort_id>/learn/<int:module_id>/lessons/<slug>")
@allow(Permission.LEARN)
def lesson(cohort_id: int, module_id: int, slug: str) -> ResponseReturnValue:
    place = queries.module_reader(me().user_id or 0, cohort_id, module_id)
    if window_of(place, today()) is WindowState.UPCOMING:
        return redirect(url_for(".module", cohort_id=cohort_id, module_id=module_id), 303)
    text, lessons = queries.lesson_text(module_id, slug, language()), queries.outline(place.enrolment_id, module_id)
    before, after = _neighbours(lessons, slug)
    page = {
        "place": place, "lesson": text, "lessons": lessons, "done": _done(lessons), "before": before, "after": after,
        "done_at": next(row.done_at for row in lessons if row.slug == slug),
        "may_mark": place.state in LEARNING,
        "address": lambda slug: url_for(".lesson", cohort_id=cohort_id, module_id=module_id, slug=slug),
    }  # fmt: skip
    return render_template("learning/lesson.html", **page)


def _done(lessons: Sequence[Record]) -> int:
    return sum(row.done_at is not None for row in lessons)


def _next_slug(lessons: Sequence[Record]) -> str | None:
    return next((row.slug for row in lessons if row.done_at is None), None)


def _neighbours(lessons: Sequence[Record], slug: str) -> tuple[Record | None, Record | None]:
    """The lessons before and after."""
    place = [row.slug for row in lessons].index(slug)
    return (lessons[place - 1] if place else None), (lessons[place + 1] if place + 1 < len(lessons) else None)


@bp.post("/cohorts/<int:cohort_id>/learn/<int:module_id>/lessons/<slug>/done")
@allow(Permission.LEARN)
def mark_done(cohort_id: int, module_id: int, slug: str) -> ResponseReturnValue:
    place = queries.module_reader(me().user_id or 0, cohort_id, module_id)
    lessons = queries.outline(place.enrolment_id, module_id)
    services.mark_done(place.enrolment_id, queries.lesson_in(lessons, slug).id, by=me())
    after = _neighbours(lessons, slug)[1]
    if after is None:
        flash(_("The lesson is done. It was the last one of this module."), "success")
        return redirect(url_for(".module", cohort_id=cohort_id, module_id=module_id), 303)
    flash(_("The lesson is done. Here is the next one."), "success")
    return redirect(url_for(".lesson", cohort_id=cohort_id, module_id=module_id, slug=after.slug), 303)


@bp.post("/cohorts/<int:cohort_id>/learn/<int:module_id>/lessons/<slug>/not-done")
@allow(Permission.LEARN)
def mark_not_done(cohort_id: int, module_id: int, slug: str) -> ResponseReturnValue:
    place = queries.module_reader(me().user_id or 0, cohort_id, module_id)
    lessons = queries.outline(place.enrolment_id, module_id)
    services.mark_not_done(place.enrolment_id, queries.lesson_in(lessons, slug).id, by=me())
    flash(_("The lesson is not done any more."), "success")
    return redirect(url_for(".lesson", cohort_id=cohort_id, module_id=module_id, slug=slug), 303)


@bp.get("/preview/modules/<int:module_id>")
@allow(Permission.CATALOGUE_PREVIEW)
def preview_module(module_id: int) -> ResponseReturnValue:
    page = {
        "place": queries.module_with_sheet(module_id), "lessons": queries.bare_outline(module_id),
        "assessments": queries.assessments(module_id), "practice": queries.practice_tasks(module_id), "words": wording,
    }  # fmt: skip
    return render_template("learning/preview_module.html", **page)


@bp.get("/preview/modules/<int:module_id>/lessons/<slug>")
@allow(Permission.CATALOGUE_PREVIEW)
def preview_lesson(module_id: int, slug: str) -> ResponseReturnValue:
    text, lessons = queries.lesson_text(module_id, slug, language()), queries.bare_outline(module_id)
    before, after = _neighbours(lessons, slug)
    page = {
        "place": queries.module_with_sheet(module_id), "lesson": text, "lessons": lessons, "before": before, "after": after,
        "address": lambda slug: url_for(".preview_lesson", module_id=module_id, slug=slug),
    }  # fmt: skip
    return render_template("learning/preview_lesson.html", **page)
