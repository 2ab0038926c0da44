"""What applicants are told, at the address of their file, whether or not they have an account."""

from sqlalchemy import insert

from lms import db
from lms.admissions.events import (
    AppealDecided,
    AppealLodged,
    ApplicationChanged,
    ApplicationStarted,
    ApplicationSubmitted,
    LinkAsked,
    OfferDueSoon,
    OfferMade,
    ResultsPublished,
)
from lms.admissions.lifecycle import ApplicationState
from lms.admissions.models import Application
from lms.admissions.queries import own
from lms.admissions.ranking import Outcome
from lms.clock import now
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxMessage

_S = ApplicationState
_TOLD = {
    _S.INCOMPLETE: Kind.APPLICATION_INCOMPLETE, _S.RESUBMITTED: Kind.APPLICATION_RECEIVED,
    _S.REJECTED_INCOMPLETE: Kind.APPLICATION_STOPPED, _S.INELIGIBLE: Kind.APPLICATION_STOPPED,
    _S.ABSENT: Kind.APPLICATION_STOPPED, _S.NOT_RETAINED: Kind.APPLICATION_STOPPED, _S.DECLINED: Kind.APPLICATION_ENDED,
    _S.EXPIRED: Kind.APPLICATION_ENDED, _S.WITHDRAWN: Kind.APPLICATION_ENDED,
}  # fmt: skip
"""The steps worth a mail. Results and offers have events of their own; the others stand on the applicant's page."""


def announce_start(event: ApplicationStarted) -> None:
    _promise(event.application_id, Kind.APPLICATION_STARTED, f"application:{event.application_id}")


def announce_receipt(event: ApplicationSubmitted) -> None:
    _promise(event.application_id, Kind.APPLICATION_RECEIVED, f"application:{event.application_id}")


def announce_step(event: ApplicationChanged) -> None:
    """Thousands of files may take a step at once: the file is at hand already, and the rows go out together."""
    kind = _TOLD.get(_S(event.state))
    if kind is not None:
        _promise(event.application_id, kind, f"step:{event.event_id}", event_id=event.event_id)


def announce_offer(event: OfferMade) -> None:
    """From the waiting list; the first ones are told with the results."""
    offer = own.offer(event.offer_id)
    if offer.is_waiting_list:
        _promise(offer.application_id, Kind.APPLICATION_OFFER, f"offer:{offer.id}", offer_id=offer.id)


def announce_offer_due(event: OfferDueSoon) -> None:
    offer = own.offer(event.offer_id)
    _promise(offer.application_id, Kind.APPLICATION_OFFER_DUE, f"offer:{offer.id}", offer_id=offer.id)


def announce_results(event: ResultsPublished) -> None:
    """To everybody whom the ranking decided about, in two statements however many they are."""
    rows = []
    for row in own.results_to_tell(event.call_id):
        kind, values = Kind.APPLICATION_RESULT, {"application_id": row.application_id}
        if row.outcome == Outcome.ADMITTED and row.offer_id is not None:
            kind, values = Kind.APPLICATION_OFFER, values | {"offer_id": row.offer_id}
        rows.append({
            "email": row.email, "name": row.name, "locale": row.locale, "kind": kind, "values": values, "tries": 0,
            "key": f"{kind}:result:{row.application_id}", "created_at": now(), "next_try_at": now(),
        })  # fmt: skip
    if rows:
        db.session().execute(insert(OutboxMessage), rows)


def announce_link(event: LinkAsked) -> None:
    """Once a second at most."""
    present = now().isoformat(timespec="seconds")
    _promise(event.application_id, Kind.APPLICATION_LINK, f"{event.application_id}:{present}")


def announce_appeal(event: AppealLodged) -> None:
    appeal = own.appeal(event.appeal_id)
    _promise(appeal.application_id, Kind.APPEAL_LODGED, f"appeal:{appeal.id}", appeal_id=appeal.id)


def announce_appeal_answer(event: AppealDecided) -> None:
    appeal = own.appeal(event.appeal_id)
    _promise(appeal.application_id, Kind.APPEAL_ANSWERED, f"appeal:{appeal.id}", appeal_id=appeal.id)


def _promise(application_id: int, kind: Kind, fact: str, **values: int) -> None:
    """A mail at the address of the file. ``fact`` happens once, which the key enforces."""
    application = db.session().get_one(Application, application_id)
    db.session().add(OutboxMessage(
        email=application.email, name=application.given_name, locale=application.locale, kind=kind, key=f"{kind}:{fact}",
        values={"application_id": application_id, **values}, created_at=now(), next_try_at=now(),
    ))  # fmt: skip
