"""Those who act in the demo, as they are while it is played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from lms.accounts import queries as accounts
from lms.demo.dates import Term
from lms.demo.fates import Course, Fate
from lms.demo.people import Person
from lms.demo.queries import Content
from lms.demo.stories import STAFF
from lms.demo.writing import Author
from lms.permissions import Actor

COORDINATOR = "coordinatrice"

Progress = Callable[[int, int], None]
"""Told how much is done, of how much."""


@dataclass
class Member:
    """A participant. ``left_at``: when they leave; nothing of theirs happens after that. ``submissions``: the latest, by
    assignment."""

    person: Person
    fate: Fate
    random: Random
    user_id: int = 0
    enrolment_id: int = 0
    left_at: datetime | None = None
    submissions: dict[int, int] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, f"{self.person.given.latin} {self.person.family.latin}")

    @property
    def author(self) -> Author:
        sender = self.person.sender
        return Author(self.person.locale, sender.name, sender.kind, sender.city)

    def is_here(self, at: datetime) -> bool:
        return self.left_at is None or at < self.left_at


@dataclass(frozen=True)
class Part:
    """A module in a cohort: its content and its window."""

    content: Content
    opens_on: date
    due_on: date
    is_last: bool

    def course(self, member: Member) -> Course:
        return member.fate.course(is_last=self.is_last)


@dataclass
class Group:
    """A cohort with its people. ``id`` is known once it is open."""

    code: str
    name: str
    track: str
    term: Term
    programme_version_id: int
    parts: Sequence[Part]
    members: list[Member]
    id: int = 0

    def here(self, at: datetime) -> list[Member]:
        return [member for member in self.members if member.is_here(at)]


@dataclass
class Crew:
    """Those who run the institute, by the key of their story, and the organisations and rooms they know, by name."""

    users: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """With the roles held by now."""
        return accounts.actor_of(self.users[key])

    def facilitator(self, track: str) -> Actor:
        return self.actor(_first("facilitator", track))

    def assessor(self, track: str) -> Actor:
        return self.actor(_first("assessor", track))

    def second_assessor(self, track: str) -> Actor:
        """Somebody else than ``assessor``."""
        return self.actor(_working("assessor", track)[-1])


def _first(role: str, track: str) -> str:
    return _working(role, track)[0]


def _working(role: str, track: str) -> list[str]:
    return [staff.key for staff in STAFF if staff.role == role and track in staff.tracks]
