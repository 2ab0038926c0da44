"""From one cohort to another with all one has done (docs/rules.md §2, docs/decisions/0011-a-transfer-moves-the-place.md)."""

from sqlalchemy import select

from lms import audit, db
from lms.accounts import queries as people
from lms.accounts import services as accounts
from lms.clock import now, today
from lms.cohorts import queries
from lms.cohorts.events import EnrolmentTransferred, SeatFreed
from lms.cohorts.lifecycle import SEATED, EnrolmentState
from lms.cohorts.models import Cohort, Enrolment, EnrolmentEvent, Transfer
from lms.cohorts.services import seats
from lms.cohorts.services.enrolments import deferral_holder, end_participant_role
from lms.cohorts.services.groups import leave_groups
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor, Role

MOVABLE = frozenset(
    {EnrolmentState.REGISTERED, EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.DEFERRED}
)


class TransferRefused(Refused):
    """The person cannot go to that cohort; the sentence says why."""


def transfer_enrolment(enrolment_id: int, to_cohort_id: int, *, reason: str, by: Actor) -> Enrolment:
    """Move somebody's place to another cohort: what they did in the modules both follow counts there, the rest is kept and counts
    again if they come back. A place kept for their deferral is theirs. Raises TransferRefused, seats.CohortFull."""
    enrolment = db.session().get(Enrolment, enrolment_id)
    if enrolment is None:
        raise Missing
    cohorts = {cohort_id: seats.locked(cohort_id) for cohort_id in sorted({enrolment.cohort_id, to_cohort_id})}
    db.session().refresh(enrolment, with_for_update=True)
    if enrolment.cohort_id not in cohorts:
        raise TransferRefused(_("Somebody else moved this person meanwhile."))
    source, target = cohorts[enrolment.cohort_id], cohorts[to_cohort_id]
    _refuse_transfer(enrolment, target, reason)
    seats.take_seat(target, deferral_holder(enrolment_id))
    before = EnrolmentState(enrolment.state)
    enrolment.cohort_id, enrolment.state = target.id, _state_in(target, before)
    event = EnrolmentEvent(
        enrolment_id=enrolment_id, state=enrolment.state, at=now(), by=by.user_id, reason=reason.strip()
    )
    db.session().add(event)
    db.session().flush()  # the transfer names the event's id
    db.session().add(
        Transfer(event_id=event.id, enrolment_id=enrolment_id, from_cohort_id=source.id, to_cohort_id=target.id)
    )
    leave_groups(enrolment_id)
    end_participant_role(enrolment.user_id, source.id, by)
    accounts.grant_role(enrolment.user_id, Role.PARTICIPANT, cohort_id=target.id, by=by)
    for cohort in (source, target):
        audit.record("enrolment.transferred", f"enrolment:{enrolment_id}", by=by, cohort_id=cohort.id, source=source.id,
                     target=target.id)  # fmt: skip
    emit(EnrolmentTransferred(enrolment_id, source.id, target.id))
    if before in SEATED:
        emit(SeatFreed(source.id))
    return enrolment


def _refuse_transfer(enrolment: Enrolment, target: Cohort, reason: str) -> None:
    if not reason.strip():
        raise TransferRefused(_("Give a reason; the record keeps it."), field="reason")
    if enrolment.cohort_id == target.id:
        raise TransferRefused(_("This is the cohort they are in."), field="cohort")
    if EnrolmentState(enrolment.state) not in MOVABLE:
        raise TransferRefused(_("Somebody who left or finished is not moved. Take them back first."))
    if target.ends_on < today():
        raise TransferRefused(_("That cohort is over."), field="cohort")
    if people.user(enrolment.user_id).suspended_at is not None:
        raise TransferRefused(_("This person's access is closed. An administrator can open it again."))
    if queries.is_staff_of(enrolment.user_id, target.id):
        raise TransferRefused(_("This person is on that cohort's staff: nobody judges their own work."), field="cohort")
    there = select(Enrolment.id).where(Enrolment.cohort_id == target.id, Enrolment.user_id == enrolment.user_id)
    if db.session().execute(there).first() is not None:
        raise TransferRefused(
            _("They have a place in that cohort, or had one. Take them back there instead."), field="cohort"
        )


def _state_in(target: Cohort, state: EnrolmentState) -> EnrolmentState:
    """Whoever is suspended stays so; the others learn, as soon as the cohort has begun."""
    if state is EnrolmentState.SUSPENDED:
        return state
    return EnrolmentState.ACTIVE if target.starts_on <= today() else EnrolmentState.REGISTERED
