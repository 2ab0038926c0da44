"""A quiz taken: begun once, saved as it is answered, handed in once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from secrets import randbits
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from lms import audit, db
from lms.accounts import services as accounts
from lms.assessment import draw, grading
from lms.assessment.draw import NotEnoughQuestions, Put, Rule
from lms.assessment.events import AttemptGraded
from lms.assessment.models import Answer, Attempt, Marking
from lms.assessment.queries import attempts as queries
from lms.assessment.queries.attempts import Given
from lms.assessment.responses import Response, clean, fingerprint, same
from lms.clock import CASABLANCA, now, today
from lms.cohorts.events import ArrangementsChanged
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.windows import deadline, takes_work
from lms.db import Record
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor

_LAST_REVISION = 1_000_000_000


class QuizClosed(Refused):
    """The module takes no work any more."""


class NoAttemptLeft(Refused):
    """All attempts the quiz allows were made."""


class AttemptClosed(Refused):
    """The attempt was handed in, or its time and grace are over."""


def start_attempt(enrolment_id: int, quiz_id: int, *, by: Actor) -> int:
    """Begin an attempt, or give back the one that is open; the attempt's id. Constraints settle races: however many
    starts arrive at once, one attempt comes of them. Raises Missing before the module opens, QuizClosed, NoAttemptLeft."""
    quiz = queries.quiz_for(by.user_id, enrolment_id, quiz_id)
    if quiz.state not in LEARNING:
        raise Missing
    made = queries.attempts_of(enrolment_id, quiz_id)
    begun = _begun(made)
    if begun is not None:
        return begun
    if not takes_work(quiz, today()):
        raise QuizClosed(_("This module takes no more work."))
    if len(made) >= quiz.attempts:
        raise NoAttemptLeft(_("You have made every attempt this quiz allows."))
    seed = randbits(31)
    closes_at = deadline(now(), quiz.minutes, quiz.closes_on, CASABLANCA)
    attempt = Attempt(
        enrolment_id=enrolment_id, quiz_id=quiz_id, number=len(made) + 1, seed=seed, layout=_layout(quiz, seed),
        started_at=now(), closes_at=closes_at,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            db.session().add(attempt)
            db.session().flush()  # the constraint answers now
    except IntegrityError:
        other = _begun(queries.attempts_of(enrolment_id, quiz_id))
        if other is None:
            raise NoAttemptLeft(_("This attempt was begun and handed in elsewhere a moment ago.")) from None
        return other
    if quiz.minutes is not None and by.user_id is not None:
        accounts.keep_signed_in(by.user_id, closes_at + queries.GRACE)
    return attempt.id


def _begun(made: Sequence[Record]) -> int | None:
    return next((attempt.id for attempt in made if attempt.submitted_at is None), None)


def _layout(quiz: Record, seed: int) -> list[Any]:
    return [put.as_json() for put in drawn(quiz, seed)]


def drawn(quiz: Record, seed: int) -> list[Put]:
    """What the quiz puts for this seed."""
    rules = [Rule(frozenset(rule["tags"]), rule["count"]) for rule in quiz.draw]
    try:
        chosen = draw.chosen(queries.bank_of(quiz.module_id), rules, seed)
    except NotEnoughQuestions:
        raise QuizClosed(
            _("This quiz cannot be put together: its bank lacks questions. Tell your coordinator.")
        ) from None
    rows = queries.questions(chosen)
    return [draw.put(question, rows[question].kind, rows[question].body, seed) for question in chosen]


def move_deadlines(fact: ArrangementsChanged) -> None:
    """Attempts under way close later when their participant was given more time meanwhile; never earlier than was said."""
    for attempt in queries.attempts_to_move(fact.user_id):
        closes_at = deadline(attempt.started_at, attempt.minutes, attempt.closes_on, CASABLANCA)
        if closes_at > attempt.ends_at and not queries.is_over(attempt.ends_at):
            db.session().execute(update(Attempt).where(Attempt.id == attempt.id).values(closes_at=closes_at))
            accounts.keep_signed_in(fact.user_id, closes_at + queries.GRACE)


@dataclass(frozen=True)
class Change:
    """An answer as a page sends it. ``revision`` grows with each change of that answer, wherever it is made."""

    question_id: int
    revision: int
    raw: object


@dataclass(frozen=True)
class Saved:
    """What is kept of an answer now. ``is_kept`` False: a newer one was there already, and stays."""

    question_id: int
    given: Given
    is_kept: bool


def save_answers(attempt: Record, changes: Sequence[Change]) -> list[Saved]:
    """Keep the answers of an attempt from ``queries.attempts.attempt_to_write``; never an older one over a newer. What
    the attempt did not put is passed over. Raises AttemptClosed. Two statements at most."""
    refuse_when_closed(attempt)
    put = {item.question_id: item for item in queries.layout_of(attempt)}
    wanted = {
        change.question_id: (change.revision, clean(put[change.question_id], change.raw))
        for change in sorted(changes, key=lambda change: change.revision)
        if change.question_id in put and 0 < change.revision < _LAST_REVISION
    }
    if not wanted:
        return []
    kept = _upsert(attempt.id, wanted)
    stale = [question for question in wanted if question not in kept]
    newer = queries.responses_of(attempt.id, stale) if stale else {}
    return [
        Saved(question, Given(response, revision, now()), is_kept=True) if question in kept
        else Saved(question, newer[question], is_kept=same(newer[question].response, response))
        for question, (revision, response) in wanted.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class PageAnswer:
    """An answer as a page without script sends it: what is in its fields, and the revision and fingerprint of what they held
    when the page was made."""

    question_id: int
    response: Response
    revision: int
    fingerprint: str


def save_page(attempt: Record, answers: Sequence[PageAnswer]) -> dict[int, Given]:
    """Keep what was changed on a page. Where somebody changed the same answer elsewhere meanwhile, theirs stays: those are
    returned, so that the page can show both. Raises AttemptClosed."""
    refuse_when_closed(attempt)
    kept = queries.responses_of(attempt.id)
    changes, conflicts = [], {}
    for answer in answers:
        present = kept.get(answer.question_id)
        revision = present.revision if present else 0
        if fingerprint(answer.response) == answer.fingerprint or (present and same(present.response, answer.response)):
            continue
        if present and revision > answer.revision:
            conflicts[answer.question_id] = present
        else:
            changes.append(Change(answer.question_id, revision + 1, answer.response))
    if changes:
        save_answers(attempt, changes)
    return conflicts


def refuse_when_closed(attempt: Record) -> None:
    if attempt.submitted_at is not None:
        raise AttemptClosed(_("This attempt was handed in already; its answers do not change any more."))
    if queries.is_over(attempt.closes_at):
        raise AttemptClosed(_("The time is over. What was saved before counts; this came too late."))


def _upsert(attempt_id: int, wanted: Mapping[int, tuple[int, Response]]) -> set[int]:
    """Write the newer ones in one statement; the questions that were written."""
    rows = [
        {
            "attempt_id": attempt_id, "question_id": question, "revision": revision, "response": {"value": response},
            "saved_at": now(),
        }
        for question, (revision, response) in sorted(wanted.items())
    ]  # fmt: skip
    return set(db.session().execute(_writing(is_sqlite=db.database().is_sqlite), rows).scalars())


@cache
def _writing(*, is_sqlite: bool) -> Any:
    """The statement, made once: putting it together costs more than running it."""
    table = Answer.__table__
    written = (sqlite_insert if is_sqlite else postgresql_insert)(table)  # type: ignore[arg-type]
    fresh = written.excluded
    return written.on_conflict_do_update(
        index_elements=["attempt_id", "question_id"],
        set_={"revision": fresh.revision, "response": fresh.response, "saved_at": fresh.saved_at},
        where=table.c.revision < fresh.revision,
    ).returning(table.c.question_id)


def submit_attempt(attempt: Record, *, by: Actor) -> bool:
    """Close the attempt and mark it. Submitting twice is one submission: False when it was closed already."""
    closing = update(Attempt).where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None)).values(submitted_at=now())
    if db.session().execute(closing).rowcount != 1:  # type: ignore[attr-defined]
        return False
    put = {item.question_id: item for item in queries.layout_of(attempt)}
    answers = [
        grading.Answered(put[row.id], row.points, row.solution, (row.response or {}).get("value"))
        for row in queries.questions_to_mark(attempt.id, list(put))
    ]
    result = grading.marked(answers)
    db.session().add(Marking(
        attempt_id=attempt.id, mark=result.mark, points=result.points, rules=grading.RULES, marked_at=now()
    ))  # fmt: skip
    audit.record(
        "attempt.submitted", f"attempt:{attempt.id}", by=by, cohort_id=attempt.cohort_id, number=attempt.number
    )
    db.session().flush()  # those who hear of it read the marking
    emit(AttemptGraded(attempt.enrolment_id, attempt.module_id, f"attempt:{attempt.id}"))
    return True


def close_attempt(attempt_id: int) -> bool:
    """Submit for somebody who left: what the institute does when the time is over."""
    return submit_attempt(queries.attempt_to_close(attempt_id), by=INSTITUTE)


def preview_marks(
    quiz: Record, seed: int, raw: Mapping[int, Response]
) -> tuple[grading.Marked, list[queries.PutQuestion]]:
    """Mark a synthetic participant's answers. Nothing is kept."""
    put = drawn(quiz, seed)
    rows = {row.id: row for row in queries.solutions([item.question_id for item in put])}
    answers = [
        grading.Answered(
            item, rows[item.question_id].points, rows[item.question_id].solution, raw.get(item.question_id)
        )
        for item in put
    ]
    result = grading.marked(answers)
    return result, [
        queries.PutQuestion(
            number, item, rows[item.question_id].body, rows[item.question_id].points, raw.get(item.question_id),
            solution=rows[item.question_id].solution, earned=result.earned(item.question_id),
        )
        for number, item in enumerate(put, 1)
    ]  # fmt: skip
