"""What is judged on the spot: marks out of 20, teaching practice seen and signed. A change is a new record with its reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from lms import audit, db
from lms.assessment.events import LiveMarkRecorded, PracticeSignedOff, PracticeWithdrawn
from lms.assessment.models import LiveMark, PracticeSignOff
from lms.assessment.queries import live as queries
from lms.clock import now
from lms.cohorts.lifecycle import LEARNING
from lms.cohorts.models import Enrolment
from lms.db import Record
from lms.errors import Missing, Refused, Stale
from lms.events import emit
from lms.i18n import _
from lms.permissions import Actor


class OwnWork(Refused):
    """Nobody judges themselves (docs/rules.md §7)."""


class ReasonMissing(Refused):
    """A mark that stands is changed without saying why."""


class MarkConflict(Stale):
    """Somebody else marked this person since the page was opened."""


@dataclass(frozen=True)
class NewMark:
    """A mark to record. ``known``: the id of the mark the page showed; None when it showed none."""

    enrolment_id: int
    mark: Decimal
    sitting: int
    comment: str
    known: int | None


def record_live_marks(component: Record, marks: Sequence[NewMark], *, by: Actor) -> int:
    """Record those that say something new, all or none, and return how many. ``field`` of a refusal is ``mark-<enrolment>``.
    Raises ReasonMissing, MarkConflict, OwnWork."""
    _hold(component.cohort_id, {mark.enrolment_id for mark in marks}, by)
    standing = queries.live_marks(component.id, [mark.enrolment_id for mark in marks])
    written = []
    for mark in marks:
        before = standing.get(mark.enrolment_id)
        if not _says_something_new(mark, before):
            continue
        _refuse(mark, before)
        row = LiveMark(
            enrolment_id=mark.enrolment_id, component_id=component.id, sitting=mark.sitting, mark=mark.mark,
            comment=mark.comment.strip(), assessor_id=by.user_id, marked_at=now(),
        )  # fmt: skip
        written.append((row, before))
    db.session().add_all(row for row, _before in written)
    db.session().flush()  # the events name the ids
    for row, before in written:
        audit.record(
            "live_mark.recorded", f"live_mark:{row.id}", by=by, cohort_id=component.cohort_id, component=component.id,
            enrolment=row.enrolment_id, replaces=before.id if before else None,
        )  # fmt: skip
        emit(LiveMarkRecorded(row.enrolment_id, component.module_id, f"live_mark:{row.id}"))
    return len(written)


def _says_something_new(mark: NewMark, before: Record | None) -> bool:
    if before is None or (mark.mark, mark.sitting) != (before.mark, before.sitting):
        return True
    return bool(mark.comment.strip()) and mark.comment.strip() != before.comment


def _refuse(mark: NewMark, before: Record | None) -> None:
    field = f"mark-{mark.enrolment_id}"
    if (before.id if before else None) != mark.known:
        raise MarkConflict(
            _("Somebody else recorded a mark here meanwhile; it is shown beside yours. Nothing is saved yet."),
            field=field,
        )
    if before is not None and mark.sitting == before.sitting and not mark.comment.strip():
        raise ReasonMissing(_("Say why this mark changes; the record keeps it."), field=field)


def _hold(cohort_id: int, enrolment_ids: Collection[int], by: Actor) -> Mapping[int, int]:
    """Keep others from judging the same people at the same moment. Raises Missing for people who are not of the cohort."""
    rows = db.session().execute(
        select(Enrolment.id, Enrolment.user_id)
        .where(
            Enrolment.id.in_(enrolment_ids), Enrolment.cohort_id == cohort_id, Enrolment.state.in_(LEARNING)
        )
        .order_by(Enrolment.id).with_for_update()
    ).all()  # fmt: skip
    people = {row.id: row.user_id for row in rows}
    if people.keys() != set(enrolment_ids):
        raise Missing
    if by.user_id is not None and by.user_id in people.values():
        raise OwnWork(_("Nobody judges their own work."))
    return people


def sign_off_practice(task: Record, comments: Mapping[int, str], *, by: Actor) -> int:
    """Sign off the task for these enrolments, each with a comment or none; how many were new. Twice is once."""
    _hold(task.cohort_id, comments.keys(), by)
    standing = queries.practice_sign_offs(task.id, comments.keys())
    rows = [
        PracticeSignOff(
            enrolment_id=enrolment_id, practice_task_id=task.id, assessor_id=by.user_id, comment=comment.strip(),
            signed_at=now(),
        )
        for enrolment_id, comment in comments.items()
        if enrolment_id not in standing
    ]  # fmt: skip
    db.session().add_all(rows)
    db.session().flush()  # the events name the ids
    for row in rows:
        audit.record(
            "practice.signed_off", f"practice_sign_off:{row.id}", by=by, cohort_id=task.cohort_id,
            enrolment=row.enrolment_id, task=task.id,
        )  # fmt: skip
        emit(PracticeSignedOff(row.enrolment_id, task.module_id, f"practice_sign_off:{row.id}"))
    return len(rows)


def withdraw_sign_off(task: Record, sign_off_id: int, *, reason: str, by: Actor) -> None:
    """Take back what was signed in error. Withdrawing twice is once. Raises Missing."""
    row = db.session().get(PracticeSignOff, sign_off_id, with_for_update=True)
    if row is None or row.practice_task_id != task.id:
        raise Missing
    _hold(task.cohort_id, {row.enrolment_id}, by)
    if row.withdrawn_at is not None:
        return
    row.withdrawn_at, row.withdrawal_reason = now(), reason.strip()
    audit.record(
        "practice.withdrawn", f"practice_sign_off:{row.id}", by=by, cohort_id=task.cohort_id, enrolment=row.enrolment_id,
        reason=reason.strip(),
    )  # fmt: skip
    emit(PracticeWithdrawn(row.enrolment_id, task.module_id, f"practice_sign_off:{row.id}"))
