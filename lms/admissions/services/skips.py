"""Somebody on the waiting list passed over: one proposes it with a reason, another confirms it (docs/rules.md §22)."""

from lms import audit, db
from lms.admissions import queries
from lms.admissions.lifecycle import ApplicationState
from lms.admissions.models import RankSkip
from lms.clock import now
from lms.errors import Missing, Refused
from lms.i18n import _
from lms.permissions import Actor


class SkipRefused(Refused):
    """No reason, nobody on the waiting list, or the same person twice."""


def propose_skip(application_id: int, *, reason: str, by: Actor) -> RankSkip:
    """Raises SkipRefused."""
    application = queries.application(application_id)
    if application.state != ApplicationState.WAITLISTED or by.user_id is None:
        raise SkipRefused(_("Only somebody on the waiting list can be passed over."))
    if not reason.strip():
        raise SkipRefused(_("Give a reason; the record keeps it."), field="reason")
    if queries.skip_of(application_id) is not None:
        raise SkipRefused(_("This was proposed already."))
    skip = RankSkip(application_id=application_id, reason=reason.strip(), proposed_by=by.user_id, proposed_at=now())
    db.session().add(skip)
    db.session().flush()  # the audit row names the id
    audit.record("rank_skip.proposed", f"application:{application_id}", by=by, reason=skip.reason)
    return skip


def confirm_skip(skip_id: int, *, by: Actor) -> None:
    """Raises SkipRefused when the same person proposed it."""
    skip = _open(skip_id)
    if skip.proposed_by == by.user_id or by.user_id is None:
        raise SkipRefused(_("Somebody else than the one who proposed it has to confirm."))
    skip.confirmed_by, skip.confirmed_at = by.user_id, now()
    audit.record("rank_skip.confirmed", f"application:{skip.application_id}", by=by)


def drop_skip(skip_id: int, *, by: Actor) -> None:
    """The person keeps their rank after all."""
    skip = _open(skip_id)
    skip.dropped_at = now()
    audit.record("rank_skip.dropped", f"application:{skip.application_id}", by=by)


def _open(skip_id: int) -> RankSkip:
    skip = db.session().get(RankSkip, skip_id, with_for_update=True)
    if skip is None or skip.dropped_at is not None or skip.confirmed_at is not None:
        raise Missing
    return skip
