"""A class of any size on programme DEV-F with everything that pages show: people, reading, attendance, marks, results.

Rows are inserted table by table, never one person at a time. What is fixed by the rules and not by the size (who passes, how
far each has read) follows from the person's place in the class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from lms import db
from lms.accounts.models import RoleGrant, SignIn, User
from lms.accounts.names import search_key
from lms.accounts.passwords import hash_password
from lms.accounts.tokens import hashed
from lms.assessment import draw
from lms.assessment.models import Answer, Attempt, LiveMark, Marking, Review, Submission
from lms.catalogue import queries as catalogue
from lms.clock import now, today
from lms.cohorts.models import CohortModule, Enrolment, EnrolmentState
from lms.cohorts.services import open_cohort
from lms.learning.models import LessonProgress
from lms.permissions import INSTITUTE, Role
from lms.results import rules
from lms.results.models import ModuleResult
from lms.timetable.models import AttendanceRecord

PROGRAMME = "DEV-F"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who live for some minutes
SIGNED_IN = 40
RULES = "bench"
GIVEN = ("Amina", "Youssef", "Khadija", "Omar", "Salma", "Mehdi", "Nadia", "Hamza", "Imane", "Rachid", "Zineb", "Anas")
FAMILY = (
    "Alaoui", "Bennani", "Chraïbi", "Drissi", "El Amrani", "Fassi", "Guessous", "Haddad", "Idrissi", "Jabri", "Kabbaj",
    "Lahlou", "Mansouri", "Naciri", "Ouazzani", "Rami", "Sebti", "Tazi", "Ziani",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody with a place in a cohort. ``token`` is the sign-in of their one browser."""

    user_id: int
    enrolment_id: int
    email: str
    token: str


@dataclass(frozen=True)
class Crowd:
    """Who is there. ``spares`` sit in a cohort of their own and have begun nothing: for what one can do but once."""

    cohort_id: int
    participants: Sequence[Person]
    staff_tokens: Sequence[str]
    spares: Sequence[Person]
    spare_cohort_id: int
    modules: Sequence[db.Record]
    quizzes: Sequence[db.Record]
    attempts: dict[int, int]
    """The open attempt of each of the first participants, by enrolment."""


def populate(size: int, *, spares: int) -> Crowd:
    """Needs the application's context; opens its own frames."""
    with db.transaction():
        version = next(row for row in catalogue.open_programme_versions() if row.code == PROGRAMME)
        modules = catalogue.modules_of(version.id)
        quizzes = catalogue.quizzes_of([module.id for module in modules])
        password = hash_password(PASSWORD)
        cohort_id, spare_cohort_id = _cohort(version.id, size), _cohort(version.id, spares)
        staff = [_token("staff", number) for number in range(SIGNED_IN)]
        _staff(staff, password)
        class_ = _people("class", size, cohort_id, password)
        spare = _people("spare", spares, spare_cohort_id, password)
    with db.transaction():
        enrolments = [person.enrolment_id for person in class_]
        _reading(enrolments, modules)
        _attendance(enrolments, modules)
        _marks(enrolments, modules, quizzes)
        _results(enrolments, modules)
        attempts = _open_attempts(class_[:SIGNED_IN], quizzes[0])
    return Crowd(cohort_id, class_, staff, spare, spare_cohort_id, modules, quizzes, attempts)


def passes(place: int) -> bool:
    """Two in three have passed everything; all of those who are signed in."""
    return place < SIGNED_IN or place % 3 != 2


def _token(kind: str, number: int) -> str:
    return f"{kind}-{number:06}-{'x' * 24}"


def _add(table: type[db.Base], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.session().execute(insert(table), rows)


def _cohort(programme_version_id: int, size: int) -> int:
    """Running for 40 days, all its modules open. Marks issue no certificates here."""
    cohort = open_cohort(
        code=f"BENCH-{size}", name=f"Formateurs en développement, {size}", programme_version_id=programme_version_id,
        starts_on=today() - timedelta(days=40), ends_on=today() + timedelta(days=40), capacity=size + 100, by=INSTITUTE,
        issues_certificates=False,
    )  # fmt: skip
    db.session().flush()
    moved = update(CohortModule).where(CohortModule.cohort_id == cohort.id)
    db.session().execute(moved.values(opens_on=cohort.starts_on, due_on=today() + timedelta(days=20)))
    return cohort.id


def _user(kind: str, number: int, password: str) -> dict[str, Any]:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
    email = f"{kind}{number}@bench.example"
    return {
        "email": email, "given_name": given, "family_name": family, "given_name_ar": "", "family_name_ar": "",
        "search_name": search_key(given, family, email), "locale": "fr", "timezone": "Africa/Casablanca",
        "password_hash": password, "totp_last_step": 0, "created_at": now(), "version": 1,
    }  # fmt: skip


def _ids(kind: str) -> list[tuple[int, str]]:
    """Ids and addresses of the users of that kind, in the order in which they were numbered."""
    rows = db.session().execute(select(User.id, User.email).where(User.email.like(f"{kind}%@bench.example")))
    numbered = {int(row.email.removeprefix(kind).partition("@")[0]): (row.id, row.email) for row in rows}
    return [numbered[number] for number in sorted(numbered)]


def _sign_in(user_id: int, token: str) -> dict[str, Any]:
    return {
        "user_id": user_id, "token_hash": hashed(token), "factor_passed": True, "device": "Firefox · Linux",
        "created_at": now(), "confirmed_at": now(), "expires_at": now() + timedelta(days=1),
    }  # fmt: skip


def _grant(user_id: int, role: Role, cohort_id: int | None) -> dict[str, Any]:
    return {"user_id": user_id, "role": role, "cohort_id": cohort_id, "granted_at": now()}


def _staff(tokens: Sequence[str], password: str) -> None:
    _add(User, [_user("staff", number, password) for number in range(len(tokens))])
    known = _ids("staff")
    _add(RoleGrant, [_grant(user_id, Role.COORDINATOR, None) for user_id, _email in known])
    _add(SignIn, [_sign_in(user_id, token) for (user_id, _email), token in zip(known, tokens, strict=True)])


def _people(kind: str, size: int, cohort_id: int, password: str) -> list[Person]:
    _add(User, [_user(kind, number, password) for number in range(size)])
    known = _ids(kind)
    tokens = [_token(kind, number) for number in range(size)]
    _add(RoleGrant, [_grant(user_id, Role.PARTICIPANT, cohort_id) for user_id, _email in known])
    _add(SignIn, [_sign_in(user_id, token) for (user_id, _email), token in zip(known, tokens, strict=True)])
    _add(
        Enrolment,
        [
            {"cohort_id": cohort_id, "user_id": user_id, "state": EnrolmentState.ACTIVE, "enrolled_at": now()}
            for user_id, _email in known
        ],
    )
    rows = db.session().execute(select(Enrolment.user_id, Enrolment.id).where(Enrolment.cohort_id == cohort_id))
    enrolment = {row.user_id: row.id for row in rows}
    return [
        Person(user_id, enrolment[user_id], email, token)
        for (user_id, email), token in zip(known, tokens, strict=True)
    ]  # fmt: skip


def _reading(enrolments: Sequence[int], modules: Sequence[db.Record]) -> None:
    """Everybody has read some two thirds of the lessons."""
    lessons = [lesson.id for lesson in catalogue.lessons_of([module.id for module in modules])]
    _add(
        LessonProgress,
        [
            {"enrolment_id": enrolment_id, "lesson_id": lesson_id, "done_at": now()}
            for place, enrolment_id in enumerate(enrolments)
            for number, lesson_id in enumerate(lessons)
            if (place + number) % 3
        ],
    )


def _attendance(enrolments: Sequence[int], modules: Sequence[db.Record]) -> None:
    _add(
        AttendanceRecord,
        [
            {
                "enrolment_id": enrolment_id, "module_id": module.id, "scheduled_minutes": module.minutes,
                "held_minutes": module.minutes, "present_minutes": module.minutes * (19 if passes(place) else 14) // 20,
                "reason": "", "recorded_at": now(),
            }
            for place, enrolment_id in enumerate(enrolments)
            for module in modules
        ],
    )  # fmt: skip


def _mark(place: int) -> Decimal:
    return Decimal(13 + place % 6 if passes(place) else 9 + place % 4)


def _marks(enrolments: Sequence[int], modules: Sequence[db.Record], quizzes: Sequence[db.Record]) -> None:
    """What each assessment rests on: an attempt, a review, a mark given on the spot."""
    for component in catalogue.components_of([module.id for module in modules]):
        match component.kind:
            case "live":
                _add(
                    LiveMark,
                    [
                        {"enrolment_id": enrolment_id, "component_id": component.id, "sitting": 1, "mark": _mark(place),
                         "comment": "", "marked_at": now()}
                        for place, enrolment_id in enumerate(enrolments)
                    ],
                )  # fmt: skip
            case "assignment":
                _works(enrolments, component.module_id)
            case "quiz":
                _attempts(enrolments, next(quiz for quiz in quizzes if quiz.module_id == component.module_id))


def _works(enrolments: Sequence[int], module_id: int) -> None:
    (assignment,) = catalogue.assignments_of([module_id])
    _add(
        Submission,
        [
            {"enrolment_id": enrolment_id, "assignment_id": assignment.id, "number": 1, "body": "Mon travail.",
             "ai_statement": "", "submitted_at": now()}
            for enrolment_id in enrolments
        ],
    )  # fmt: skip
    mine = select(Submission.id).where(
        Submission.assignment_id == assignment.id, Submission.enrolment_id.in_(select(_these(enrolments)))
    )
    assessor = _ids("staff")[0][0]
    criteria = [str(criterion["id"]) for criterion in catalogue.rubric(assignment.rubric_id).criteria]
    _add(
        Review,
        [
            {"submission_id": submission_id, "number": 1, "assessor_id": assessor,
             "levels": dict.fromkeys(criteria, 3), "comments": {}, "comment": "", "mark": _mark(place),
             "outcome": "accepted", "reviewed_at": now()}
            for place, submission_id in enumerate(db.session().execute(mine.order_by(Submission.enrolment_id)).scalars())
        ],
    )  # fmt: skip


def _these(enrolments: Sequence[int]) -> Any:
    """These enrolments, as a subquery: thousands of ids are too many values for one statement."""
    cohort = select(Enrolment.cohort_id).where(Enrolment.id == enrolments[0]).scalar_subquery()
    return select(Enrolment.id).where(Enrolment.cohort_id == cohort).subquery().c.id


def _layout(quiz: db.Record, seed: int) -> list[draw.Put]:
    bank = {question.id: question for question in catalogue.questions_of(quiz.module_id)}
    wanted = [draw.Rule(frozenset(rule["tags"]), rule["count"]) for rule in quiz.draw]
    chosen = draw.chosen({question.id: question.tags for question in bank.values()}, wanted, seed)
    return [draw.put(question_id, bank[question_id].kind, bank[question_id].body, seed) for question_id in chosen]


def _attempts(enrolments: Sequence[int], quiz: db.Record) -> None:
    """One for each, handed in and marked, with its answers. All drew the same questions."""
    layout = _layout(quiz, seed=1)
    put = [question.as_json() for question in layout]
    _add(
        Attempt,
        [
            {"enrolment_id": enrolment_id, "quiz_id": quiz.id, "number": 1, "seed": 1, "layout": put,
             "started_at": now() - timedelta(days=3), "closes_at": now() - timedelta(days=2),
             "submitted_at": now() - timedelta(days=3)}
            for enrolment_id in enrolments
        ],
    )  # fmt: skip
    mine = select(Attempt.id).where(Attempt.quiz_id == quiz.id, Attempt.enrolment_id.in_(select(_these(enrolments))))
    ids = list(db.session().execute(mine.order_by(Attempt.enrolment_id)).scalars())
    _answers(ids, layout)
    _add(
        Marking,
        [
            {"attempt_id": attempt_id, "mark": _mark(place), "points": {str(q.question_id): "1" for q in layout},
             "rules": RULES, "marked_at": now()}
            for place, attempt_id in enumerate(ids)
        ],
    )  # fmt: skip


def _answers(attempts: Sequence[int], layout: Sequence[draw.Put]) -> None:
    _add(
        Answer,
        [
            {"attempt_id": attempt_id, "question_id": put.question_id, "revision": 1,
             "response": {"value": _response(put)}, "saved_at": now()}
            for attempt_id in attempts
            for put in layout
        ],
    )  # fmt: skip


def _response(put: draw.Put) -> Any:
    """An answer of the right shape; right or wrong does not matter here."""
    match put.kind:
        case "single_choice":
            return put.order[0]
        case "multiple_choice":
            return list(put.order[:2])
        case "true_false":
            return "true"
        case "ordering":
            return {item: place for place, item in enumerate(put.order, 1)}
        case "matching":
            return dict.fromkeys(put.prompts, put.order[0])
        case _:
            return "12"


def _results(enrolments: Sequence[int], modules: Sequence[db.Record], *, all_pass: bool = False) -> None:
    components = catalogue.components_of([module.id for module in modules])
    slugs = {module.id: [c.slug for c in components if c.module_id == module.id] for module in modules}
    _add(
        ModuleResult,
        [
            {
                "enrolment_id": enrolment_id, "module_id": module.id, "mark": _mark(place), "passed": passes(place),
                "components": dict.fromkeys(slugs[module.id], str(_mark(place))), "reasons": _reasons(place, module.code),
                "rules": RULES, "cause": "bench", "decided_at": now(),
            }
            for place, enrolment_id in ((0 if all_pass else place, one) for place, one in enumerate(enrolments))
            for module in modules
        ],
    )  # fmt: skip


def _reasons(place: int, module: str) -> list[dict[str, Any]]:
    if passes(place):
        return []
    have, need = str(_mark(place)), str(rules.PASS_MARK)
    return [rules.Reason(rules.ReasonCode.MARK_TOO_LOW, module, have=have, need=need).as_json()]


def _open_attempts(people: Sequence[Person], quiz: db.Record) -> dict[int, int]:
    """Another go that each has begun, with an answer to every other question."""
    layout = _layout(quiz, seed=2)
    put = [question.as_json() for question in layout]
    taken = db.session().execute(select(Attempt.id).where(Attempt.quiz_id == quiz.id).limit(1)).first() is not None
    _add(
        Attempt,
        [
            {"enrolment_id": person.enrolment_id, "quiz_id": quiz.id, "number": 2 if taken else 1, "seed": 2, "layout": put,
             "started_at": now(), "closes_at": now() + timedelta(hours=12)}
            for person in people
        ],
    )  # fmt: skip
    mine = select(Attempt.enrolment_id, Attempt.id).where(Attempt.quiz_id == quiz.id, Attempt.submitted_at.is_(None))
    attempts = {row.enrolment_id: row.id for row in db.session().execute(mine)}
    _answers(list(attempts.values()), layout[::2])
    return attempts


def answer_all(layouts: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """An answer to every question of these attempts."""
    for attempt_id, layout in layouts.items():
        _answers([attempt_id], [draw.Put.from_json(put) for put in layout])


def award(people: Sequence[Person], modules: Sequence[db.Record]) -> None:
    """Let these have passed everything."""
    enrolments = [person.enrolment_id for person in people]
    _results(enrolments, modules, all_pass=True)
