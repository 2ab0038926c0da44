"""One act on several participants: each gets all of it or nothing, and the report names those who got nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from lms import audit, db
from lms.clock import now
from lms.cohorts import queries as cohorts
from lms.cohorts import services as cohort_services
from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import EnrolmentState
from lms.errors import Refused
from lms.permissions import Actor
from lms.reporting import queries
from lms.reporting.bulk import Act, hindrance
from lms.reporting.models import BulkAct, Channel
from lms.reporting.services.keeping import log_contact
from lms.reporting.wording import HINDRANCES

Refusals = dict[int, str]


def withdraw_several(cohort_id: int, enrolment_ids: Sequence[int], reason: str, *, by: Actor) -> BulkAct:
    """Raises Missing when somebody is not of this cohort: then nothing happens to anybody; so do the others."""
    chosen, refused = _chosen(cohort_id, enrolment_ids, Act.WITHDRAW)
    withdraw = lambda one: cohort_services.change_enrolment(one, EnrolmentState.WITHDRAWN, reason=reason, by=by)  # noqa: E731
    refused |= _each(chosen, withdraw)
    return _kept(cohort_id, Act.WITHDRAW, enrolment_ids, refused, {"reason": reason}, by)


def group_several(cohort_id: int, enrolment_ids: Sequence[int], group_id: int, *, by: Actor) -> BulkAct:
    """Into this group, out of the one they were in for the same purpose. Raises GroupRefused."""
    group = cohorts.group(cohort_id, group_id)
    chosen, refused = _chosen(cohort_id, enrolment_ids, Act.GROUP)
    cohort_services.place_people(cohort_id, Purpose(group.purpose), dict.fromkeys(chosen, group_id), by=by)
    return _kept(cohort_id, Act.GROUP, enrolment_ids, refused, {"group": group.name, "purpose": group.purpose}, by)


def contact_several(
    cohort_id: int, enrolment_ids: Sequence[int], contacted_on: date, channel: Channel, note: str, *, by: Actor
) -> BulkAct:
    """The same contact noted of each, such as a meeting they were all at. Raises NotYet."""
    chosen, refused = _chosen(cohort_id, enrolment_ids, Act.CONTACT)
    for enrolment_id in chosen:
        log_contact(enrolment_id, contacted_on, channel, note, by=by)
    return _kept(cohort_id, Act.CONTACT, enrolment_ids, refused, {"channel": channel, "note": note}, by)


def _chosen(cohort_id: int, enrolment_ids: Sequence[int], act: Act) -> tuple[list[int], Refusals]:
    """Those to whom it can be done, and why not to the others."""
    people = queries.people_by_id(cohort_id, enrolment_ids)
    hindered = {row.id: hindrance(act, EnrolmentState(row.state)) for row in people}
    refused = {one: str(HINDRANCES[why]) for one, why in hindered.items() if why is not None}
    return [one for one, why in hindered.items() if why is None], refused


def _each(enrolment_ids: Sequence[int], do: Callable[[int], object]) -> Refusals:
    """Do it to one after the other; whom it is refused to is left exactly as they were."""
    refused: Refusals = {}
    for enrolment_id in enrolment_ids:
        try:
            with db.session().begin_nested():
                do(enrolment_id)
        except Refused as refusal:
            refused[enrolment_id] = str(refusal)
    return refused


def _kept(
    cohort_id: int, act: Act, asked: Sequence[int], refused: Refusals, detail: Mapping[str, Any], by: Actor
) -> BulkAct:
    done = [one for one in asked if one not in refused]
    kept = BulkAct(
        cohort_id=cohort_id, act=act, detail=dict(detail), report={"done": done, "refused": list(refused.items())},
        by=by.user_id, at=now(),
    )  # fmt: skip
    db.session().add(kept)
    db.session().flush()  # the report's address names the id
    audit.record("bulk.done", f"cohort:{cohort_id}", by=by, cohort_id=cohort_id, act=act, bulk_act_id=kept.id,
                 done=len(done), refused=len(refused))  # fmt: skip
    return kept
