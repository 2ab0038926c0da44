"""The institute takes people on, opens its cohorts and enrols."""

from datetime import datetime, timedelta
from functools import partial
from random import Random

from lms import db
from lms.accounts import services as accounts
from lms.accounts.models import LinkPurpose, OrganisationKind, Sex, User
from lms.accounts.services.people import Names
from lms.clock import today
from lms.cohorts import services as cohorts
from lms.cohorts.models import EnrolmentState
from lms.cohorts.services.enrolments import Heard
from lms.cohorts.windows import Window
from lms.demo import dates
from lms.demo.diary import Diary
from lms.demo.fates import LEAVING
from lms.demo.people import Gender, senders
from lms.demo.services.cast import COORDINATOR, Crew, Group, Member
from lms.demo.stories import DOMAIN, STAFF, STORIES, Intake
from lms.demo.writing import leaving_reason
from lms.permissions import INSTITUTE, Role
from lms.results import queries as results

SPARE_PLACES = 2
_SEXES = {Gender.F: Sex.FEMALE, Gender.M: Sex.MALE}
_PRINTED = {story.key: story.printed for story in STORIES if story.printed}


def take_staff_on(crew: Crew, password_hash: str) -> None:
    """Everybody who runs the institute, with the roles that are for all of it."""
    for staff in STAFF:
        names = Names(staff.given, staff.family, staff.given_ar, staff.family_ar)
        crew.users[staff.key] = accounts.invite(f"{staff.key}@{DOMAIN}", names, by=INSTITUTE).id
        _join(crew.users[staff.key], password_hash)
        if not staff.tracks:
            accounts.grant_role(crew.users[staff.key], Role(staff.role), by=INSTITUTE)


def _join(user_id: int, password_hash: str) -> None:
    """Follow the link of the invitation."""
    accounts.accept_invitation(accounts.make_link(user_id, LinkPurpose.INVITATION), password_hash)


def add_organisations(crew: Crew) -> None:
    by = crew.actor(COORDINATOR)
    for sender in senders():
        crew.organisations[sender.name] = accounts.add_organisation(
            sender.name, OrganisationKind(sender.kind), sender.region, sender.city, None, by=by
        ).id


def open_cohort(group: Group, crew: Crew) -> None:
    """On its programme, its last two weeks kept for second sittings, with those who lead and assess it."""
    by = crew.actor(COORDINATOR)
    cohort = cohorts.open_cohort(
        code=group.code, name=group.name, programme_version_id=group.programme_version_id, starts_on=group.term.starts_on,
        ends_on=group.term.ends_on, capacity=len(group.members) + SPARE_PLACES, by=by,
    )  # fmt: skip
    group.id = cohort.id
    moved = {part.content.id: Window(part.opens_on, part.due_on) for part in group.parts}
    cohorts.change_dates(cohort, moved, version=cohort.version, by=by)
    for staff in STAFF:
        if group.track in staff.tracks:
            cohorts.give_staff_role(cohort.id, f"{staff.key}@{DOMAIN}", Role(staff.role), by=by)


def start_cohorts() -> None:
    """What the worker does on a cohort's first day."""
    cohorts.start_cohorts()


def note_enrolments(diary: Diary, group: Group, crew: Crew, password_hash: str, present: datetime) -> None:
    """Each is enrolled in the weeks before, follows the invitation some days later, and may leave again."""
    last_day = min(group.term.starts_on, present.date()) - timedelta(days=4)
    for member in group.members:
        random = member.random
        enrolled_at = dates.at_work(last_day - timedelta(days=random.randrange(4, 20)), random)
        joined_at = dates.in_the_evening(enrolled_at.date() + timedelta(days=random.randrange(1, 4)), random)
        diary.note(enrolled_at, partial(_enrol, group, member, crew))
        if group.term.intake is not Intake.COMING or member.person.story or random.random() < 0.8:
            diary.note(joined_at, partial(_follow_invitation, member, password_hash))
        if member.fate.turn in LEAVING:
            member.left_at = _leaves_at(group, random, present)
            diary.note(member.left_at, partial(_leave, member, crew))


def _enrol(group: Group, member: Member, crew: Crew) -> None:
    person = member.person
    names = Names(
        person.given.latin, person.family.latin, person.given.arabic, person.family.arabic, _PRINTED.get(person.story)
    )
    enrolment = cohorts.enrol_by_email(
        group.id, person.email, names, by=crew.actor(COORDINATOR), locale=person.locale,
        organisation_id=crew.organisations[person.sender.name],
    )  # fmt: skip
    member.user_id, member.enrolment_id = enrolment.user_id, enrolment.id
    db.session().get_one(User, enrolment.user_id).sex = _SEXES[person.gender]


def _follow_invitation(member: Member, password_hash: str) -> None:
    _join(member.user_id, password_hash)


def _leaves_at(group: Group, random: Random, present: datetime) -> datetime:
    """A third of the way in; from a cohort that has not begun, the day before yesterday."""
    if group.term.intake is Intake.COMING:
        return dates.at_work(present.date() - timedelta(days=5), random)
    return dates.at_work(group.term.starts_on + timedelta(days=random.randrange(9, 21)), random)


def _leave(member: Member, crew: Crew) -> None:
    turn = member.fate.turn
    reason = leaving_reason(turn, member.random)
    heard = Heard(today(), reason) if turn.value == EnrolmentState.EXCLUDED else None
    cohorts.change_enrolment(
        member.enrolment_id, EnrolmentState(turn.value), reason=reason, by=crew.actor(COORDINATOR), heard=heard
    )


def note_completions(diary: Diary, group: Group, crew: Crew) -> None:
    """Once the cohort is over, those with nothing in the way have completed it."""
    at = dates.at_work(group.term.ends_on + timedelta(days=4), group.members[0].random)
    diary.note(at, partial(_complete, group, crew, at))


def _complete(group: Group, crew: Crew, at: datetime) -> None:
    reasons = results.eligibility_of([member.enrolment_id for member in group.here(at)])
    for enrolment_id, why_not in reasons.items():
        if not why_not:
            cohorts.change_enrolment(enrolment_id, EnrolmentState.COMPLETED, reason="", by=crew.actor(COORDINATOR))
