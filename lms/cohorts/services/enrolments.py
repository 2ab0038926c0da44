"""A participant's place in a cohort: taken, kept, left, taken again (docs/rules.md §2)."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select

from lms import audit, db
from lms.accounts import queries as people
from lms.accounts import services as accounts
from lms.accounts.services.people import Names
from lms.clock import now, today
from lms.cohorts import queries
from lms.cohorts.events import EnrolmentChanged, ParticipantEnrolled, SeatFreed
from lms.cohorts.lifecycle import LEARNING, SEATED, EnrolmentState, may_follow, needs_hearing, needs_reason
from lms.cohorts.models import Cohort, Enrolment, EnrolmentEvent, Hearing
from lms.cohorts.services import seats
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor, Role


class LeftBefore(Refused):
    """The person had a place here and left it; they come back by ``change_enrolment``, with a reason."""


class NamesWanted(Refused):
    """Nobody has that address, and without names nobody can be invited."""


class AccessClosed(Refused):
    """The institute closed this person's access."""


class StaffHere(Refused):
    """The person is on this cohort's staff: nobody judges their own work."""


class ChangeRefused(Refused):
    """This state does not follow that one, or the reason is missing."""


def enrol(cohort_id: int, user_id: int, *, by: Actor, holder: str | None = None) -> Enrolment:
    """Give somebody a place, the one held for ``holder`` when there is one; giving it twice is giving it once. Raises
    seats.CohortFull, LeftBefore, AccessClosed, StaffHere."""
    cohort = seats.locked(cohort_id)
    known = (
        db.session()
        .scalars(select(Enrolment).where(Enrolment.cohort_id == cohort_id, Enrolment.user_id == user_id))
        .one_or_none()
    )
    if known is not None:
        if known.state in SEATED:
            if holder:
                seats.release_seat(holder, by=by)
            return known
        raise LeftBefore(
            _("This person was in this cohort and left it. Take them back on their page, with a reason."), field="email"
        )
    if people.user(user_id).suspended_at is not None:
        raise AccessClosed(_("This person's access is closed. An administrator can open it again."), field="email")
    if queries.is_staff_of(user_id, cohort_id):
        raise StaffHere(_("This person is on the cohort's staff: nobody judges their own work."), field="email")
    seats.take_seat(cohort, holder)
    enrolment = Enrolment(cohort_id=cohort_id, user_id=user_id, state=_first_state(cohort), enrolled_at=now())
    db.session().add(enrolment)
    db.session().flush()  # the event and the audit row name the id
    _note(enrolment, "", by)
    accounts.grant_role(user_id, Role.PARTICIPANT, cohort_id=cohort_id, by=by)
    audit.record("enrolment.made", f"enrolment:{enrolment.id}", by=by, cohort_id=cohort_id)
    emit(ParticipantEnrolled(enrolment.id))
    return enrolment


def _first_state(cohort: Cohort) -> EnrolmentState:
    return EnrolmentState.ACTIVE if cohort.starts_on <= today() else EnrolmentState.REGISTERED


def _note(enrolment: Enrolment, reason: str, by: Actor) -> EnrolmentEvent:
    event = EnrolmentEvent(enrolment_id=enrolment.id, state=enrolment.state, at=now(), by=by.user_id, reason=reason)
    db.session().add(event)
    return event


def begin(enrolment: Enrolment) -> None:
    """The cohort has started: whoever was registered is active."""
    if enrolment.state == EnrolmentState.REGISTERED:
        enrolment.state = EnrolmentState.ACTIVE
        _note(enrolment, "", INSTITUTE)
        audit.record("enrolment.begun", f"enrolment:{enrolment.id}", by=INSTITUTE, cohort_id=enrolment.cohort_id)
        emit(EnrolmentChanged(enrolment.id, EnrolmentState.ACTIVE))


def enrol_by_email(
    cohort_id: int, email: str, names: Names, *, by: Actor, organisation_id: int | None = None, locale: str = "fr"
) -> Enrolment:
    """Enrol whoever has this address; somebody unknown is invited first. Raises NamesWanted, and as ``enrol``."""
    user = people.user_by_email(email)
    if user is None:
        if not names.given.strip() or not names.family.strip():
            raise NamesWanted(_("Nobody here has this address yet. Write their names to invite them."), field="given")
        seats.take_seat(seats.locked(cohort_id))
        user = accounts.invite(email, names, by=by, organisation_id=organisation_id, locale=locale)
    return enrol(cohort_id, user.id, by=by)


@dataclass(frozen=True)
class Heard:
    """The hearing of somebody who is to be excluded."""

    on: date
    report: str


def deferral_holder(enrolment_id: int) -> str:
    """The key under which a place is kept in a later cohort for somebody who is deferred."""
    return f"deferral:{enrolment_id}"


def change_enrolment(
    enrolment_id: int,
    state: EnrolmentState,
    *,
    reason: str,
    by: Actor,
    heard: Heard | None = None,
    later: int | None = None,
) -> Enrolment:
    """Suspend, complete, fail, withdraw, exclude (``heard`` first), defer (to the ``later`` cohort, where a place is kept, if it
    is known), or take back. Raises ChangeRefused, seats.CohortFull. Those who are gone lose the role that lets them in; those who
    are suspended keep it and read why."""
    enrolment = db.session().get(Enrolment, enrolment_id, with_for_update=True)
    if enrolment is None:
        raise Missing
    if EnrolmentState(enrolment.state) == state:
        return enrolment
    if queries.cohort(enrolment.cohort_id).starts_on <= today():
        begin(enrolment)  # the job that does so may be late
    before = EnrolmentState(enrolment.state)
    if before == state:
        return enrolment
    if not may_follow(before, state):
        raise ChangeRefused(_("This change is not possible from the present state."), field="state")
    if needs_reason(state) and not reason.strip():
        raise ChangeRefused(_("Give a reason; the record keeps it."), field="reason")
    _refuse_unheard(state, heard)
    if state in SEATED and before not in SEATED:
        seats.take_seat(seats.locked(enrolment.cohort_id))
    if before is EnrolmentState.DEFERRED:
        seats.release_seat(deferral_holder(enrolment_id), by=by)
    if state is EnrolmentState.DEFERRED and later is not None:
        seats.hold_seat(later, deferral_holder(enrolment_id), until=None, by=by)
    enrolment.state = state
    event = _note(enrolment, reason.strip(), by)
    if heard is not None and needs_hearing(state):
        db.session().flush()  # the hearing names the event's id
        db.session().add(Hearing(event_id=event.id, held_on=heard.on, report=heard.report.strip()))
    if state in SEATED:
        accounts.grant_role(enrolment.user_id, Role.PARTICIPANT, cohort_id=enrolment.cohort_id, by=by)
    else:
        end_participant_role(enrolment.user_id, enrolment.cohort_id, by)
    audit.record("enrolment.changed", f"enrolment:{enrolment_id}", by=by, cohort_id=enrolment.cohort_id, before=before,
                 after=state)  # fmt: skip
    emit(EnrolmentChanged(enrolment_id, state))
    if before in SEATED and state not in SEATED:
        emit(SeatFreed(enrolment.cohort_id))
    return enrolment


class OfEnrolment(Protocol):
    """Any event about one enrolment."""

    @property
    def enrolment_id(self) -> int: ...


def complete_enrolment(fact: OfEnrolment) -> None:
    """Nothing stands between an active participant and the certificate any more: they have completed the programme."""
    enrolment = db.session().get(Enrolment, fact.enrolment_id)
    if enrolment is not None and EnrolmentState(enrolment.state) in LEARNING:
        change_enrolment(enrolment.id, EnrolmentState.COMPLETED, reason="", by=INSTITUTE)


def end_participant_role(user_id: int, cohort_id: int, by: Actor) -> None:
    """The cohort is closed to somebody from their next request on."""
    for grant in people.grants_of(user_id):
        if grant.role == Role.PARTICIPANT and grant.cohort_id == cohort_id:
            accounts.end_role(grant.id, user_id=user_id, by=by)


def _refuse_unheard(state: EnrolmentState, heard: Heard | None) -> None:
    if not needs_hearing(state):
        return
    if heard is None or not heard.report.strip():
        raise ChangeRefused(
            _("Nobody is excluded unheard: write when they were heard and what was said."),
            field="report" if heard else "heard_on",
        )
    if heard.on > today():
        raise ChangeRefused(_("The hearing cannot lie in the future."), field="heard_on")
