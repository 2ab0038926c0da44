"""The people of a cohort with what their row on the cohort's screen needs, chosen by a filter."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import String, bindparam, cast, func, or_, select, tuple_

from lms import db
from lms.accounts.models import Organisation, SignIn, User
from lms.accounts.names import search_key
from lms.assessment.models import Attempt, Submission
from lms.catalogue.models import Module
from lms.clock import CASABLANCA
from lms.cohorts.models import Cohort, CohortModule, Enrolment, Group, GroupMember
from lms.db import Read, Record
from lms.errors import Missing
from lms.learning.models import LessonProgress
from lms.paging import Page, key_of, page_of
from lms.reporting.filters import Filter
from lms.reporting.models import BulkAct, Contact
from lms.results.models import ModuleResult
from lms.results.queries import GOOD_STATES
from lms.results.rules import ReasonCode

_LAST_LESSON = select(func.max(LessonProgress.done_at)).where(LessonProgress.enrolment_id == Enrolment.id)
_LAST_ATTEMPT = select(func.max(func.coalesce(Attempt.submitted_at, Attempt.started_at))).where(
    Attempt.enrolment_id == Enrolment.id
)
_LAST_WORK = select(func.max(Submission.submitted_at)).where(Submission.enrolment_id == Enrolment.id)
_LAST_SIGN_IN = select(func.max(SignIn.created_at)).where(SignIn.user_id == Enrolment.user_id)
_LAST_CONTACT = select(func.max(Contact.contacted_on)).where(Contact.enrolment_id == Enrolment.id)
PEOPLE: Read = (
    select(
        Enrolment.id, Enrolment.cohort_id, Enrolment.user_id, Enrolment.state, Enrolment.enrolled_at, User.given_name,
        User.family_name, User.email, Organisation.name.label("organisation"), Cohort.starts_on, Cohort.ends_on,
        Cohort.name.label("cohort_name"),
        _LAST_LESSON.correlate(Enrolment).scalar_subquery().label("last_lesson"),
        _LAST_ATTEMPT.correlate(Enrolment).scalar_subquery().label("last_attempt"),
        _LAST_WORK.correlate(Enrolment).scalar_subquery().label("last_work"),
        _LAST_SIGN_IN.correlate(Enrolment).scalar_subquery().label("last_sign_in"),
        _LAST_CONTACT.correlate(Enrolment).scalar_subquery().label("contacted_on"),
    )
    .join(User, User.id == Enrolment.user_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
    .outerjoin(Organisation, Organisation.id == User.organisation_id)
    .order_by(User.family_name, User.id)
)  # fmt: skip
"""Everybody ever enrolled, in the order of their names: when they last did what, and when somebody last called them."""
_OF_COHORT = PEOPLE.where(Enrolment.cohort_id == bindparam("cohort"))


def people_of(cohort_id: int, chosen: Filter, *, after: str | None = None) -> Page[Record]:
    """One page of those whom the filter's sentences in the database choose; ``at_risk`` is not among them."""
    query = _chosen(chosen).limit(chosen.size + 1)
    place = key_of(after, 2)
    if place and isinstance(place[0], str) and isinstance(place[1], int):
        query = query.where(tuple_(User.family_name, User.id) > tuple_(*place))
    rows = db.session().execute(query, {"cohort": cohort_id}).all()
    return page_of(rows, place_of, size=chosen.size)


def all_of(cohort_id: int, chosen: Filter) -> Sequence[Record]:
    """The same, all of them."""
    return db.session().execute(_chosen(chosen), {"cohort": cohort_id}).all()


def place_of(row: Record) -> tuple[str, int]:
    """Where a row stands in the order of names."""
    return row.family_name, row.user_id


def last_seen_on(row: Record) -> date:
    """When somebody last did anything here, or the day they could begin."""
    seen = (row.enrolled_at, row.last_lesson, row.last_attempt, row.last_work, row.last_sign_in)
    days: list[date] = [row.starts_on, *(_day(moment) for moment in seen if moment is not None)]
    return max(days)


def _day(moment: datetime) -> date:
    return moment.astimezone(CASABLANCA).date()


def _chosen(chosen: Filter) -> Read:
    query = _OF_COHORT
    for word in search_key(chosen.search).split():
        query = query.where(User.search_name.contains(word, autoescape=True))
    if chosen.state is not None:
        query = query.where(Enrolment.state == chosen.state)
    if chosen.group is not None:
        inside = select(GroupMember.enrolment_id).where(GroupMember.group_id == chosen.group)
        query = query.where(Enrolment.id.in_(inside))
    if chosen.blocked_by is ReasonCode.ENROLMENT_NOT_ACTIVE:
        query = query.where(Enrolment.state.not_in(GOOD_STATES))
    elif chosen.blocked_by is not None:
        query = query.where(_blocked(chosen.blocked_by, chosen.module))
    return query


def _blocked(code: ReasonCode, module: str):  # type: ignore[no-untyped-def]
    """Whether a result that stands names this reason, as ``results.rules.eligibility`` reads it; no result at all is the
    reason NOT_ASSESSED."""
    stands = (
        select(ModuleResult.id)
        .join(Module, Module.id == ModuleResult.module_id)
        .where(ModuleResult.enrolment_id == Enrolment.id, ModuleResult.superseded_at.is_(None))
        .correlate(Enrolment)
    )
    named = stands.where(cast(ModuleResult.reasons, String).contains(f'"{code.value}"', autoescape=True))
    if module:
        named = named.where(Module.code == module)
    if code is not ReasonCode.NOT_ASSESSED:
        return named.exists()
    stands = stands.where(ModuleResult.module_id == CohortModule.module_id).correlate(Enrolment, CohortModule)
    without = (
        select(CohortModule.module_id)
        .join(Module, Module.id == CohortModule.module_id)
        .where(CohortModule.cohort_id == Enrolment.cohort_id, ~stands.exists())
    )
    if module:
        without = without.where(Module.code == module)
    return or_(named.exists(), without.correlate(Enrolment).exists())


def people_by_id(cohort_id: int, enrolment_ids: Sequence[int], *, strictly: bool = True) -> Sequence[Record]:
    """These participants in the order of their names: id, state and names. Raises Missing when one is not of this cohort,
    unless it may have left it since (``strictly`` False)."""
    rows = db.session().execute(
        select(Enrolment.id, Enrolment.state, Enrolment.cohort_id, User.given_name, User.family_name)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.id.in_(enrolment_ids)).order_by(User.family_name, User.id)
    ).all()  # fmt: skip
    if strictly and (len(rows) != len(set(enrolment_ids)) or any(row.cohort_id != cohort_id for row in rows)):
        raise Missing
    return rows


def groups_of_cohort(cohort_id: int) -> Sequence[Record]:
    """Every group of a cohort: id, purpose, name."""
    return db.session().execute(
        select(Group.id, Group.purpose, Group.name).where(Group.cohort_id == cohort_id).order_by(Group.purpose, Group.name)
    ).all()  # fmt: skip


def bulk_act(cohort_id: int, bulk_act_id: int) -> BulkAct:
    """What was done to several of this cohort."""
    found = db.session().get(BulkAct, bulk_act_id)
    if found is None or found.cohort_id != cohort_id:
        raise Missing
    return found
