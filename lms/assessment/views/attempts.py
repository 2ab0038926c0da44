"""A quiz taken. Every answer goes to the server as it is given; without scripts the same form is sent by its buttons."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from lms.accounts.current import me
from lms.assessment import queries, services
from lms.assessment.draw import Put
from lms.assessment.queries import attempts as reading
from lms.assessment.queries.attempts import Given, PutQuestion
from lms.assessment.responses import fingerprint, flaw, from_form
from lms.assessment.services import Change
from lms.assessment.services.attempts import PageAnswer, Saved, save_page
from lms.assessment.views import bp
from lms.clock import now, today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.windows import takes_work
from lms.db import Record
from lms.i18n import _
from lms.permissions import Permission
from lms.web.access import allow
from lms.web.filters import time

MOST_BYTES = 200_000
MOST_ANSWERS = 200


@bp.get("/enrolments/<int:enrolment_id>/quizzes/<int:quiz_id>")
@allow(Permission.QUIZ_TAKE)
def quiz(enrolment_id: int, quiz_id: int) -> ResponseReturnValue:
    found = queries.quiz_for(me().user_id, enrolment_id, quiz_id)
    made = queries.attempts_of(enrolment_id, quiz_id)
    page = {
        "quiz": found,
        "attempts": made,
        "open": next((attempt for attempt in made if attempt.submitted_at is None), None),
        "best": max((attempt.mark for attempt in made if attempt.mark is not None), default=None),
        "takes_work": takes_work(found, today()) and found.state in LEARNING,
    }
    return render_template("assessment/quiz.html", **page)


@bp.post("/enrolments/<int:enrolment_id>/quizzes/<int:quiz_id>/start")
@allow(Permission.QUIZ_TAKE)
def start(enrolment_id: int, quiz_id: int) -> ResponseReturnValue:
    attempt_id = services.start_attempt(enrolment_id, quiz_id, by=me())
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>")
@allow(Permission.QUIZ_TAKE)
def attempt(attempt_id: int) -> ResponseReturnValue:
    found = queries.attempt_of(me().user_id, attempt_id)
    if found.submitted_at is not None or reading.is_over(found.closes_at):
        return redirect(url_for(".result", attempt_id=attempt_id), 303)
    return _page(found, queries.put_questions(found))


def _page(found: Record, questions: list[PutQuestion], *, conflicts: Mapping[int, Given] | None = None) -> str:
    page = {
        "attempt": found,
        "questions": questions,
        "conflicts": conflicts or {},
        "closes_in": _closes_in(found),
        "is_over": reading.is_over(found.closes_at) or found.submitted_at is not None,
        "base": lambda question: base(question.revision, question.response),
    }
    return render_template("assessment/attempt.html", **page)


def base(revision: int, response: Any) -> str:
    """What a page was made from: says later whether an answer was changed on it, and over which one."""
    return f"{revision}.{fingerprint(response)}"


def _closes_in(found: Record) -> int | None:
    """Seconds until the deadline; None when there is none."""
    return None if found.closes_at is None else max(0, int((found.closes_at - now()).total_seconds()))


@bp.post("/attempts/<int:attempt_id>")
@allow(Permission.QUIZ_TAKE)
def save(attempt_id: int) -> ResponseReturnValue:
    """The buttons of the page, for those without scripts. Where the same answer was changed elsewhere, the page comes back
    with both; when the time is over, it comes back with what was typed."""
    found = reading.attempt_to_write(me().user_id, attempt_id)
    answers = _answers_on_page(reading.layout_of(found))
    if found.submitted_at is not None or reading.is_over(found.closes_at):
        return _page(found, _with_typed(found, answers)), HTTPStatus.CONFLICT
    conflicts = save_page(found, answers)
    if conflicts:
        typed = [answer for answer in answers if answer.question_id in conflicts]
        return _page(found, _with_typed(found, typed), conflicts=conflicts)
    if request.form.get("then") == "submit":
        return redirect(url_for(".submit", attempt_id=attempt_id), 303)
    flash(_("Saved at %(time)s.", time=time(now())), "success")
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)


def _answers_on_page(layout: list[Put]) -> list[PageAnswer]:
    """What the fields hold, for the questions the page had."""
    fields = request.form.to_dict(flat=False)
    answers = []
    for put in layout:
        revision, dot, mark = request.form.get(f"base{put.question_id}", "").partition(".")
        if dot and revision.isascii() and revision.isdigit() and len(revision) < 10:
            answers.append(PageAnswer(put.question_id, from_form(put, fields), int(revision), mark))
    return answers


def _with_typed(found: Record, answers: list[PageAnswer]) -> list[PutQuestion]:
    typed = {answer.question_id: answer.response for answer in answers}
    return [
        replace(question, response=typed.get(question.put.question_id, question.response))
        for question in queries.put_questions(found)
    ]


@bp.post("/attempts/<int:attempt_id>/answers")
@allow(Permission.QUIZ_TAKE)
def save_answers(attempt_id: int) -> ResponseReturnValue:
    """The answers a script sends: ``{"items": [{"id", "revision", "value"}]}``; what is kept of each comes back. 409 once
    the attempt is closed."""
    changes = changes_sent()
    found = reading.attempt_to_write(me().user_id, attempt_id)
    saved = services.save_answers(found, changes)
    return jsonify(items=[_told(item) for item in saved], saved=time(now()), closes_in=_closes_in(found))


def changes_sent() -> list[Change]:
    """The changes in the body of the request; anything else is a bad request."""
    if (request.content_length or 0) > MOST_BYTES:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = request.get_json(silent=True)
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ANSWERS:
        abort(HTTPStatus.BAD_REQUEST)
    changes = []
    for item in items:
        if not isinstance(item, dict) or type(item.get("id")) is not int or type(item.get("revision")) is not int:
            abort(HTTPStatus.BAD_REQUEST)
        changes.append(Change(item["id"], item["revision"], item.get("value")))
    return changes


def _told(saved: Saved) -> dict[str, Any]:
    given = saved.given
    told = {
        "id": saved.question_id, "revision": given.revision, "kept": saved.is_kept,
        "base": base(given.revision, given.response),
    }  # fmt: skip
    return told if saved.is_kept else told | {"value": given.response, "at": time(given.saved_at)}


@bp.get("/attempts/<int:attempt_id>/state")
@allow(Permission.QUIZ_TAKE)
def state(attempt_id: int) -> ResponseReturnValue:
    """What a page asks after a pause: whether one is still signed in, a fresh form token, and the time that is left."""
    found = queries.attempt_of(me().user_id, attempt_id)
    is_open = found.submitted_at is None and not reading.is_over(found.closes_at)
    return jsonify(token=generate_csrf(), closes_in=_closes_in(found), is_open=is_open)


@bp.route("/attempts/<int:attempt_id>/submit", methods=["GET", "POST"])
@allow(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Asks once, showing what has no answer yet; then hands in. The page itself sends here when its time is over, with all
    its fields."""
    if request.method == "POST":
        return _hand_in(attempt_id)
    found = queries.attempt_of(me().user_id, attempt_id)
    if found.submitted_at is not None or reading.is_over(found.closes_at):
        return redirect(url_for(".result", attempt_id=attempt_id), 303)
    given = queries.responses_of(attempt_id)
    flaws = [
        (number, flaw(put, given[put.question_id].response if put.question_id in given else None), put.question_id)
        for number, put in enumerate(reading.layout_of(found), 1)
    ]
    return render_template("assessment/submit.html", attempt=found, flaws=flaws, closes_in=_closes_in(found))


def _hand_in(attempt_id: int) -> ResponseReturnValue:
    found = reading.attempt_to_write(me().user_id, attempt_id)
    answers = _answers_on_page(reading.layout_of(found))
    if found.submitted_at is None and answers:
        if reading.is_over(found.closes_at):
            flash(_("The time was over: what had been saved by then counts."), "warning")
        else:
            save_page(found, answers)
    services.submit_attempt(found, by=me())
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>/result")
@allow(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    found = queries.attempt_of(me().user_id, attempt_id)
    marking = reading.marking_of(attempt_id)
    if marking is None:
        if not reading.is_over(found.closes_at):
            return redirect(url_for(".attempt", attempt_id=attempt_id), 303)
        return render_template("assessment/over.html", attempt=found)
    explains = found.feedback == "after_submission"
    made = queries.attempts_of(found.enrolment_id, found.quiz_id)
    page = {
        "attempt": found,
        "marking": marking,
        "questions": reading.solved_questions(found, marking.points) if explains else [],
        "best": max(attempt.mark for attempt in made if attempt.mark is not None),
        "left": found.attempts_allowed - len(made),
        "was_left_open": reading.is_over(found.closes_at) and found.submitted_at > found.closes_at + reading.GRACE,
    }
    return render_template("assessment/result.html", **page)
