"""What people may do here."""

from sqlalchemy import func, select

from lms import audit, db
from lms.accounts import queries
from lms.accounts.models import RoleGrant
from lms.clock import now
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import COHORT_ROLES, STAFF_ROLES, Actor, Role


class RoleRefused(Refused):
    """The role cannot be given or taken like that; the sentence says why."""


def grant_role(user_id: int, role: Role, *, cohort_id: int | None = None, by: Actor) -> RoleGrant:
    """Give a role; giving it twice is giving it once. Raises RoleRefused (docs/rules.md §7)."""
    held = queries.grants_of(user_id)
    same = [grant for grant in held if grant.role == role and grant.cohort_id == cohort_id]
    if same:
        return same[0]
    if by.user_id == user_id:
        raise RoleRefused(_("Nobody gives a role to themselves. Ask another administrator."), field="role")
    if cohort_id is not None and role not in COHORT_ROLES:
        raise RoleRefused(_("This role is for the whole institute; it cannot be limited to a cohort."), field="cohort")
    roles = {grant.role for grant in held} | {role}
    if Role.AUDITOR in roles and roles & (STAFF_ROLES - {Role.AUDITOR}):
        raise RoleRefused(_("An auditor holds no other staff role."), field="role")
    grant = RoleGrant(user_id=user_id, role=role, cohort_id=cohort_id, granted_by=by.user_id, granted_at=now())
    db.session().add(grant)
    audit.record("role.granted", f"user:{user_id}", by=by, cohort_id=cohort_id, role=role)
    return grant


def end_role(grant_id: int, *, user_id: int, by: Actor) -> None:
    """Take a role back; it ends at the person's next request. The last admin stays."""
    grant = db.session().get(RoleGrant, grant_id)
    if grant is None or grant.ended_at is not None or grant.user_id != user_id:
        return
    if grant.role == Role.ADMIN and _admins() < 2:
        raise RoleRefused(_("This is the last administrator; name another one first."))
    grant.ended_at = now()
    audit.record("role.ended", f"user:{user_id}", by=by, cohort_id=grant.cohort_id, role=grant.role)


def _admins() -> int:
    live = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.ADMIN, RoleGrant.ended_at.is_(None))
    return db.session().execute(live).scalar_one()
