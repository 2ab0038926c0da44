"""The one seat function: every way into a cohort and out of it asks here (docs/rules.md §2).

A seat is taken by a participant or held for somebody, such as an applicant who was offered it. All lock the cohort's row, so
that the last seat is given once. Whoever frees a seat says so with ``SeatFreed``, last of all in what they do.
"""

from datetime import datetime

from sqlalchemy import select

from lms import audit, db
from lms.clock import now
from lms.cohorts import queries
from lms.cohorts.events import SeatFreed
from lms.cohorts.lifecycle import HoldOutcome
from lms.cohorts.models import Cohort, SeatHold
from lms.errors import Missing, Refused
from lms.events import emit
from lms.i18n import _n
from lms.permissions import INSTITUTE, Actor


class CohortFull(Refused):
    """Every seat is taken or held."""


def locked(cohort_id: int) -> Cohort:
    """The cohort, with everybody else who wants a place in it waiting (on SQLite the write gate sees to that). Whoever needs
    two cohorts takes the one with the smaller id first."""
    cohort = db.session().get(Cohort, cohort_id, with_for_update=True)
    if cohort is None:
        raise Missing
    return cohort


def free_seats(cohort_id: int) -> int:
    """How many people the cohort has room for, once everybody who decides at this moment has decided."""
    locked(cohort_id)
    return queries.free_seats(cohort_id)


def take_seat(cohort: Cohort, holder: str | None = None) -> None:
    """Give a seat of the locked cohort to somebody who becomes a participant: the one held for ``holder`` if it still is, else a
    free one. Raises CohortFull."""
    held = _open_hold(holder) if holder else None
    if held is not None and held.cohort_id == cohort.id and held.is_live(now()):
        _end(held, HoldOutcome.TAKEN)
        return
    if queries.free_seats(cohort.id) < 1:
        raise CohortFull(
            _n(
                "The only place of this cohort is taken.",
                "All %(num)d places of this cohort are taken.",
                cohort.capacity,
            )
        )


def hold_seat(cohort_id: int, holder: str, *, until: datetime | None, by: Actor) -> SeatHold:
    """Keep a seat for ``holder``, a key such as ``offer:12``, until a moment, or until it is released when ``until`` is None.
    Holding again moves the moment. Raises CohortFull."""
    cohort = locked(cohort_id)
    held = _open_hold(holder)
    if held is not None and held.cohort_id == cohort_id and held.is_live(now()):
        held.expires_at = until
        return held
    if held is not None and held.is_live(now()):
        raise ValueError(f"{holder} holds a seat of another cohort: release it first")
    if held is not None:
        _end(held, HoldOutcome.EXPIRED)
    take_seat(cohort)
    held = SeatHold(cohort_id=cohort_id, holder=holder, held_at=now(), expires_at=until)
    db.session().add(held)
    db.session().flush()  # what is counted next must see it
    audit.record("seat.held", f"cohort:{cohort_id}", by=by, cohort_id=cohort_id, holder=holder)
    return held


def release_seat(holder: str, *, by: Actor) -> None:
    """The seat is not kept any more; releasing what is not held changes nothing."""
    held = _open_hold(holder)
    if held is None:
        return
    locked(held.cohort_id)
    db.session().refresh(held)
    if held.ended_at is not None:
        return  # somebody released it, or took it, while this one waited
    expired = not held.is_live(now())
    _end(held, HoldOutcome.EXPIRED if expired else HoldOutcome.RELEASED)
    audit.record("seat.released", f"cohort:{held.cohort_id}", by=by, cohort_id=held.cohort_id, holder=holder)
    emit(SeatFreed(held.cohort_id))


def expire_holds() -> int:
    """End the holds whose time is over; says how many. Their seats were free since that moment."""
    over = db.session().scalars(
        select(SeatHold.holder).where(SeatHold.ended_at.is_(None), SeatHold.expires_at <= now()).order_by(SeatHold.id)
    ).all()  # fmt: skip
    for holder in over:
        release_seat(holder, by=INSTITUTE)
    return len(over)


def _open_hold(holder: str) -> SeatHold | None:
    return db.session().scalars(
        select(SeatHold).where(SeatHold.holder == holder, SeatHold.ended_at.is_(None))
    ).one_or_none()  # fmt: skip


def _end(held: SeatHold, outcome: HoldOutcome) -> None:
    held.ended_at, held.outcome = now(), outcome
    db.session().flush()  # what is counted next must see it
