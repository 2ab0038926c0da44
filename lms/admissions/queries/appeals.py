"""Appeals: of a file, of a call, of whoever is to answer them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import RoleGrant, User
from lms.admissions.lifecycle import APPEAL_DAYS, APPEALABLE, ApplicationState
from lms.admissions.models import Appeal, Application, ApplicationEvent, Assignment, Call, CallTrack, Score
from lms.admissions.queries.lists import EXAMINERS
from lms.clock import CASABLANCA
from lms.cohorts.models import Cohort
from lms.db import Record
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.working_days import add_working_days


def appeals_of(application_id: int) -> Sequence[Appeal]:
    """Of one file, newest first."""
    return db.session().scalars(
        select(Appeal).where(Appeal.application_id == application_id).order_by(Appeal.id.desc())
    ).all()  # fmt: skip


def contestable(application: Application) -> tuple[ApplicationEvent, date] | None:
    """The decision that the applicant may contest, and the last day for it; None when there is none, or it was contested
    already. The day may be past."""
    if ApplicationState(application.state) not in APPEALABLE:
        return None
    decision = db.session().scalars(
        select(ApplicationEvent).where(ApplicationEvent.application_id == application.id)
        .order_by(ApplicationEvent.id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if decision is None or decision.state != application.state:
        return None
    if db.session().execute(select(Appeal.id).where(Appeal.event_id == decision.id)).first() is not None:
        return None
    return decision, add_working_days(decision.at.astimezone(CASABLANCA).date(), APPEAL_DAYS)


def appeals(call_id: int, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Of a call, those to be answered first, by the day: id, application_id, names, track, state (contested), lodged_at,
    answer_by, decided_at, outcome, judge (a name)."""
    query = (
        select(Appeal.id, Appeal.application_id, Application.given_name, Application.family_name, Cohort.code.label("track"),
               Appeal.state, Appeal.lodged_at, Appeal.answer_by, Appeal.decided_at, Appeal.outcome,
               (User.given_name + " " + User.family_name).label("judge"))
        .join(Application, Application.id == Appeal.application_id).join(CallTrack, CallTrack.id == Application.track_id)
        .join(Cohort, Cohort.id == CallTrack.cohort_id).outerjoin(User, User.id == Appeal.assigned_to)
        .where(Application.call_id == call_id)
        .order_by(Appeal.decided_at.is_not(None), Appeal.id).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 2):
        case [int(closed), int(last)]:
            later = Appeal.decided_at.is_not(None) & (Appeal.id > last)
            same = Appeal.decided_at.is_(None) & (Appeal.id > last)
            query = query.where(later if closed else or_(same, Appeal.decided_at.is_not(None)))
    rows = db.session().execute(query).all()
    return page_of(rows, lambda row: (int(row.decided_at is not None), row.id), size=size)


def appeal_in(call_id: int, appeal_id: int) -> Appeal:
    """One about a file of this call."""
    appeal = db.session().get(Appeal, appeal_id)
    if appeal is None or db.session().get_one(Application, appeal.application_id).call_id != call_id:
        raise Missing
    return appeal


def appeals_for(user_id: int) -> Sequence[Record]:
    """Those somebody is to answer, the most urgent first: id, names, call, state (contested), answer_by."""
    return db.session().execute(
        select(Appeal.id, Application.given_name, Application.family_name, Call.code.label("call"), Appeal.state,
               Appeal.answer_by)
        .join(Application, Application.id == Appeal.application_id).join(Call, Call.id == Application.call_id)
        .where(Appeal.assigned_to == user_id, Appeal.decided_at.is_(None)).order_by(Appeal.answer_by, Appeal.id).limit(100)
    ).all()  # fmt: skip


def appeal_for(appeal_id: int, user_id: int) -> Appeal:
    """One that is somebody's to answer, or that they answered."""
    appeal = db.session().get(Appeal, appeal_id)
    if appeal is None or appeal.assigned_to != user_id:
        raise Missing
    return appeal


def judges(appeal: Appeal) -> Sequence[Record]:
    """Who may answer it: those whose role lets them examine, but for whoever scored the file, was given it, took the decision,
    or comes from the applicant's own organisation. id and names."""
    application = db.session().get_one(Application, appeal.application_id)
    decision = aliased(ApplicationEvent)
    query = (
        select(User.id, User.given_name, User.family_name)
        .where(
            User.suspended_at.is_(None),
            User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role.in_(EXAMINERS), RoleGrant.ended_at.is_(None))),
            User.id.not_in(select(Score.examiner_id).where(Score.application_id == application.id)),
            User.id.not_in(select(Assignment.user_id).where(Assignment.application_id == application.id)),
            User.id.not_in(
                select(decision.by).where(decision.id == appeal.event_id, decision.by.is_not(None))
            ),
        )
        .order_by(User.family_name, User.id).limit(500)
    )  # fmt: skip
    if application.organisation_id is not None:
        query = query.where(or_(User.organisation_id.is_(None), User.organisation_id != application.organisation_id))
    return db.session().execute(query).all()
