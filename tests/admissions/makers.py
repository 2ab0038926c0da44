"""``make_…`` for calls and applications: the least that is valid, saved in the current frame."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from lms import db
from lms.accounts.models import Sex
from lms.admissions import queries, services
from lms.admissions.lifecycle import ApplicationState, CallState
from lms.admissions.models import Application, Call, CallTrack, Offer
from lms.admissions.services.calls import CallPlan, DocumentPlan, TrackPlan
from lms.clock import now, today
from lms.cohorts.models import Cohort
from lms.permissions import INSTITUTE, Actor
from tests.factories import make_cohort

_numbers = count(1)
DOCUMENTS = (DocumentPlan("CV", "CV"), DocumentPlan("Lettre", "Letter", is_required=False))


def make_call(
    cohorts: Sequence[Cohort] = (), *, state: CallState = CallState.OPEN, places: int = 2, waiting_places: int = 2,
    documents: Sequence[DocumentPlan] = (), closes_on: date | None = None, **plan: Any,
) -> Call:  # fmt: skip
    """A call that has been open since yesterday, for one new cohort unless some are given."""
    cohorts = cohorts or (make_cohort(starts_in=60, capacity=places),)
    call = services.open_call(
        CallPlan(
            code=f"AAC-{next(_numbers)}", title_fr="Appel", title_en="Call", opens_on=today() - timedelta(days=1),
            closes_on=closes_on or today() + timedelta(days=20),
            tracks=[TrackPlan(cohort.id, places, waiting_places) for cohort in cohorts], documents=documents, **plan,
        ),
        by=INSTITUTE,
    )  # fmt: skip
    call.state = state
    db.session().flush()
    return call


def track_of(call: Call) -> CallTrack:
    return db.session().scalars(select(CallTrack).where(CallTrack.call_id == call.id).order_by(CallTrack.id)).first()  # type: ignore[return-value]


def applicant(call: Call, **values: Any) -> services.Applicant:
    number = next(_numbers)
    facts: dict[str, Any] = {
        "track_id": track_of(call).id, "email": f"applicant{number}@example.ma", "given_name": "Salma",
        "family_name": f"Idrissi {number:05}", "sex": Sex.FEMALE, "phone": "+212600000000", "region": "MA-06",
        "city": "Casablanca", "organisation_name": "OFPPT", "diploma": "Master", "years_teaching": 3,
        "motivation": "I want to teach.", "locale": "en",
    }  # fmt: skip
    return services.Applicant(**facts | values)


def make_application(
    call: Call, state: ApplicationState = ApplicationState.SUBMITTED, *, by: Actor = services.APPLICANT, **values: Any
) -> Application:  # fmt: skip
    """A file in that state, however it got there."""
    application = services.start_application(call.id, applicant(call, **values), by=by)
    if state is not ApplicationState.DRAFT:
        application.state, application.submitted_at, application.completed_at = state, now(), now()
    db.session().flush()
    return application


def make_many(call: Call, state: ApplicationState, many: int) -> None:
    """So many files in that state, in one statement."""
    track_ids = [row.id for row in queries.tracks(call.id)]
    numbers = [next(_numbers) for _file in range(many)]
    db.session().execute(insert(Application), [
        {
            "call_id": call.id, "track_id": track_ids[number % len(track_ids)], "state": state, "locale": "en",
            "email": f"applicant{number}@example.ma", "given_name": "Salma", "family_name": f"Idrissi {number:05}",
            "search_name": f"salma idrissi {number:05}", "sex": Sex.FEMALE if number % 2 else Sex.MALE,
            "region": f"MA-{number % 12 + 1:02}", "city": "Fès", "organisation_name": "OFPPT", "diploma": "Master",
            "years_teaching": number % 15, "motivation": "", "created_at": now(), "submitted_at": now(),
            "completed_at": now(), "version": 1,
        } for number in numbers
    ])  # fmt: skip


def make_offer(application: Application, *, days: int = 7) -> Offer:
    """An open offer without a place kept behind it."""
    offer = Offer(
        application_id=application.id, cohort_id=db.session().get_one(CallTrack, application.track_id).cohort_id,
        is_waiting_list=False, made_at=now(), expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    application.state = ApplicationState.ADMITTED
    db.session().add(offer)
    db.session().flush()
    return offer
