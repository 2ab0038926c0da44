"""A call: drafted, published, extended, closed, taken through its states (docs/rules.md §21)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select

from lms import audit, db
from lms.accounts.models import Sex
from lms.admissions import queries
from lms.admissions.lifecycle import CallState, CriterionKind, call_may_follow
from lms.admissions.models import (
    Call,
    CallCriterion,
    CallDocument,
    CallEvent,
    CallExaminer,
    CallQuota,
    CallTrack,
)
from lms.clock import now, today
from lms.cohorts import queries as cohorts
from lms.errors import Refused, Stale
from lms.i18n import _
from lms.permissions import INSTITUTE, Actor


class CallRefused(Refused):
    """The call's plan does not hold together, or it is past being changed."""


@dataclass(frozen=True)
class TrackPlan:
    cohort_id: int
    places: int
    waiting_places: int


@dataclass(frozen=True)
class DocumentPlan:
    name_fr: str
    name_en: str
    is_required: bool = True


def usual_points() -> dict[CriterionKind, Decimal]:
    return {
        CriterionKind.TEST: Decimal(40), CriterionKind.INTERVIEW: Decimal(30), CriterionKind.EXPERIENCE: Decimal(20),
        CriterionKind.BALANCE: Decimal(10),
    }  # fmt: skip


@dataclass(frozen=True)
class CallPlan:
    """All that a call publishes. ``women_percent`` 0: no share is reserved."""

    code: str
    title_fr: str
    title_en: str
    opens_on: date
    closes_on: date
    tracks: Sequence[TrackPlan]
    text_fr: str = ""
    text_en: str = ""
    documents: Sequence[DocumentPlan] = ()
    points: dict[CriterionKind, Decimal] = field(default_factory=usual_points)
    women_percent: int = 40
    favoured_regions: Sequence[str] = ()
    region_points: Decimal = Decimal(6)
    women_points: Decimal = Decimal(4)
    points_per_year: Decimal = Decimal(2)
    test_floor: Decimal = Decimal(0)
    offer_days: int = 7
    examiners: Sequence[int] = ()


def open_call(plan: CallPlan, *, by: Actor) -> Call:
    """Draft a call. Raises CallRefused."""
    _refuse_flaws(plan, None)
    call = Call(
        state=CallState.DRAFT, created_by=by.user_id, created_at=now(), opens_on=plan.opens_on, closes_on=plan.closes_on
    )  # fmt: skip
    _write(call, plan)
    db.session().add(call)
    db.session().flush()  # tracks, criteria and documents name the id
    _write_parts(call, plan)
    _note(call, "", by)
    audit.record("call.drafted", f"call:{call.id}", by=by, code=call.code)
    return call


def change_call(call: Call, plan: CallPlan, *, version: int, by: Actor) -> Call:
    """Rewrite a draft: what was published beforehand is not changed behind applicants' backs. Raises CallRefused, Stale."""
    if call.version != version:
        raise Stale(_("Somebody else changed this while you were editing. Check the values below and save again."))
    if call.state != CallState.DRAFT:
        raise CallRefused(_("A published call is not changed any more; its last day may be put off."))
    _refuse_flaws(plan, call.id)
    _write(call, plan)
    for part in (CallTrack, CallCriterion, CallQuota, CallDocument, CallExaminer):
        db.session().execute(delete(part).where(part.call_id == call.id))
    _write_parts(call, plan)
    audit.record("call.changed", f"call:{call.id}", by=by)
    return call


def publish_call(call: Call, *, by: Actor) -> None:
    """Show it to everybody. Raises CallRefused."""
    if not queries.tracks(call.id):
        raise CallRefused(_("A call needs at least one track with places."), field="tracks")
    if call.closes_on < today():
        raise CallRefused(_("The last day of this call is past."), field="closes_on")
    move_call(call, CallState.PUBLISHED, by=by)


def extend_call(call: Call, closes_on: date, *, reason: str, by: Actor) -> None:
    """Put off the last day; a call closed already opens again. Raises CallRefused."""
    if not reason.strip():
        raise CallRefused(_("Give a reason; the record keeps it."), field="reason")
    if closes_on <= call.closes_on or closes_on < today():
        raise CallRefused(_("The new last day lies after the present one, and not in the past."), field="closes_on")
    if call.state not in (CallState.PUBLISHED, CallState.OPEN, CallState.CLOSED):
        raise CallRefused(_("This call cannot be extended any more."), field="closes_on")
    before, call.closes_on = call.closes_on, closes_on
    if call.state == CallState.CLOSED:
        call.state = CallState.OPEN
    _note(call, reason, by)
    audit.record("call.extended", f"call:{call.id}", by=by, before=before.isoformat(), after=closes_on.isoformat())


def move_call(call: Call, state: CallState, *, by: Actor, reason: str = "") -> None:
    """Bring a call into the next state. Raises CallRefused."""
    before = CallState(call.state)
    if before is state:
        return
    if not call_may_follow(before, state):
        raise CallRefused(_("This step is not possible from where the call is now."))
    call.state = state
    _note(call, reason, by)
    audit.record("call.moved", f"call:{call.id}", by=by, before=before, after=state)


def name_examiners(call_id: int, user_ids: Collection[int], *, by: Actor) -> None:
    """Who may be given files from now on. Whoever is left out keeps the files they have, and gets no more."""
    known = {
        one.user_id: one for one in db.session().scalars(select(CallExaminer).where(CallExaminer.call_id == call_id))
    }
    for user_id in sorted(set(user_ids)):
        if user_id not in known:
            db.session().add(CallExaminer(call_id=call_id, user_id=user_id, named_at=now()))
        elif known[user_id].ended_at is not None:
            known[user_id].named_at, known[user_id].ended_at = now(), None
    for user_id, one in known.items():
        if user_id not in user_ids and one.ended_at is None:
            one.ended_at = now()
    audit.record("call.examiners_named", f"call:{call_id}", by=by, examiners=sorted(set(user_ids)))


def follow_dates() -> int:
    """Open the calls whose first day has come and close those whose last day is past; says how many moved."""
    moved = 0
    due = select(Call).where(
        (Call.state == CallState.PUBLISHED) & (Call.opens_on <= today())
        | (Call.state == CallState.OPEN) & (Call.closes_on < today())
    ).with_for_update()  # fmt: skip
    for call in db.session().scalars(due).all():
        if call.state == CallState.PUBLISHED:
            move_call(call, CallState.OPEN, by=INSTITUTE)
        if call.closes_on < today():
            move_call(call, CallState.CLOSED, by=INSTITUTE)
        moved += 1
    return moved


def _note(call: Call, reason: str, by: Actor) -> None:
    db.session().add(CallEvent(
        call_id=call.id, state=call.state, closes_on=call.closes_on, at=now(), by=by.user_id, reason=reason.strip()
    ))  # fmt: skip


def _refuse_flaws(plan: CallPlan, call_id: int | None) -> None:
    if plan.closes_on < plan.opens_on:
        raise CallRefused(_("The last day lies before the first."), field="closes_on")
    same = select(Call.id).where(Call.code == plan.code.strip(), Call.id != (call_id or 0))
    if db.session().execute(same).first() is not None:
        raise CallRefused(_("There is a call with this code already."), field="code")
    if len({track.cohort_id for track in plan.tracks}) < len(plan.tracks):
        raise CallRefused(_("Each cohort stands in a call once."), field="tracks")
    for track in plan.tracks:
        cohort = cohorts.cohort(track.cohort_id)
        if track.places > cohort.capacity:
            raise CallRefused(
                _("%(code)s has %(seats)d places only.", code=cohort.code, seats=cohort.capacity), field="tracks"
            )


def _write(call: Call, plan: CallPlan) -> None:
    call.code, call.title_fr, call.title_en = plan.code.strip(), plan.title_fr.strip(), plan.title_en.strip()
    call.text_fr, call.text_en = plan.text_fr.strip(), plan.text_en.strip()
    call.opens_on, call.closes_on = plan.opens_on, plan.closes_on
    call.favoured_regions = sorted(plan.favoured_regions)
    call.region_points, call.women_points = plan.region_points, plan.women_points
    call.points_per_year, call.test_floor, call.offer_days = plan.points_per_year, plan.test_floor, plan.offer_days


def _write_parts(call: Call, plan: CallPlan) -> None:
    session = db.session()
    session.add_all(
        CallTrack(call_id=call.id, cohort_id=track.cohort_id, position=number, places=track.places,
                  waiting_places=track.waiting_places)
        for number, track in enumerate(plan.tracks, 1)
    )  # fmt: skip
    session.add_all(
        CallCriterion(call_id=call.id, kind=kind, most_points=points) for kind, points in plan.points.items() if points
    )
    session.add_all(
        CallDocument(call_id=call.id, position=number, name_fr=asked.name_fr, name_en=asked.name_en,
                     is_required=asked.is_required)
        for number, asked in enumerate(plan.documents, 1)
    )  # fmt: skip
    session.add_all(
        CallExaminer(call_id=call.id, user_id=user_id, named_at=now()) for user_id in dict.fromkeys(plan.examiners)
    )
    if plan.women_percent:
        session.add(CallQuota(call_id=call.id, sex=Sex.FEMALE, percent=plan.women_percent))
    session.flush()  # pages and applications name their ids
