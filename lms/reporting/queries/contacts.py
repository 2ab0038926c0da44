"""Who may not get there, over all cohorts; and one person's file: what is in the way, and who called them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from lms import db
from lms.accounts.models import User
from lms.catalogue.models import Module
from lms.clock import today
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Cohort, CohortModule, Enrolment
from lms.db import Record
from lms.errors import Missing
from lms.permissions import Actor, Permission
from lms.reporting.models import Contact
from lms.reporting.queries.people import PEOPLE, last_seen_on
from lms.reporting.queries.screen import Person, module_facts
from lms.reporting.queries.standing import Standing, undone, with_standing
from lms.reporting.risk import risks
from lms.results.queries import GOOD_STATES
from lms.results.rules import eligibility

MOST = 200
"""More people at risk than anybody can call: the list stops there and says so."""
_FACTS = (
    with_standing(select(Enrolment.id, Module.code, CohortModule.opens_on, CohortModule.due_on, undone()))
    .join(Module, Module.id == CohortModule.module_id).order_by(CohortModule.position)
)  # fmt: skip
_RUNNING = (Cohort.starts_on <= bindparam("day"), Cohort.ends_on >= bindparam("day"))


def at_risk(by: Actor) -> list[Person]:
    """Those of the running cohorts ``by`` follows up for whom something points to trouble, the most reasons first. Two
    statements."""
    day, scope = today(), by.scope(Permission.FOLLOW_UP)
    people = PEOPLE.where(*_RUNNING, Enrolment.state.in_(LEARNING))
    facts = (
        _FACTS.join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(*_RUNNING, Enrolment.state.in_(LEARNING), CohortModule.opens_on <= bindparam("day"))
    )  # fmt: skip
    if scope is not None:
        people, facts = people.where(Enrolment.cohort_id.in_(scope)), facts.where(Enrolment.cohort_id.in_(scope))
    standing: dict[int, list[Record]] = {}
    for row in db.session().execute(facts, {"day": day}):
        standing.setdefault(row.id, []).append(row)
    found = [_judged(row, standing.get(row.id, [])) for row in db.session().execute(people, {"day": day})]
    return sorted((person for person in found if person.risks), key=lambda person: -len(person.risks))


def _judged(row: Record, rows: Sequence[Record]) -> Person:
    facts = [module_facts(module, Standing.of(module)) for module in rows]
    return Person(row, [], risks(facts, last_seen_on(row), today()))


@dataclass(frozen=True)
class FollowUp:
    """One participant: what blocks them, what points to trouble, and every contact, newest first."""

    person: Person
    contacts: Sequence[Record]


def follow_up(cohort_id: int, enrolment_id: int) -> FollowUp:
    """Three statements. Raises Missing: an enrolment of another cohort does not exist here."""
    session, day = db.session(), today()
    row = session.execute(PEOPLE.where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort_id)).one_or_none()
    if row is None:
        raise Missing
    rows = session.execute(_FACTS.where(Enrolment.id == enrolment_id)).all()
    modules = [(module, Standing.of(module)) for module in rows]
    reasons = eligibility(
        is_enrolled=row.state in GOOD_STATES, modules=[(module.code, standing.reasons) for module, standing in modules]
    )
    runs = row.starts_on <= day <= row.ends_on and row.state in LEARNING
    facts = [module_facts(module, standing) for module, standing in modules if module.opens_on <= day]
    person = Person(row, reasons, risks(facts, last_seen_on(row), day) if runs else [])
    return FollowUp(person, contacts_of(enrolment_id))


def contacts_of(enrolment_id: int) -> Sequence[Record]:
    """Who called, when, how and what was said, newest first."""
    who = (User.given_name + " " + User.family_name).label("by")
    return db.session().execute(
        select(Contact.id, Contact.contacted_on, Contact.channel, Contact.note, Contact.noted_at, who)
        .outerjoin(User, User.id == Contact.by)
        .where(Contact.enrolment_id == enrolment_id).order_by(Contact.contacted_on.desc(), Contact.id.desc())
    ).all()  # fmt: skip
