"""Places offered, answered, run out, and offered on to the next in rank (docs/rules.md §21).

Whatever ends an offer locks the cohort first and the file after it, so that nobody waits for somebody who waits for them.
"""

from datetime import datetime, time, timedelta

from lms import db
from lms.accounts import queries as people
from lms.accounts import services as accounts
from lms.accounts.services.people import Names
from lms.admissions import queries
from lms.admissions.events import OfferDueSoon, OfferMade
from lms.admissions.lifecycle import UNDER_OFFER, ApplicationState, OfferOutcome
from lms.admissions.models import Application, Offer
from lms.admissions.services.steps import locked, step
from lms.clock import CASABLANCA, now, today
from lms.cohorts.events import SeatFreed
from lms.cohorts.services import enrol, seats
from lms.errors import Refused
from lms.events import emit
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor


class OfferOver(Refused):
    """There is no offer to answer: none was made, it was answered, or its time is over."""


def make_offer(application: Application, cohort_id: int, days: int, *, is_waiting_list: bool, by: Actor) -> Offer:
    """Offer a place to the applicant of a locked file, and keep it. Raises seats.CohortFull."""
    offer = Offer(
        application_id=application.id, cohort_id=cohort_id, is_waiting_list=is_waiting_list, made_at=now(),
        expires_at=_end_of_day_in(days),
    )  # fmt: skip
    db.session().add(offer)
    db.session().flush()  # the place is kept under its id
    seats.hold_seat(cohort_id, offer.holder, until=None, by=by)
    step(application, ApplicationState.OFFERED if is_waiting_list else ApplicationState.ADMITTED, by=by)
    emit(OfferMade(offer.id))
    return offer


def _end_of_day_in(days: int) -> datetime:
    """The last moment of the day that lies so many days ahead, where the institute is."""
    return datetime.combine(today() + timedelta(days=days + 1), time.min, CASABLANCA)


def accept_offer(application_id: int, *, by: Actor) -> Application:
    """Take the place: the applicant is invited, if nobody has their address, and enrolled. Accepting twice is accepting once.
    Raises OfferOver, and what ``enrol`` raises."""
    application, offer = _under_offer(application_id)
    if offer is None:
        if application.state == ApplicationState.ENROLLED:
            return application
        raise _over()
    if offer.expires_at <= now():
        raise _over()
    _end(offer, OfferOutcome.ACCEPTED)
    step(application, ApplicationState.CONFIRMED, by=by)
    application.user_id = application.user_id or _user_id_of(application, by)
    application.enrolment_id = enrol(offer.cohort_id, application.user_id, by=by, holder=offer.holder).id
    step(application, ApplicationState.ENROLLED, by=INSTITUTE)
    return application


def decline_offer(application_id: int, *, by: Actor, reason: str = "") -> Application:
    """Leave the place to the next. Declining twice is declining once. Raises OfferOver."""
    application, offer = _under_offer(application_id)
    if offer is None:
        if application.state == ApplicationState.DECLINED:
            return application
        raise _over()
    _end(offer, OfferOutcome.DECLINED)
    step(application, ApplicationState.DECLINED, by=by, reason=reason)
    seats.release_seat(offer.holder, by=by)
    return application


def withdraw(application_id: int, *, by: Actor, reason: str = "") -> Application:
    """Take a file back at any point before enrolment; a place that was offered goes to the next. Raises StepRefused."""
    application, offer = _under_offer(application_id)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if offer is not None:
        _end(offer, OfferOutcome.REVOKED)
    step(application, ApplicationState.WITHDRAWN, by=by, reason=reason)
    if offer is not None:
        seats.release_seat(offer.holder, by=by)
    return application


def expire_offers() -> int:
    """Settle the offers that nobody answered in time; says how many. Each place goes to the next at once."""
    ended = 0
    for overdue in queries.overdue_offers():
        application, offer = _under_offer(overdue.application_id)
        if offer is None or offer.id != overdue.id or offer.expires_at > now():
            continue  # answered while this one waited
        _end(offer, OfferOutcome.EXPIRED)
        step(application, ApplicationState.EXPIRED, by=INSTITUTE)
        seats.release_seat(offer.holder, by=INSTITUTE)
        ended += 1
    return ended


def remind() -> int:
    """Tell those who have not answered that little time is left, once; says how many."""
    due = queries.offers_to_remind()
    for offer in due:
        offer.reminded_at = now()
        emit(OfferDueSoon(offer.id))
    return len(due)


def offer_freed_seats(fact: SeatFreed) -> None:
    """A seat is free: the next in rank of the cohort's waiting list is offered it, and on, while seats and people last."""
    for track in queries.waiting_tracks(fact.cohort_id):
        room = min(seats.free_seats(fact.cohort_id), queries.places_left(track.id, track.places))
        for _place in range(room):
            application_id = queries.next_waiting(track.id)
            if application_id is None:
                break
            application = locked(application_id)
            if application.state == ApplicationState.WAITLISTED:
                make_offer(application, fact.cohort_id, track.offer_days, is_waiting_list=True, by=INSTITUTE)


def _under_offer(application_id: int) -> tuple[Application, Offer | None]:
    """The file, locked, and its open offer; the cohort is locked before when there is one."""
    seen = queries.open_offer(application_id)
    if seen is not None:
        seats.locked(seen.cohort_id)
    application = locked(application_id)
    if seen is not None:
        db.session().refresh(seen)
    is_open = seen is not None and seen.ended_at is None and ApplicationState(application.state) in UNDER_OFFER
    return application, seen if is_open else None


def _end(offer: Offer, outcome: OfferOutcome) -> None:
    offer.ended_at, offer.outcome = now(), outcome
    db.session().flush()  # what is counted next must see it


def _over() -> OfferOver:
    return OfferOver(_("There is no offer to answer any more: it was answered, or its time is over."))


def _user_id_of(application: Application, by: Actor) -> int:
    """Whoever has the applicant's address, invited now if nobody has."""
    known = people.user_by_email(application.email)
    if known is not None:
        return known.id
    names = Names(
        application.given_name, application.family_name, application.given_name_ar, application.family_name_ar
    )  # fmt: skip
    user = accounts.invite(
        application.email, names, by=by, organisation_id=application.organisation_id, locale=application.locale
    )
    user.sex = application.sex
    return user.id
