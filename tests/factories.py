"""``make_…``: the least that is valid, saved in the current frame. Each takes what the test cares about."""

from itertools import count

from lms import db
from lms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from lms.accounts.names import search_key
from lms.clock import now
from lms.permissions import Actor, Role

_numbers = count(1)


def make_user(
    given: str = "Amina", family: str = "Bennani", *, email: str | None = None, password_hash: str | None = None
) -> User:
    email = email or f"user{next(_numbers)}@example.ma"
    user = User(
        email=email, given_name=given, family_name=family, search_name=search_key(given, family, email), created_at=now(),
        password_hash=password_hash, given_name_ar="", family_name_ar="", locale="en",
    )  # fmt: skip
    db.session().add(user)
    db.session().flush()
    return user


def make_grant(user: User, role: Role, cohort_id: int | None = None) -> RoleGrant:
    grant = RoleGrant(user_id=user.id, role=role, cohort_id=cohort_id, granted_at=now())
    db.session().add(grant)
    db.session().flush()
    return grant


def make_staff(role: Role = Role.COORDINATOR, cohort_id: int | None = None) -> User:
    user = make_user("Karim", "Alaoui")
    make_grant(user, role, cohort_id)
    return user


def actor(user: User) -> Actor:
    """The user as one who acts, with no role at all: for services, which leave permissions to the door."""
    return Actor(user.id, user.name)


def make_organisation(name: str | None = None) -> Organisation:
    name = name or f"OFPPT {next(_numbers)}"
    organisation = Organisation(name=name, kind=OrganisationKind.OFPPT, region="MA-06", city="Casablanca")
    db.session().add(organisation)
    db.session().flush()
    return organisation
