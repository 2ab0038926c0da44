"""What one person has beyond the others: always, or once (docs/rules.md §20). Attempts under way get the time at once."""

from sqlalchemy import select

from lms import audit, db
from lms.accounts.models import User
from lms.clock import now
from lms.cohorts import queries
from lms.cohorts.events import ArrangementsChanged
from lms.cohorts.models import Accommodation, Enrolment, Extension
from lms.cohorts.windows import Allowance
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class NothingGranted(Refused):
    """An extension that extends nothing, or says not why."""


def set_accommodation(user_id: int, allowance: Allowance, note: str, *, by: Actor) -> None:
    """What somebody has in every cohort from now on, instead of what they had; nothing at all ends it. ``note`` is for those who
    coordinate and for the person."""
    if db.session().get(User, user_id, with_for_update=True) is None:
        raise Missing
    before = db.session().scalars(
        select(Accommodation).where(Accommodation.user_id == user_id, Accommodation.ended_at.is_(None))
    ).one_or_none()  # fmt: skip
    if before is not None:
        before.ended_at = now()
        db.session().flush()  # one is in force at most
    if allowance != Allowance():
        db.session().add(Accommodation(
            user_id=user_id, extra_percent=allowance.percent, extra_days=allowance.days, extra_attempts=allowance.attempts,
            note=note.strip(), recorded_by=by.user_id, recorded_at=now(),
        ))  # fmt: skip
        db.session().flush()  # the handlers read it
    audit.record("accommodation.set", f"user:{user_id}", by=by)  # how much, and why, is confidential
    emit(ArrangementsChanged(user_id))


def grant_extension(enrolment_id: int, module_id: int, allowance: Allowance, *, reason: str, by: Actor) -> None:
    """Days, minutes or attempts in one module, once. Raises Missing for a module the cohort does not follow, NothingGranted."""
    enrolment = db.session().get(Enrolment, enrolment_id)
    if enrolment is None:
        raise Missing
    queries.cohort_module(enrolment.cohort_id, module_id)
    if allowance == Allowance():
        raise NothingGranted(_("Grant at least a day, a minute or an attempt."), field="extra_days")
    if not reason.strip():
        raise NothingGranted(_("Give a reason; the record keeps it."), field="reason")
    db.session().add(Extension(
        enrolment_id=enrolment_id, module_id=module_id, extra_days=allowance.days, extra_minutes=allowance.minutes,
        extra_attempts=allowance.attempts, reason=reason.strip(), granted_by=by.user_id, granted_at=now(),
    ))  # fmt: skip
    db.session().flush()  # the handlers read it
    audit.record("extension.granted", f"enrolment:{enrolment_id}", by=by, cohort_id=enrolment.cohort_id, module_id=module_id,
                 days=allowance.days, minutes=allowance.minutes, attempts=allowance.attempts)  # fmt: skip
    emit(ArrangementsChanged(enrolment.user_id))


def withdraw_extension(enrolment_id: int, extension_id: int, *, by: Actor) -> None:
    """It was granted by mistake. What was begun under it keeps its time; withdrawing twice is withdrawing once."""
    extension = db.session().get(Extension, extension_id, with_for_update=True)
    if extension is None or extension.enrolment_id != enrolment_id:
        raise Missing
    if extension.withdrawn_at is not None:
        return
    extension.withdrawn_at = now()
    audit.record("extension.withdrawn", f"enrolment:{enrolment_id}", by=by, cohort_id=queries.enrolment(enrolment_id).cohort_id,
                 module_id=extension.module_id)  # fmt: skip
