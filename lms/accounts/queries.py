"""Who is known here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, tuple_

from lms import db
from lms.accounts.models import Organisation, RoleGrant, SignIn, User
from lms.accounts.names import search_key
from lms.accounts.stay import stay_of
from lms.accounts.tokens import hashed
from lms.clock import now
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Grant, Permission, Role

AnySelect = Select[*tuple[Any, ...]]


def user(user_id: int) -> User:
    found = db.session().get(User, user_id)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True)
class Account:
    """What signing in asks of somebody. ``password_hash`` None: invited and never came. ``roles`` held anywhere."""

    user_id: int
    name: str
    password_hash: str | None
    is_suspended: bool
    has_factor: bool
    roles: frozenset[Role]


_ACCOUNT = select(
    User.id, User.given_name, User.family_name, User.password_hash, User.suspended_at,
    User.totp_secret.is_not(None).label("has_factor"), RoleGrant.role,
).outerjoin(RoleGrant, and_(RoleGrant.user_id == User.id, RoleGrant.ended_at.is_(None)))  # fmt: skip
_ACCOUNT_BY_EMAIL = _ACCOUNT.where(User.email == bindparam("email"))
_ACCOUNT_BY_ID = _ACCOUNT.where(User.id == bindparam("user_id"))


def account_by_email(email: str) -> Account | None:
    return _account(db.read(_ACCOUNT_BY_EMAIL, email=email.strip().lower()).all())


def account(user_id: int) -> Account:
    found = _account(db.read(_ACCOUNT_BY_ID, user_id=user_id).all())
    if found is None:
        raise Missing
    return found


def _account(rows: Sequence[db.Record]) -> Account | None:
    if not rows:
        return None
    first = rows[0]
    return Account(
        first.id, f"{first.given_name} {first.family_name}", first.password_hash, first.suspended_at is not None,
        first.has_factor, frozenset(Role(row.role) for row in rows if row.role),
    )  # fmt: skip


def user_by_email(email: str) -> User | None:
    return db.session().scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


@dataclass(frozen=True)
class SignedInUser:
    """One browser signed in: who, with which rights, since when. Read in one statement."""

    sign_in_id: int
    actor: Actor
    email: str
    locale: str
    timezone: str
    factor_passed: bool
    has_factor: bool
    confirmed_at: datetime
    is_kept: bool
    is_authenticated: bool = True

    def is_idle(self, seen_at: datetime) -> bool:
        """Whether the browser was last seen too long ago for the roles its user holds. Never while an exam is under way."""
        stay = stay_of(grant.role for grant in self.actor.grants)
        return not self.is_kept and now() - max(seen_at, self.confirmed_at) > stay.idle


_NOW = bindparam("now", type_=db.UTCDateTime())
_SIGN_IN = (
    select(
        SignIn.id, SignIn.factor_passed, SignIn.confirmed_at, User.id.label("user_id"), User.email, User.given_name,
        User.family_name, User.locale, User.timezone, User.totp_secret.is_not(None).label("has_factor"),
        (func.coalesce(User.kept_until, _NOW) > _NOW).label("is_kept"), RoleGrant.role, RoleGrant.cohort_id,
    )
    .join(User, User.id == SignIn.user_id)
    .outerjoin(RoleGrant, and_(RoleGrant.user_id == User.id, RoleGrant.ended_at.is_(None)))
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None),
           or_(SignIn.expires_at > _NOW, User.kept_until > _NOW), User.suspended_at.is_(None))
)  # fmt: skip


def signed_in(token: str) -> SignedInUser | None:
    """Who holds this cookie; None when it is unknown, ended, expired, or its user is suspended. It does not expire while an
    exam is under way."""
    rows = db.read(_SIGN_IN, token_hash=hashed(token), now=now()).all()
    if not rows:
        return None
    first = rows[0]
    held = frozenset(Grant(Role(row.role), row.cohort_id) for row in rows if row.role)
    actor = Actor(first.user_id, f"{first.given_name} {first.family_name}", held)
    return SignedInUser(
        first.id,
        actor,
        first.email,
        first.locale,
        first.timezone,
        first.factor_passed,
        first.has_factor,
        first.confirmed_at,
        bool(first.is_kept),
    )


def actor_of(user_id: int) -> Actor:
    """The rights somebody holds now, outside of any request."""
    found = user(user_id)
    return Actor(user_id, found.name, frozenset(Grant(Role(g.role), g.cohort_id) for g in grants_of(user_id)))


def grants_of(user_id: int) -> Sequence[RoleGrant]:
    live = select(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
    return db.session().scalars(live.order_by(RoleGrant.role, RoleGrant.cohort_id)).all()


def sign_ins_of(user_id: int) -> Sequence[SignIn]:
    """The browsers signed in now, newest first."""
    live = select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > now())
    return db.session().scalars(live.order_by(SignIn.created_at.desc())).all()


def people(
    *,
    by: Actor,
    search: str = "",
    role: Role | None = None,
    organisation_id: int | None = None,
    after: str | None = None,
    size: int = SIZE,
) -> Page[db.Record]:
    """People in the order of their names, those ``by`` may see. Columns: id, given_name, family_name, names in Arabic, email,
    organisation, suspended_at, locale, password_hash is not None as ``has_joined``."""
    query: AnySelect = (
        select(
            User.id, User.given_name, User.family_name, User.given_name_ar, User.family_name_ar, User.email, User.suspended_at,
            User.locale, User.password_hash.is_not(None).label("has_joined"), Organisation.name.label("organisation"),
        )
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .order_by(User.family_name, User.id).limit(size + 1)
    )  # fmt: skip
    query = _seen_by(query, by)
    for word in search_key(search).split():
        query = query.where(User.search_name.contains(word, autoescape=True))
    if role is not None:
        query = query.where(_holds(RoleGrant.role == role))
    if organisation_id is not None:
        query = query.where(User.organisation_id == organisation_id)
    place = key_of(after, 2)
    if place:
        query = query.where(tuple_(User.family_name, User.id) > tuple_(*place))
    return page_of(db.session().execute(query).all(), lambda row: (row.family_name, row.id), size=size)


def _holds(*conditions: Any) -> Any:
    return select(1).where(RoleGrant.user_id == User.id, RoleGrant.ended_at.is_(None), *conditions).exists()


def _seen_by(query: AnySelect, by: Actor) -> AnySelect:
    cohorts = by.scope(Permission.PEOPLE_VIEW)
    return query if cohorts is None else query.where(_holds(RoleGrant.cohort_id.in_(cohorts)))


def person(user_id: int, *, by: Actor) -> User:
    """Somebody ``by`` may see; Missing otherwise."""
    found: User | None = db.session().scalars(_seen_by(select(User).where(User.id == user_id), by)).one_or_none()
    if found is None:
        raise Missing
    return found


def organisations() -> Sequence[Organisation]:
    return db.session().scalars(select(Organisation).order_by(Organisation.name)).all()


def organisation(organisation_id: int) -> Organisation:
    found = db.session().get(Organisation, organisation_id)
    if found is None:
        raise Missing
    return found


def holders(role: Role) -> Sequence[db.Record]:
    """Id and names of those who hold a role in the institute, by name."""
    query = select(User.id, User.given_name, User.family_name).where(
        _holds(RoleGrant.role == role, RoleGrant.cohort_id.is_(None))
    )
    return db.session().execute(query.order_by(User.family_name)).all()


def holders_in(role: Role, cohort_id: int) -> Sequence[int]:
    """Ids of those who hold a role in one cohort or in the whole institute."""
    here = RoleGrant.cohort_id.is_(None) | (RoleGrant.cohort_id == cohort_id)
    return db.session().scalars(select(User.id).where(_holds(RoleGrant.role == role, here)).order_by(User.id)).all()


def is_empty() -> bool:
    return db.session().execute(select(func.count()).select_from(User)).scalar_one() == 0
