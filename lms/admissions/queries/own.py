"""What applicants, and the mails to them, read of their own files."""

from collections.abc import Sequence

from sqlalchemy import func, select

from lms import db
from lms.admissions.lifecycle import CallState
from lms.admissions.models import (
    Appeal,
    Application,
    ApplicationEvent,
    Call,
    CallTrack,
    Offer,
    RankedApplication,
    RankingRun,
)
from lms.admissions.ranking import Outcome
from lms.cohorts.models import Cohort
from lms.db import Record

MOST_LINKS = 5


def open_files_of(email: str) -> Sequence[int]:
    """The newest files of an address, in calls that are not archived."""
    return db.session().scalars(
        select(Application.id).join(Call, Call.id == Application.call_id)
        .where(Application.email == email, Call.state != CallState.ARCHIVED)
        .order_by(Application.id.desc()).limit(MOST_LINKS)
    ).all()  # fmt: skip


def result_of(application_id: int) -> Record | None:
    """A file's place in the ranking that was published: rank, total, facts, outcome, reason, tie_break, ranked (how many in the
    track) and threshold (the points of the last admitted). None before, and for whoever was not ranked."""
    peers = db.session().execute(
        select(RankedApplication.run_id, RankedApplication.track_id)
        .join(RankingRun, RankingRun.id == RankedApplication.run_id)
        .where(RankedApplication.application_id == application_id, RankingRun.published_at.is_not(None))
    ).first()  # fmt: skip
    if peers is None:
        return None
    in_track = (RankedApplication.run_id == peers.run_id, RankedApplication.track_id == peers.track_id)
    threshold = (
        select(func.min(RankedApplication.total)).where(*in_track, RankedApplication.outcome == Outcome.ADMITTED)
        .scalar_subquery()
    )  # fmt: skip
    ranked = select(func.count()).select_from(RankedApplication).where(*in_track).scalar_subquery()
    return db.session().execute(
        select(RankedApplication.rank, RankedApplication.total, RankedApplication.facts, RankedApplication.outcome,
               RankedApplication.reason, RankedApplication.tie_break, ranked.label("ranked"), threshold.label("threshold"))
        .where(RankedApplication.run_id == peers.run_id, RankedApplication.application_id == application_id)
    ).one()  # fmt: skip


def results_to_tell(call_id: int) -> Sequence[Record]:
    """Everybody whom a published ranking decided about: application_id, outcome, email, name, locale, offer_id (None without an
    open offer)."""
    return db.session().execute(
        select(RankedApplication.application_id, RankedApplication.outcome, Application.email,
               Application.given_name.label("name"), Application.locale, Offer.id.label("offer_id"))
        .join(RankingRun, RankingRun.id == RankedApplication.run_id)
        .join(Application, Application.id == RankedApplication.application_id)
        .outerjoin(Offer, (Offer.application_id == Application.id) & Offer.ended_at.is_(None))
        .where(RankingRun.call_id == call_id, RankingRun.published_at.is_not(None)).order_by(RankedApplication.application_id)
    ).all()  # fmt: skip


def file_facts(application_id: int) -> Record:
    """What every mail about a file says: id, state, complete_by, title_fr, title_en, code, closes_on (of the call), track."""
    return db.session().execute(
        select(Application.id, Application.state, Application.complete_by, Call.title_fr, Call.title_en, Call.code,
               Call.closes_on, Cohort.name.label("track"))
        .join(Call, Call.id == Application.call_id).join(CallTrack, CallTrack.id == Application.track_id)
        .join(Cohort, Cohort.id == CallTrack.cohort_id).where(Application.id == application_id)
    ).one()  # fmt: skip


def event(event_id: int) -> ApplicationEvent:
    return db.session().get_one(ApplicationEvent, event_id)


def offer(offer_id: int) -> Offer:
    return db.session().get_one(Offer, offer_id)


def appeal(appeal_id: int) -> Appeal:
    return db.session().get_one(Appeal, appeal_id)
