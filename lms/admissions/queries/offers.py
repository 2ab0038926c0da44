"""Offers that wait for an answer, and who is next."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select

from lms import db
from lms.admissions.lifecycle import AppealOutcome, ApplicationState, CallState
from lms.admissions.models import (
    Appeal,
    Application,
    Call,
    CallTrack,
    Offer,
    RankedApplication,
    RankingRun,
    RankSkip,
)
from lms.clock import now, today
from lms.cohorts.lifecycle import SEATED
from lms.cohorts.models import Cohort, Enrolment
from lms.db import Record

UNRANKED = 1_000_000
"""Where files without a rank stand among each other: after every rank, on both databases."""
REMINDER = timedelta(days=2)
"""So long before the last moment an applicant is reminded."""


def open_offer(application_id: int) -> Offer | None:
    return db.session().scalars(
        select(Offer).where(Offer.application_id == application_id, Offer.ended_at.is_(None))
    ).one_or_none()  # fmt: skip


def overdue_offers() -> Sequence[Record]:
    """Offers whose time is over and that nobody answered, oldest first: id, application_id, cohort_id."""
    return db.session().execute(
        select(Offer.id, Offer.application_id, Offer.cohort_id)
        .where(Offer.ended_at.is_(None), Offer.expires_at <= now()).order_by(Offer.expires_at, Offer.id)
    ).all()  # fmt: skip


def offers_to_remind() -> Sequence[Offer]:
    """Open offers with two days left or less of which nobody was reminded."""
    return db.session().scalars(
        select(Offer).where(Offer.ended_at.is_(None), Offer.reminded_at.is_(None), Offer.expires_at > now(),
                            Offer.expires_at <= now() + REMINDER).order_by(Offer.id)
    ).all()  # fmt: skip


def is_any_offer_due() -> bool:
    """Whether an offer is over, or its applicant to be reminded."""
    due = select(Offer.id).where(
        Offer.ended_at.is_(None),
        or_(Offer.expires_at <= now(), Offer.reminded_at.is_(None) & (Offer.expires_at <= now() + REMINDER)),
    )
    return db.session().execute(due.limit(1)).first() is not None


def waiting_tracks(cohort_id: int) -> Sequence[Record]:
    """Tracks of this cohort whose results are out, before its first day: id, call_id, places, offer_days."""
    return db.session().execute(
        select(CallTrack.id, CallTrack.call_id, CallTrack.places, Call.offer_days)
        .join(Call, Call.id == CallTrack.call_id).join(Cohort, Cohort.id == CallTrack.cohort_id)
        .where(CallTrack.cohort_id == cohort_id, Call.state == CallState.RESULTS_PUBLISHED, Cohort.starts_on > today())
        .order_by(CallTrack.id)
    ).all()  # fmt: skip


def places_left(track_id: int, places: int) -> int:
    """How many of the track's places are neither offered at this moment nor taken by somebody who came by it."""
    offered = select(func.count()).select_from(Offer).join(Application, Application.id == Offer.application_id)
    seated = select(func.count()).select_from(Application).join(Enrolment, Enrolment.id == Application.enrolment_id)
    out = db.session().execute(offered.where(Application.track_id == track_id, Offer.ended_at.is_(None))).scalar_one()
    came = db.session().execute(
        seated.where(Application.track_id == track_id, Enrolment.state.in_(SEATED))
    ).scalar_one()  # fmt: skip
    return places - out - came


def next_waiting(track_id: int) -> int | None:
    """The application that is next on the waiting list: first whoever an appeal put there, then by rank, those left out by two
    people left out; None when it is empty."""
    skipped = select(RankSkip.application_id).where(RankSkip.confirmed_at.is_not(None), RankSkip.dropped_at.is_(None))
    published = select(RankingRun.id).where(RankingRun.published_at.is_not(None))
    upheld = select(Appeal.decided_at).where(
        Appeal.application_id == Application.id, Appeal.outcome == AppealOutcome.UPHELD
    ).correlate(Application).limit(1).scalar_subquery()  # fmt: skip
    return db.session().execute(
        select(Application.id)
        .outerjoin(RankedApplication, (RankedApplication.application_id == Application.id)
                   & RankedApplication.run_id.in_(published))
        .where(Application.track_id == track_id, Application.state == ApplicationState.WAITLISTED,
               Application.id.not_in(skipped), or_(upheld.is_not(None), RankedApplication.rank.is_not(None)))
        .order_by(upheld.is_(None), upheld, func.coalesce(RankedApplication.rank, UNRANKED), Application.id).limit(1)
    ).scalar_one_or_none()  # fmt: skip


def skip_of(application_id: int) -> RankSkip | None:
    """Whether somebody proposed to pass this applicant over, confirmed or not."""
    return db.session().scalars(
        select(RankSkip).where(RankSkip.application_id == application_id, RankSkip.dropped_at.is_(None))
    ).one_or_none()  # fmt: skip
