"""What the demo needs to know of the catalogue, and who may sign in to look around."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.assessment.grading import Criterion, criteria_of
from lms.catalogue import queries as catalogue
from lms.credentials.models import Certificate
from lms.credentials.states import CertificateState
from lms.demo.stories import DOMAIN, STAFF, STORIES


@dataclass(frozen=True)
class Bank:
    """A quiz with every question it may draw."""

    quiz: db.Record
    tags: Mapping[int, Collection[str]]
    questions: Mapping[int, db.Record]
    solutions: Mapping[int, Mapping[str, Any]]

    def points(self, question_ids: Collection[int]) -> dict[int, Decimal]:
        return {question: self.questions[question].points for question in question_ids}


@dataclass(frozen=True)
class Work:
    """An assignment with the rubric it is judged by."""

    assignment_id: int
    criteria: Sequence[Criterion]


@dataclass(frozen=True)
class Content:
    """A module as participants meet it. ``taught`` is how many minutes a facilitator leads."""

    id: int
    code: str
    taught: int
    lessons: Sequence[int]
    bank: Bank
    work: Work
    live: Sequence[int]
    practice: Sequence[int]


def open_programmes() -> dict[str, db.Record]:
    """The current version of each programme a cohort may start on, by code."""
    return {row.code: row for row in catalogue.open_programme_versions()}


def contents(module_ids: Sequence[int]) -> dict[int, Content]:
    return {module_id: _content(module_id) for module_id in module_ids}


def _content(module_id: int) -> Content:
    module = catalogue.module(module_id)
    questions = catalogue.questions_of(module_id)
    assignment = catalogue.assignments_of([module_id])[0]
    hours = module.sheet["hours"]
    bank = Bank(
        catalogue.quizzes_of([module_id])[0], {row.id: row.tags for row in questions}, {row.id: row for row in questions},
        catalogue.solutions_of([row.id for row in questions]),
    )  # fmt: skip
    return Content(
        module_id, module.code, int((Decimal(str(hours["in_person"])) + Decimal(str(hours["live_remote"]))) * 60),
        [lesson.id for lesson in catalogue.lessons_of([module_id])], bank,
        Work(assignment.id, criteria_of(catalogue.rubric(assignment.rubric_id).criteria)),
        [component.id for component in catalogue.components_of([module_id]) if component.kind == "live"],
        [task.id for task in catalogue.practice_tasks_of([module_id])],
    )  # fmt: skip


def is_loaded() -> bool:
    """Whether the demo is what this database holds: its people are told by their addresses."""
    admin = select(User.id).where(User.email == f"admin@{DOMAIN}")
    return db.session().execute(admin).first() is not None


@dataclass(frozen=True)
class Login:
    """An account to look around with. ``key`` is what stands before the @."""

    role: str
    key: str
    name: str
    email: str


def logins() -> list[Login]:
    """Those who run the institute and those who have a story, by role, as they are known now."""
    keys = [story.key for story in STORIES] + [staff.key for staff in STAFF]
    addresses = {f"{key}@{DOMAIN}": key for key in keys}
    rows = db.session().execute(
        select(User.email, User.given_name, User.family_name, func.min(RoleGrant.role).label("role"))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.email.in_(addresses), RoleGrant.ended_at.is_(None))
        .group_by(User.email, User.given_name, User.family_name)
    )  # fmt: skip
    found = [Login(row.role, addresses[row.email], f"{row.given_name} {row.family_name}", row.email) for row in rows]
    return sorted(found, key=lambda login: keys.index(login.key))


def drafts_left() -> int:
    """Certificates decided and not sealed yet."""
    waiting = select(func.count()).select_from(Certificate).where(Certificate.state == CertificateState.DRAFT)
    return db.session().execute(waiting).scalar_one()
