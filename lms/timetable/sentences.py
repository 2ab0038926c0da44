"""What the timetable says when it says no, in the reader's language."""

from collections.abc import Mapping, Sequence

from lms.i18n import _, _n
from lms.timetable.clashes import Clash, ClashKind
from lms.timetable.staffing import StaffFault, StaffProblem


def clash_sentence(clash: Clash, names: Mapping[int, str] | None = None) -> str:
    """``names``: of the users concerned, by id, where the page knows them."""
    who = ", ".join(names[user_id] for user_id in clash.who if user_id in names) if names else ""
    if clash.kind is ClashKind.ROOM:
        return _("The room is taken at that time.")
    if clash.kind is ClashKind.FACILITATOR:
        return (
            _("A facilitator leads another session at that time.")
            if not who
            else _("%(who)s leads another session at that time.", who=who)
        )
    if clash.kind is ClashKind.COHORT:
        return _("The cohort has another session at that time.")
    if clash.kind is ClashKind.TRAVEL:
        return _n(
            "One minute is missing to travel between the two sites.",
            "%(num)d minutes are missing to travel between the two sites.", clash.minutes,
        )  # fmt: skip
    if clash.kind is ClashKind.CAPACITY:
        return _n("The room lacks one place.", "The room lacks %(num)d places.", clash.minutes)
    return _n(
        "One participant is expected in another session at that time.",
        "%(num)d participants are expected in another session at that time.", len(clash.who),
    )  # fmt: skip


def staff_sentence(problems: Sequence[StaffProblem]) -> str:
    fault = problems[0].fault
    if fault is StaffFault.NOBODY_LEADS:
        return _("Nobody leads this session yet.")
    if fault is StaffFault.NOT_QUALIFIED:
        return _("Somebody who leads is not accredited for this module on that day.")
    return _("Only associate trainers lead: they need a certified trainer beside them.")


def no_place_sentence() -> str:
    return _("Choose a room, or write the link for a session at a distance.")
