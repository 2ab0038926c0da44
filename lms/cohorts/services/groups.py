"""A cohort divided for a purpose: groups made, people shared out and moved."""

from collections.abc import Mapping

from sqlalchemy import func, select

from lms import audit, db
from lms.cohorts import queries
from lms.cohorts.grouping import Person, Purpose, share_out
from lms.cohorts.models import Group, GroupMember
from lms.cohorts.services.seats import locked
from lms.errors import Refused
from lms.i18n import _
from lms.permissions import Actor

MOST_GROUPS = 20


class GroupRefused(Refused):
    """The groups cannot be so; the sentence says why."""


def split_evenly(cohort_id: int, purpose: Purpose, count: int, *, by: Actor) -> None:
    """Have ``count`` groups for a purpose, and everybody who is in none put in one. Those who are in a group stay there. Raises
    GroupRefused when there are more groups already."""
    locked(cohort_id)
    groups = queries.groups(cohort_id, purpose)
    if len(groups) > count:
        raise GroupRefused(
            _("There are %(num)d groups already. Delete the empty ones first.", num=len(groups)), field="count"
        )
    if count > MOST_GROUPS:
        raise GroupRefused(_("At most %(num)d groups.", num=MOST_GROUPS), field="count")
    taken = {group.name for group in groups}
    names = (letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in taken)
    db.session().add_all(
        Group(cohort_id=cohort_id, purpose=purpose, name=next(names)) for _number in range(count - len(groups))
    )
    db.session().flush()  # members name their group's id
    sizes = {group.id: group.size for group in queries.groups(cohort_id, purpose)}
    alone = queries.ungrouped(cohort_id, purpose)
    placed = share_out([Person(row.id, row.organisation_id) for row in alone], sizes)
    _place(cohort_id, purpose, placed, by)


def place_people(cohort_id: int, purpose: Purpose, groups: Mapping[int, int | None], *, by: Actor) -> int:
    """Put people (by enrolment) in the group named, or in none; says how many moved. Raises GroupRefused when a group or a person
    is not of this cohort."""
    locked(cohort_id)
    known = {group.id for group in queries.groups(cohort_id, purpose)}
    here = {row.id: row.group_id for row in queries.people_by_group(cohort_id, purpose)}
    if not set(groups) <= set(here) or not {group for group in groups.values() if group is not None} <= known:
        raise GroupRefused(_("Somebody changed the groups meanwhile. Look at the list again."))
    moved = {enrolment: group for enrolment, group in groups.items() if here[enrolment] != group}
    _place(cohort_id, purpose, moved, by)
    return len(moved)


def _place(cohort_id: int, purpose: Purpose, moved: Mapping[int, int | None], by: Actor) -> None:
    members = {
        member.enrolment_id: member
        for member in db.session().scalars(
            select(GroupMember).where(GroupMember.enrolment_id.in_(moved), GroupMember.purpose == purpose)
        )
    }
    for enrolment_id, group_id in moved.items():
        member = members.get(enrolment_id)
        if group_id is None:
            if member is not None:
                db.session().delete(member)
        elif member is None:
            db.session().add(GroupMember(enrolment_id=enrolment_id, purpose=purpose, group_id=group_id))
        else:
            member.group_id = group_id
    if moved:
        db.session().flush()  # what is read next must see it
        audit.record(
            "groups.changed", f"cohort:{cohort_id}", by=by, cohort_id=cohort_id, purpose=purpose, moved=dict(moved)
        )


def delete_group(cohort_id: int, group_id: int, *, by: Actor) -> None:
    """Only an empty one. Raises Missing, GroupRefused."""
    locked(cohort_id)
    group = queries.group(cohort_id, group_id)
    inside = select(func.count()).select_from(GroupMember).where(GroupMember.group_id == group_id)
    if db.session().execute(inside).scalar_one():
        raise GroupRefused(_("There are people in this group. Put them in another one first."))
    db.session().delete(group)
    audit.record("group.deleted", f"cohort:{cohort_id}", by=by, cohort_id=cohort_id, group_id=group_id, name=group.name)


def leave_groups(enrolment_id: int) -> None:
    """Somebody goes to another cohort: the groups of this one are no longer theirs."""
    for member in db.session().scalars(select(GroupMember).where(GroupMember.enrolment_id == enrolment_id)):
        db.session().delete(member)
