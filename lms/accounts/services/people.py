"""Who is known here, and how they are written."""

from dataclasses import dataclass

from sqlalchemy import select

from lms import audit, db
from lms.accounts import queries
from lms.accounts.events import UserInvited
from lms.accounts.models import Organisation, OrganisationKind, Sex, User
from lms.accounts.names import search_key
from lms.accounts.services.sign_ins import end_sign_ins_of
from lms.clock import now
from lms.errors import Refused, Stale
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class AlreadyKnown(Refused):
    """Somebody has that e-mail address."""


@dataclass(frozen=True)
class Names:
    """In Latin and in Arabic script; ``certificate`` None prints given and family names."""

    given: str
    family: str
    given_ar: str = ""
    family_ar: str = ""
    certificate: str | None = None


def invite(email: str, names: Names, *, by: Actor, organisation_id: int | None = None, locale: str = "fr") -> User:
    """Make somebody known and send them a link to choose a password. Raises AlreadyKnown."""
    account = email.strip().lower()
    if queries.user_by_email(account) is not None:
        raise AlreadyKnown(_("Somebody with this e-mail address is known already."), field="email")
    user = User(email=account, locale=locale, organisation_id=organisation_id, created_at=now(), given_name="", family_name="",
                search_name="")  # fmt: skip
    _write(user, names)
    db.session().add(user)
    db.session().flush()  # the invitation and the audit row name the id
    audit.record("user.invited", f"user:{user.id}", by=by)
    emit(UserInvited(user.id))
    return user


def _write(user: User, names: Names) -> None:
    user.given_name, user.family_name = names.given.strip(), names.family.strip()
    user.given_name_ar, user.family_name_ar = names.given_ar.strip(), names.family_ar.strip()
    user.certificate_name = (names.certificate or "").strip() or None
    user.search_name = search_key(
        user.given_name,
        user.family_name,
        user.given_name_ar,
        user.family_name_ar,
        user.certificate_name or "",
        user.email,
    )


def change_profile(
    user: User,
    names: Names,
    *,
    by: Actor,
    version: int,
    locale: str,
    timezone: str,
    organisation_id: int | None,
    sex: Sex | None,
) -> None:
    """Raises Stale when somebody changed the person since. What was issued in the old name stays as it was."""
    if user.version != version:
        raise Stale(_("Somebody else changed this while you were editing. Check the values below and save again."))
    before = {"name": user.name, "name_ar": user.name_ar, "certificate_name": user.certificate_name}
    _write(user, names)
    user.locale, user.timezone, user.organisation_id, user.sex = locale, timezone, organisation_id, sex
    after = {"name": user.name, "name_ar": user.name_ar, "certificate_name": user.certificate_name}
    changed = sorted(key for key in after if before[key] != after[key])
    audit.record("user.changed", f"user:{user.id}", by=by, changed=changed)


def suspend(user: User, *, by: Actor, reason: str) -> None:
    """Close somebody's access now: every sign-in ends."""
    if user.id == by.user_id:
        raise Refused(_("You cannot suspend yourself."))
    if user.suspended_at is None:
        user.suspended_at = now()
        end_sign_ins_of(user.id)
        audit.record("user.suspended", f"user:{user.id}", by=by, reason=reason)


def restore(user: User, *, by: Actor) -> None:
    """Give access back."""
    if user.suspended_at is not None:
        user.suspended_at = None
        audit.record("user.restored", f"user:{user.id}", by=by)


def add_organisation(
    name: str, kind: OrganisationKind, region: str, city: str, ice: str | None, *, by: Actor
) -> Organisation:
    """Raises AlreadyKnown when one has that name."""
    _refuse_same_name(name, None)
    organisation = Organisation(name=name.strip(), kind=kind, region=region, city=city.strip(), ice=ice or None)
    db.session().add(organisation)
    db.session().flush()  # the audit row names the id
    audit.record("organisation.added", f"organisation:{organisation.id}", by=by, name=organisation.name)
    return organisation


def edit_organisation(
    organisation: Organisation,
    name: str,
    kind: OrganisationKind,
    region: str,
    city: str,
    ice: str | None,
    *,
    by: Actor,
    version: int,
) -> None:
    """Raises AlreadyKnown, Stale."""
    if organisation.version != version:
        raise Stale(_("Somebody else changed this while you were editing. Check the values below and save again."))
    _refuse_same_name(name, organisation.id)
    organisation.name, organisation.kind, organisation.region = name.strip(), kind, region
    organisation.city, organisation.ice = city.strip(), ice or None
    audit.record("organisation.changed", f"organisation:{organisation.id}", by=by, name=organisation.name)


def _refuse_same_name(name: str, but: int | None) -> None:
    same = select(Organisation.id).where(Organisation.name == name.strip(), Organisation.id != (but or 0))
    if db.session().execute(same).first():
        raise AlreadyKnown(_("An organisation with this name is known already."), field="name")
