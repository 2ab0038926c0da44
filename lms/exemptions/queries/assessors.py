"""Who may judge a request."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.db import Record
from lms.exemptions.limits import Party, may_assess
from lms.exemptions.models import Opinion
from lms.permissions import Role


def able_assessors(request: Record) -> Sequence[Record]:
    """Those who assess in the cohort or the institute, were not asked yet and have no tie with the participant: id, name."""
    asked = select(Opinion.assessor_id).where(Opinion.request_id == request.id)
    assesses = select(RoleGrant.user_id).where(
        RoleGrant.role == Role.ASSESSOR, RoleGrant.ended_at.is_(None),
        or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == request.cohort_id),
    )  # fmt: skip
    rows = db.session().execute(
        select(User.id, User.organisation_id, (User.given_name + " " + User.family_name).label("name"))
        .where(User.id.in_(assesses), User.id.not_in(asked), User.suspended_at.is_(None))
        .order_by(User.family_name, User.given_name, User.id)
    ).all()  # fmt: skip
    candidate = Party(request.user_id, request.organisation_id)
    return [row for row in rows if may_assess(Party(row.id, row.organisation_id), candidate)]
