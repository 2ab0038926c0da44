"""Who leads, assesses and coordinates a cohort."""

from lms.accounts import queries as people
from lms.accounts import services as accounts
from lms.cohorts import queries
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor, Role

COHORT_STAFF = (Role.FACILITATOR, Role.ASSESSOR, Role.COORDINATOR)


class StaffRefused(Refused):
    """This person cannot be staff of this cohort; the sentence says why."""


def give_staff_role(cohort_id: int, email: str, role: Role, *, by: Actor) -> None:
    """Give somebody known a role in this cohort. Raises StaffRefused, and RoleRefused as ``accounts`` says."""
    if role not in COHORT_STAFF:
        raise StaffRefused(_("This is not a role of a cohort's staff."), field="role")
    user = people.user_by_email(email)
    if user is None:
        raise StaffRefused(_("Nobody here has this address. Invite them first, on the page of people."), field="email")
    held = people.grants_of(user.id)
    if any(grant.cohort_id == cohort_id and grant.role == Role.PARTICIPANT for grant in held):
        raise StaffRefused(
            _("A participant of this cohort cannot be on its staff: nobody judges their own work."), field="email"
        )
    accounts.grant_role(user.id, role, cohort_id=cohort_id, by=by)


def end_staff_role(cohort_id: int, grant_id: int, *, by: Actor) -> None:
    """Take a role of this cohort back; it ends at the person's next request."""
    grant = queries.staff_grant(cohort_id, grant_id)
    accounts.end_role(grant.id, user_id=grant.user_id, by=by)
