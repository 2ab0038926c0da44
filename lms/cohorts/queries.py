"""Cohorts, their dates, and who is in them. What many pages ask is built once, when the module is loaded."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import and_, bindparam, case, func, select, tuple_
from sqlalchemy.orm import aliased

from lms import db
from lms.accounts.models import Organisation, RoleGrant, User
from lms.accounts.names import search_key
from lms.catalogue.models import Module, Programme, ProgrammeModule, ProgrammeVersion
from lms.clock import now, today
from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import LEARNING, SEATED, EnrolmentState
from lms.cohorts.models import (
    Cohort,
    CohortModule,
    Enrolment,
    EnrolmentEvent,
    Group,
    GroupMember,
    HeadCountAlert,
    Hearing,
    RosterImport,
    SeatHold,
    Transfer,
)  # fmt: skip
from lms.cohorts.preview import KnownPerson
from lms.cohorts.windows import CohortPhase
from lms.db import Record
from lms.errors import Missing
from lms.paging import SIZE, Page, key_of, page_of
from lms.permissions import Actor, Permission, Role


def found(row: Record | None) -> Record:
    """The row. Raises Missing when there is none."""
    if row is None:
        raise Missing
    return row


_TAKEN = (
    select(func.count()).select_from(Enrolment)
    .where(Enrolment.cohort_id == Cohort.id, Enrolment.state.in_(SEATED)).correlate(Cohort).scalar_subquery()
)  # fmt: skip
_COHORTS = select(
    Cohort.id, Cohort.code, Cohort.name, Cohort.programme_version_id, Cohort.starts_on, Cohort.ends_on, Cohort.capacity,
    Cohort.least_people, Cohort.issues_certificates, ProgrammeVersion.title_fr, ProgrammeVersion.title_en, ProgrammeVersion.track,
    _TAKEN.label("taken"),
).join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)  # fmt: skip
_COHORT = _COHORTS.where(Cohort.id == bindparam("cohort"))


def cohort(cohort_id: int) -> Cohort:
    """The cohort itself, for services and forms."""
    row = db.session().get(Cohort, cohort_id)
    if row is None:
        raise Missing
    return row


def cohort_row(cohort_id: int) -> Record:
    """A cohort with its programme's titles and how many places are ``taken``."""
    return found(db.session().execute(_COHORT, {"cohort": cohort_id}).one_or_none())


def cohorts(
    *, by: Actor, phase: CohortPhase | None = None, search: str = "", after: str | None = None, size: int = SIZE
) -> Page[Record]:
    """Cohorts ``by`` may see, newest start first; columns as ``cohort_row``."""
    query = _COHORTS.order_by(Cohort.starts_on.desc(), Cohort.id.desc()).limit(size + 1)
    scope = by.scope(Permission.COHORT_VIEW)
    if scope is not None:
        query = query.where(Cohort.id.in_(scope))
    day = today()
    if phase is CohortPhase.ABOUT_TO_START:
        query = query.where(Cohort.starts_on > day)
    elif phase is CohortPhase.RUNNING:
        query = query.where(Cohort.starts_on <= day, Cohort.ends_on >= day)
    elif phase is CohortPhase.FINISHED:
        query = query.where(Cohort.ends_on < day)
    for word in search.split():
        query = query.where((Cohort.code + " " + Cohort.name).icontains(word, autoescape=True))
    place = _place(after)
    if place:
        query = query.where(tuple_(Cohort.starts_on, Cohort.id) < tuple_(_day(place[0]), place[1]))
    rows = db.session().execute(query).all()
    return page_of(rows, lambda row: (row.starts_on.isoformat(), row.id), size=size)


def _place(after: str | None) -> tuple[str, int] | None:
    """The place a cursor names; None when there is none or it was tampered with: the list starts at its beginning."""
    match key_of(after, 2):
        case [str(first), int(second)]:
            return first, second
    return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max


def programme_choices() -> Sequence[Record]:
    """The programme versions a cohort may start on: the current ones whose modules are all published."""
    return db.session().execute(
        select(ProgrammeVersion.id, ProgrammeVersion.number, ProgrammeVersion.title_fr, ProgrammeVersion.title_en,
               ProgrammeVersion.minutes, Programme.code)
        .join(Programme, Programme.current_version_id == ProgrammeVersion.id)
        .where(ProgrammeVersion.is_open).order_by(Programme.code)
    ).all()  # fmt: skip


def modules_to_place(programme_version_id: int) -> Sequence[Record]:
    """The modules of a programme version in order, with the minutes their place is measured by."""
    return db.session().execute(
        select(ProgrammeModule.module_id, ProgrammeModule.position, Module.minutes)
        .join(Module, Module.id == ProgrammeModule.module_id)
        .where(ProgrammeModule.programme_version_id == programme_version_id).order_by(ProgrammeModule.position)
    ).all()  # fmt: skip


_COHORT_MODULES = (
    select(
        CohortModule.module_id, CohortModule.position, CohortModule.opens_on, CohortModule.due_on,
        Cohort.ends_on.label("closes_on"), Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.is_published,
    )
    .join(Cohort, Cohort.id == CohortModule.cohort_id).join(Module, Module.id == CohortModule.module_id)
    .where(CohortModule.cohort_id == bindparam("cohort")).order_by(CohortModule.position)
)  # fmt: skip
_COHORT_MODULE = _COHORT_MODULES.where(CohortModule.module_id == bindparam("module"))


def cohort_modules(cohort_id: int) -> Sequence[Record]:
    """The cohort's modules in order, each with its dates: a row that ``windows.window_of`` takes."""
    return db.session().execute(_COHORT_MODULES, {"cohort": cohort_id}).all()


def cohort_module(cohort_id: int, module_id: int) -> Record:
    """One of them; Missing when the cohort does not follow that module."""
    return found(db.session().execute(_COHORT_MODULE, {"cohort": cohort_id, "module": module_id}).one_or_none())


_ENROLMENTS = (
    select(
        Enrolment.id, Enrolment.cohort_id, Enrolment.user_id, Enrolment.state, Enrolment.enrolled_at, User.given_name,
        User.family_name, User.given_name_ar, User.family_name_ar, User.certificate_name, User.email, User.locale,
        Cohort.code.label("cohort_code"), Cohort.name.label("cohort_name"), Cohort.programme_version_id,
        Cohort.starts_on, Cohort.ends_on,
    )
    .join(User, User.id == Enrolment.user_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
)  # fmt: skip
_ENROLMENT = _ENROLMENTS.where(Enrolment.id == bindparam("enrolment"))


def enrolment(enrolment_id: int) -> Record:
    """A participant's place, with their names and the cohort's code, name, programme version and dates."""
    return found(db.session().execute(_ENROLMENT, {"enrolment": enrolment_id}).one_or_none())


def enrolment_of(user_id: int, cohort_id: int) -> Record:
    """The same by person and cohort."""
    query = _ENROLMENTS.where(Enrolment.user_id == user_id, Enrolment.cohort_id == cohort_id)
    return found(db.session().execute(query).one_or_none())


def participant(cohort_id: int, enrolment_id: int) -> Record:
    """The same within a cohort: an enrolment of another cohort does not exist here."""
    query = _ENROLMENTS.where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id)
    return found(db.session().execute(query).one_or_none())


def active_enrolments(cohort_id: int) -> Sequence[Record]:
    """Those who learn now, in the order of their names; columns as ``enrolment``."""
    query = _ENROLMENTS.where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(LEARNING))
    return db.session().execute(query.order_by(User.family_name, User.id)).all()


def my_enrolments(user_id: int) -> Sequence[Record]:
    """Somebody's places, newest cohort first, with the programme's titles."""
    return db.session().execute(
        select(
            Enrolment.id, Enrolment.cohort_id, Enrolment.state, Cohort.code.label("cohort_code"),
            Cohort.name.label("cohort_name"), Cohort.programme_version_id, Cohort.starts_on, Cohort.ends_on,
            ProgrammeVersion.title_fr, ProgrammeVersion.title_en, ProgrammeVersion.track,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Cohort.programme_version_id)
        .where(Enrolment.user_id == user_id).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    ).all()  # fmt: skip


def cohort_of_enrolment(enrolment_id: int) -> Record:
    """The cohort somebody's place is in: id, code, name, programme_version_id, starts_on, ends_on, issues_certificates."""
    return found(
        db.session().execute(
            select(Cohort.id, Cohort.code, Cohort.name, Cohort.programme_version_id, Cohort.starts_on, Cohort.ends_on,
                   Cohort.issues_certificates)
            .join(Enrolment, Enrolment.cohort_id == Cohort.id).where(Enrolment.id == enrolment_id)
        ).one_or_none()
    )  # fmt: skip


def seats_taken(cohort_id: int) -> int:
    seated = select(func.count()).select_from(Enrolment)
    return (
        db.session().execute(seated.where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(SEATED))).scalar_one()
    )


def seats_held(cohort_id: int) -> int:
    """Places kept for people who are no participants yet."""
    held = (
        select(func.count()).select_from(SeatHold).where(SeatHold.cohort_id == cohort_id, SeatHold.ended_at.is_(None))
    )
    in_time = SeatHold.expires_at.is_(None) | (SeatHold.expires_at > now())
    return db.session().execute(held.where(in_time)).scalar_one()


def free_seats(cohort_id: int) -> int:
    """Places neither taken nor held, never below zero, for pages. Services ask ``services.seats``: nobody comes in between."""
    return max(cohort(cohort_id).capacity - seats_taken(cohort_id) - seats_held(cohort_id), 0)


def is_any_hold_over() -> bool:
    """Whether a place is kept for somebody whose time is over."""
    over = select(SeatHold.id).where(SeatHold.ended_at.is_(None), SeatHold.expires_at <= now())
    return db.session().execute(over.limit(1)).first() is not None


_PEOPLE = (
    select(
        Enrolment.id, Enrolment.user_id, Enrolment.state, User.given_name, User.family_name, User.given_name_ar,
        User.family_name_ar, User.email, Organisation.name.label("organisation"),
    )
    .join(User, User.id == Enrolment.user_id).outerjoin(Organisation, Organisation.id == User.organisation_id)
    .where(Enrolment.cohort_id == bindparam("cohort")).order_by(User.family_name, User.id)
)  # fmt: skip


def participants(
    cohort_id: int, *, search: str = "", seated: bool = False, after: str | None = None, size: int = SIZE
) -> Page[Record]:
    """A cohort's people in the order of their names, whatever became of them, or the ``seated`` only. Columns: id
    (enrolment), user_id, state, names in both scripts, email, organisation."""
    query = _PEOPLE.limit(size + 1)
    if seated:
        query = query.where(Enrolment.state.in_(SEATED))
    for word in search_key(search).split():
        query = query.where(User.search_name.contains(word, autoescape=True))
    place = _place(after)
    if place:
        query = query.where(tuple_(User.family_name, User.id) > tuple_(*place))
    rows = db.session().execute(query, {"cohort": cohort_id}).all()
    return page_of(rows, lambda row: (row.family_name, row.user_id), size=size)


def history(enrolment_id: int) -> Sequence[Record]:
    """What became of a place, newest first: state, at, reason, and by whom; ``source`` and ``target``, codes of cohorts, when it
    moved; ``heard_on`` and what was ``heard``."""
    who = (User.given_name + " " + User.family_name).label("by")
    source, target = aliased(Cohort), aliased(Cohort)
    return db.session().execute(
        select(EnrolmentEvent.state, EnrolmentEvent.at, EnrolmentEvent.reason, who, source.code.label("source"),
               target.code.label("target"), Hearing.held_on.label("heard_on"), Hearing.report.label("heard"))
        .outerjoin(User, User.id == EnrolmentEvent.by).outerjoin(Hearing, Hearing.event_id == EnrolmentEvent.id)
        .outerjoin(Transfer, Transfer.event_id == EnrolmentEvent.id)
        .outerjoin(source, source.id == Transfer.from_cohort_id).outerjoin(target, target.id == Transfer.to_cohort_id)
        .where(EnrolmentEvent.enrolment_id == enrolment_id).order_by(EnrolmentEvent.id.desc())
    ).all()  # fmt: skip


def register(cohort_id: int, *, after: str | None = None, size: int = SIZE) -> Page[Record]:
    """Every change of every place in a cohort, newest first, of those too who went to another one: names, enrolment_id, cohort_id
    (where they are now), state, at, by, reason, source and target when the place moved."""
    actor, source, target = aliased(User), aliased(Cohort), aliased(Cohort)
    was_here = select(Transfer.enrolment_id).where(Transfer.from_cohort_id == cohort_id)
    query = (
        select(EnrolmentEvent.id, EnrolmentEvent.enrolment_id, Enrolment.cohort_id, User.given_name, User.family_name,
               EnrolmentEvent.state, EnrolmentEvent.at, EnrolmentEvent.reason,
               (actor.given_name + " " + actor.family_name).label("by"), source.code.label("source"), target.code.label("target"))
        .join(Enrolment, Enrolment.id == EnrolmentEvent.enrolment_id).join(User, User.id == Enrolment.user_id)
        .outerjoin(actor, actor.id == EnrolmentEvent.by).outerjoin(Transfer, Transfer.event_id == EnrolmentEvent.id)
        .outerjoin(source, source.id == Transfer.from_cohort_id).outerjoin(target, target.id == Transfer.to_cohort_id)
        .where((Enrolment.cohort_id == cohort_id) | Enrolment.id.in_(was_here)).order_by(EnrolmentEvent.id.desc()).limit(size + 1)
    )  # fmt: skip
    match key_of(after, 1):
        case [int(last)]:
            query = query.where(EnrolmentEvent.id < last)
    return page_of(db.session().execute(query).all(), lambda row: (row.id,), size=size)


def held_for(holder: str) -> Record | None:
    """The cohort in which a place is kept for this holder (id, code, name); None when there is none."""
    return db.session().execute(
        select(Cohort.id, Cohort.code, Cohort.name).join(SeatHold, SeatHold.cohort_id == Cohort.id)
        .where(SeatHold.holder == holder, SeatHold.ended_at.is_(None))
    ).one_or_none()  # fmt: skip


def cohorts_to_join(user_id: int) -> Sequence[Record]:
    """Cohorts that are not over and in which this person has no place: id, code, name, starts_on, capacity, taken."""
    known = select(Enrolment.cohort_id).where(Enrolment.user_id == user_id)
    query = _COHORTS.where(Cohort.ends_on >= today(), Cohort.id.not_in(known)).order_by(Cohort.starts_on, Cohort.id)
    return db.session().execute(query.limit(500)).all()


def modules_compared(cohort_id: int, other_id: int) -> Sequence[Record]:
    """The modules of two cohorts: code, titles, minutes, ``here`` and ``there`` (whether each follows it). The other's order."""
    here = select(CohortModule.module_id).where(CohortModule.cohort_id == cohort_id)
    there = select(CohortModule.module_id).where(CohortModule.cohort_id == other_id)
    return db.session().execute(
        select(Module.id, Module.code, Module.title_fr, Module.title_en, Module.minutes, Module.id.in_(here).label("here"),
               Module.id.in_(there).label("there"))
        .where(Module.id.in_(here) | Module.id.in_(there)).order_by(Module.code, Module.id)
    ).all()  # fmt: skip


def groups(cohort_id: int, purpose: Purpose) -> Sequence[Record]:
    """A cohort's groups for a purpose: id, name, size."""
    size = select(func.count()).where(GroupMember.group_id == Group.id).correlate(Group).scalar_subquery()
    return db.session().execute(
        select(Group.id, Group.name, size.label("size"))
        .where(Group.cohort_id == cohort_id, Group.purpose == purpose).order_by(Group.name, Group.id)
    ).all()  # fmt: skip


def group(cohort_id: int, group_id: int) -> Group:
    """One of a cohort's groups."""
    row = db.session().get(Group, group_id)
    if row is None or row.cohort_id != cohort_id:
        raise Missing
    return row


def people_by_group(cohort_id: int, purpose: Purpose) -> Sequence[Record]:
    """Those who take a place, in the order of their names, with their group (None: in none) and organisation_id."""
    place = and_(GroupMember.enrolment_id == Enrolment.id, GroupMember.purpose == purpose)
    return db.session().execute(
        select(Enrolment.id, Enrolment.user_id, User.given_name, User.family_name, User.organisation_id, GroupMember.group_id,
               Organisation.name.label("organisation"))
        .join(User, User.id == Enrolment.user_id).outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(GroupMember, place)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(SEATED)).order_by(User.family_name, User.id)
    ).all()  # fmt: skip


def ungrouped(cohort_id: int, purpose: Purpose) -> Sequence[Record]:
    """Those of them who are in no group; columns as ``people_by_group``."""
    return [row for row in people_by_group(cohort_id, purpose) if row.group_id is None]


def groups_of(enrolment_id: int) -> Sequence[Record]:
    """The groups somebody is in: id, purpose, name."""
    return db.session().execute(
        select(Group.id, Group.purpose, Group.name).join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.enrolment_id == enrolment_id).order_by(Group.purpose)
    ).all()  # fmt: skip


STAGES = (2, 7, 14)
"""So many days before the first day, somebody is told that too few are enrolled."""


def low_head_counts() -> Sequence[Record]:
    """Cohorts that start within two weeks with fewer people than they need, of which nobody was told yet at this ``stage``: id,
    least_people, taken, stage."""
    day = today()
    stage = case(*((Cohort.starts_on <= day + timedelta(days=days), days) for days in STAGES), else_=0)
    told = select(1).where(HeadCountAlert.cohort_id == Cohort.id, HeadCountAlert.days_before == stage).exists()
    return db.session().execute(
        select(Cohort.id, Cohort.least_people, _TAKEN.label("taken"), stage.label("stage"))
        .where(Cohort.starts_on > day, Cohort.starts_on <= day + timedelta(days=STAGES[-1]), Cohort.least_people > _TAKEN, ~told)
        .order_by(Cohort.id)
    ).all()  # fmt: skip


def is_any_to_start() -> bool:
    """Whether somebody is registered in a cohort that has started."""
    due = select(Enrolment.id).join(Cohort, Cohort.id == Enrolment.cohort_id)
    due = due.where(Enrolment.state == EnrolmentState.REGISTERED, Cohort.starts_on <= today())
    return db.session().execute(due.limit(1)).first() is not None


def staff_of(cohort_id: int) -> Sequence[Record]:
    """Who leads, assesses and coordinates this cohort: id (grant), role, user_id, names, email."""
    return db.session().execute(
        select(RoleGrant.id, RoleGrant.role, RoleGrant.user_id, User.given_name, User.family_name, User.email)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.cohort_id == cohort_id, RoleGrant.role != Role.PARTICIPANT, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.role, User.family_name, User.id)
    ).all()  # fmt: skip


def staff_grant(cohort_id: int, grant_id: int) -> Record:
    """A staff role held in this cohort; Missing for any other."""
    return found(
        db.session().execute(
            select(RoleGrant.id, RoleGrant.user_id, RoleGrant.role).where(
                RoleGrant.id == grant_id, RoleGrant.cohort_id == cohort_id, RoleGrant.role != Role.PARTICIPANT,
                RoleGrant.ended_at.is_(None),
            )
        ).one_or_none()
    )  # fmt: skip


def known_people(emails: Iterable[str], cohort_id: int) -> dict[str, KnownPerson]:
    """Those of these addresses whom the institute knows, by address, and what they are to this cohort."""
    place = and_(Enrolment.user_id == User.id, Enrolment.cohort_id == cohort_id)
    leads = select(1).where(
        RoleGrant.user_id == User.id, RoleGrant.cohort_id == cohort_id, RoleGrant.role != Role.PARTICIPANT,
        RoleGrant.ended_at.is_(None),
    )  # fmt: skip
    rows = db.session().execute(
        select(User.id, User.email, User.given_name, User.family_name, User.suspended_at, Enrolment.state,
               leads.exists().label("leads"))
        .outerjoin(Enrolment, place).where(User.email.in_(list(emails)))
    )  # fmt: skip
    return {
        row.email: KnownPerson(
            row.id, f"{row.given_name} {row.family_name}", EnrolmentState(row.state) if row.state else None,
            is_suspended=row.suspended_at is not None, is_staff_here=bool(row.leads),
        )
        for row in rows
    }  # fmt: skip


def organisations_by_name() -> dict[str, int]:
    """Ids by name, folded as searches fold, to find what a file calls an organisation."""
    return {search_key(row.name): row.id for row in db.session().execute(select(Organisation.id, Organisation.name))}


def is_staff_of(user_id: int, cohort_id: int) -> bool:
    """Whether somebody leads, assesses or coordinates this cohort."""
    held = select(RoleGrant.id).where(
        RoleGrant.user_id == user_id, RoleGrant.cohort_id == cohort_id, RoleGrant.role != Role.PARTICIPANT,
        RoleGrant.ended_at.is_(None),
    )  # fmt: skip
    return db.session().execute(held.limit(1)).first() is not None


def roster_import(cohort_id: int, import_id: int) -> RosterImport:
    """A roster uploaded for this cohort."""
    row = db.session().get(RosterImport, import_id)
    if row is None or row.cohort_id != cohort_id:
        raise Missing
    return row
