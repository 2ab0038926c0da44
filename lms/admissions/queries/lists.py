"""What staff read: calls they manage, files by filter, an examiner's own files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.accounts.names import search_key
from lms.admissions.lifecycle import ApplicationState
from lms.admissions.models import (
    Application,
    Assignment,
    Call,
    CallTrack,
    Offer,
    RankedApplication,
    RankingRun,
    RankSkip,
    Score,
)
from lms.admissions.ranking import Outcome
from lms.clock import today
from lms.cohorts.models import Cohort
from lms.db import Record
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Permission, Role

EXAMINERS = (Role.ASSESSOR, Role.FACILITATOR, Role.COORDINATOR)


def calls(by: Actor, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Calls somebody manages, newest first: id, code, titles, state, opens_on, closes_on, places, files (sent in)."""
    places = select(func.sum(CallTrack.places)).where(CallTrack.call_id == Call.id).correlate(Call).scalar_subquery()
    files = (
        select(func.count()).where(Application.call_id == Call.id, Application.state != ApplicationState.DRAFT)
        .correlate(Call).scalar_subquery()
    )  # fmt: skip
    query = select(Call.id, Call.code, Call.title_fr, Call.title_en, Call.state, Call.opens_on, Call.closes_on,
                   places.label("places"), files.label("files"))  # fmt: skip
    query = _managed(query, by).order_by(Call.id.desc()).limit(size + 1)
    match key_of(after, 1):
        case [int(last)]:
            query = query.where(Call.id < last)
    return page_of(db.session().execute(query).all(), lambda row: (row.id,), size=size)


def call_for(call_id: int, by: Actor) -> Call:
    """A call somebody manages; Missing for any other."""
    found: Call | None = db.session().scalars(_managed(select(Call).where(Call.id == call_id), by)).one_or_none()
    if found is None:
        raise Missing
    return found


def _managed(query: Any, by: Actor) -> Any:
    """All of the institute's, or those whose every cohort is in somebody's hands."""
    scope = by.scope(Permission.CALL_MANAGE)
    if scope is None:
        return query
    inside = select(1).where(CallTrack.call_id == Call.id, CallTrack.cohort_id.in_(scope)).exists()
    outside = select(1).where(CallTrack.call_id == Call.id, CallTrack.cohort_id.not_in(scope)).exists()
    return query.where(inside, ~outside)


@dataclass(frozen=True)
class Sought:
    """Which of a call's files: by state, by track, by a name or an address. Empty: all that were sent."""

    state: ApplicationState | None = None
    track_id: int | None = None
    search: str = ""


def applications(call_id: int, sought: Sought, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Files in the order of names: id, names, email, state, submitted_at, track, organisation_name, region."""
    query = select(Application.id, Application.given_name, Application.family_name, Application.email, Application.state,
                   Application.submitted_at, Application.organisation_name, Application.region,
                   Cohort.code.label("track"))  # fmt: skip
    query = query.join(CallTrack, CallTrack.id == Application.track_id).join(Cohort, Cohort.id == CallTrack.cohort_id)
    query = _sought(query, call_id, sought).order_by(Application.family_name, Application.id).limit(size + 1)
    place = key_of(after, 2)
    if place:
        query = query.where(tuple_(Application.family_name, Application.id) > tuple_(*place))
    return page_of(db.session().execute(query).all(), lambda row: (row.family_name, row.id), size=size)


def ids_of(call_id: int, sought: Sought) -> list[int]:
    """The numbers of all of them."""
    return list(db.session().scalars(_sought(select(Application.id), call_id, sought).order_by(Application.id)))


def _sought(query: Any, call_id: int, sought: Sought) -> Any:
    query = query.where(Application.call_id == call_id)
    query = query.where(
        Application.state == sought.state if sought.state else Application.state != ApplicationState.DRAFT
    )
    if sought.track_id:
        query = query.where(Application.track_id == sought.track_id)
    for word in search_key(sought.search).split():
        query = query.where(Application.search_name.contains(word, autoescape=True))
    return query


def application_in(call_id: int, application_id: int) -> Application:
    """A file of this call."""
    row = db.session().get(Application, application_id)
    if row is None or row.call_id != call_id or row.state == ApplicationState.DRAFT:
        raise Missing
    return row


def names_of(application_ids: Sequence[int], call_id: int) -> Sequence[Record]:
    """Those of these files that are of this call: id, names, state."""
    return db.session().execute(
        select(Application.id, Application.given_name, Application.family_name, Application.state)
        .where(Application.call_id == call_id, Application.id.in_(application_ids), Application.state != ApplicationState.DRAFT)
        .order_by(Application.family_name, Application.id)
    ).all()  # fmt: skip


def ranking_page(run_id: int, track_id: int, *, after: str | None = None, size: int = 100) -> Page[Record]:
    """A run's list for one track, in the order of rank, with names."""
    query = (
        select(RankedApplication.application_id, RankedApplication.rank, RankedApplication.total, RankedApplication.facts,
               RankedApplication.outcome, RankedApplication.reason, RankedApplication.tie_break, Application.given_name,
               Application.family_name)
        .join(Application, Application.id == RankedApplication.application_id)
        .where(RankedApplication.run_id == run_id, RankedApplication.track_id == track_id)
        .order_by(RankedApplication.rank).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 1):
        case [int(last)]:
            query = query.where(RankedApplication.rank > last)
    return page_of(db.session().execute(query).all(), lambda row: (row.rank,), size=size)


def waiting_page(call_id: int, track_id: int, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Who waits for a place or has one offered from the waiting list, in the order of rank: application_id, rank, total, names,
    state, expires_at (of the open offer), skip_id, confirmed_at (of the passing over)."""
    query = (
        select(RankedApplication.application_id, RankedApplication.rank, RankedApplication.total, Application.given_name,
               Application.family_name, Application.state, Offer.expires_at, RankSkip.id.label("skip_id"), RankSkip.confirmed_at)
        .join(Application, Application.id == RankedApplication.application_id)
        .join(RankingRun, RankingRun.id == RankedApplication.run_id)
        .outerjoin(Offer, (Offer.application_id == Application.id) & Offer.ended_at.is_(None))
        .outerjoin(RankSkip, (RankSkip.application_id == Application.id) & RankSkip.dropped_at.is_(None))
        .where(RankingRun.call_id == call_id, RankingRun.published_at.is_not(None), RankedApplication.track_id == track_id,
               RankedApplication.outcome == Outcome.WAITLISTED)
        .order_by(RankedApplication.rank).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 1):
        case [int(last)]:
            query = query.where(RankedApplication.rank > last)
    return page_of(db.session().execute(query).all(), lambda row: (row.rank,), size=size)


def own_files(user_id: int, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """The files given to an examiner that are scored at this point: id, names, state, call, track, given (own scores)."""
    from_them = (
        select(func.count()).where(Score.application_id == Application.id, Score.examiner_id == user_id,
                                   Score.superseded_at.is_(None)).correlate(Application).scalar_subquery()
    )  # fmt: skip
    query = (
        select(Application.id, Application.given_name, Application.family_name, Application.state, Call.code.label("call"),
               Cohort.code.label("track"), from_them.label("given"))
        .join(Assignment, Assignment.application_id == Application.id).join(Call, Call.id == Application.call_id)
        .join(CallTrack, CallTrack.id == Application.track_id).join(Cohort, Cohort.id == CallTrack.cohort_id)
        .where(Assignment.user_id == user_id,
               Application.state.in_((ApplicationState.ELIGIBLE, ApplicationState.TESTED, ApplicationState.INTERVIEWED)))
        .order_by(Application.id).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 1):
        case [int(last)]:
            query = query.where(Application.id > last)
    return page_of(db.session().execute(query).all(), lambda row: (row.id,), size=size)


def own_file(application_id: int, user_id: int) -> Application:
    """A file given to this examiner."""
    if db.session().get(Assignment, (application_id, user_id)) is None:
        raise Missing
    return db.session().get_one(Application, application_id)


def cohorts_ahead() -> Sequence[Record]:
    """Cohorts that have not started: id, code, name, capacity."""
    return db.session().execute(
        select(Cohort.id, Cohort.code, Cohort.name, Cohort.capacity).where(Cohort.starts_on > today())
        .order_by(Cohort.starts_on, Cohort.code).limit(60)
    ).all()  # fmt: skip


def possible_examiners() -> Sequence[Record]:
    """Those whose role lets them score: id and names."""
    return db.session().execute(
        select(User.id, User.given_name, User.family_name)
        .where(User.suspended_at.is_(None), User.id.in_(
            select(RoleGrant.user_id).where(RoleGrant.role.in_(EXAMINERS), RoleGrant.ended_at.is_(None))
        )).order_by(User.family_name, User.id).limit(500)
    ).all()  # fmt: skip
