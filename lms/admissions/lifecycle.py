"""Which state of a call, and of an application, may follow which (docs/rules.md §21). Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class CallState(StrEnum):
    """OPEN from its first day and CLOSED after its last by themselves; the rest are decisions."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"
    IN_SELECTION = "in_selection"
    RESULTS_PUBLISHED = "results"
    ARCHIVED = "archived"


_C = CallState

CALL_FOLLOWING: Mapping[CallState, frozenset[CallState]] = {
    _C.DRAFT: frozenset({_C.PUBLISHED}),
    _C.PUBLISHED: frozenset({_C.OPEN, _C.ARCHIVED}),
    _C.OPEN: frozenset({_C.CLOSED}),
    _C.CLOSED: frozenset({_C.IN_SELECTION, _C.OPEN}),
    _C.IN_SELECTION: frozenset({_C.RESULTS_PUBLISHED}),
    _C.RESULTS_PUBLISHED: frozenset({_C.ARCHIVED}),
    _C.ARCHIVED: frozenset(),
}
TAKES_FILES = frozenset({_C.PUBLISHED, _C.OPEN})
"""States in which the dates alone decide whether somebody may apply."""
PUBLIC = frozenset(_C) - {_C.DRAFT, _C.ARCHIVED}


class ApplicationState(StrEnum):
    """A file's road. ADMITTED has an offer of the first list; OFFERED one of the waiting list."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INCOMPLETE = "incomplete"
    RESUBMITTED = "resubmitted"
    REJECTED_INCOMPLETE = "rejected"
    COMPLETE = "complete"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    TESTED = "tested"
    ABSENT = "absent"
    INTERVIEWED = "interviewed"
    NOT_RETAINED = "not_retained"
    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"


_A = ApplicationState

_ROAD: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _A.DRAFT: frozenset({_A.SUBMITTED}),
    _A.SUBMITTED: frozenset({_A.COMPLETE, _A.INCOMPLETE}),
    _A.INCOMPLETE: frozenset({_A.RESUBMITTED, _A.REJECTED_INCOMPLETE}),
    _A.RESUBMITTED: frozenset({_A.COMPLETE, _A.REJECTED_INCOMPLETE}),
    _A.COMPLETE: frozenset({_A.ELIGIBLE, _A.INELIGIBLE}),
    _A.ELIGIBLE: frozenset({_A.TESTED, _A.ABSENT}),
    _A.TESTED: frozenset({_A.INTERVIEWED, _A.NOT_RETAINED}),
    _A.INTERVIEWED: frozenset({_A.ADMITTED, _A.WAITLISTED, _A.REFUSED}),
    _A.ADMITTED: frozenset({_A.CONFIRMED, _A.DECLINED, _A.EXPIRED}),
    _A.WAITLISTED: frozenset({_A.OFFERED}),
    _A.OFFERED: frozenset({_A.CONFIRMED, _A.DECLINED, _A.EXPIRED}),
    _A.CONFIRMED: frozenset({_A.ENROLLED}),
}
ENDED = frozenset(_A) - frozenset(_ROAD)
"""Nothing follows, but for what an appeal may order."""
UNDER_OFFER = frozenset({_A.ADMITTED, _A.OFFERED})
EDITABLE = frozenset({_A.DRAFT, _A.INCOMPLETE})
"""The applicant may still write in the file."""
SUBMITTED = frozenset(_A) - {_A.DRAFT}
DECIDED = frozenset({
    _A.REJECTED_INCOMPLETE, _A.INELIGIBLE, _A.ABSENT, _A.NOT_RETAINED, _A.ADMITTED, _A.WAITLISTED, _A.REFUSED, _A.OFFERED,
    _A.CONFIRMED, _A.DECLINED, _A.EXPIRED, _A.ENROLLED,
})  # fmt: skip
APPEALABLE = frozenset({_A.REJECTED_INCOMPLETE, _A.INELIGIBLE, _A.ABSENT, _A.NOT_RETAINED, _A.WAITLISTED, _A.REFUSED})

_EXPLAINED = frozenset({
    _A.INCOMPLETE, _A.REJECTED_INCOMPLETE, _A.INELIGIBLE, _A.NOT_RETAINED, _A.REFUSED,
})  # fmt: skip


class OfferOutcome(StrEnum):
    """How an offer ended. REVOKED: the applicant withdrew."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REVOKED = "revoked"


class CriterionKind(StrEnum):
    """TEST and INTERVIEW are scored by two people; EXPERIENCE and BALANCE follow from the file by published rules."""

    TEST = "test"
    INTERVIEW = "interview"
    EXPERIENCE = "experience"
    BALANCE = "balance"


SCORED = frozenset({CriterionKind.TEST, CriterionKind.INTERVIEW})


class AppealOutcome(StrEnum):
    MAINTAINED = "maintained"
    UPHELD = "upheld"
    INADMISSIBLE = "inadmissible"


class AppealStage(StrEnum):
    """LODGED: somebody says whether it is examined, and by whom. ASSIGNED: that person decides."""

    LODGED = "lodged"
    ASSIGNED = "assigned"
    CLOSED = "closed"


APPEAL_DAYS = 10
"""Working days after the notification within which an appeal is lodged."""
APPEAL_ANSWER_DAYS = 20
"""Working days after that within which it is answered."""
_BEFORE: Mapping[ApplicationState, ApplicationState] = {
    _A.REJECTED_INCOMPLETE: _A.COMPLETE, _A.INELIGIBLE: _A.ELIGIBLE, _A.ABSENT: _A.ELIGIBLE, _A.NOT_RETAINED: _A.TESTED,
}  # fmt: skip


def after_appeal(contested: ApplicationState, call: CallState) -> ApplicationState:
    """Where an appeal that is upheld puts a file: back to where the decision was taken while the call is examined; once its
    results are out, onto the waiting list, for the next place."""
    if call in (CallState.RESULTS_PUBLISHED, CallState.ARCHIVED):
        return ApplicationState.WAITLISTED
    return _BEFORE[contested]


def call_may_follow(state: CallState, new: CallState) -> bool:
    return new in CALL_FOLLOWING[state]


def may_follow(state: ApplicationState, new: ApplicationState) -> bool:
    """Whoever is not enrolled yet and not out may withdraw at any point."""
    if new is ApplicationState.WITHDRAWN:
        return state not in ENDED and state is not ApplicationState.DRAFT
    return new in _ROAD.get(state, frozenset())


def needs_reason(new: ApplicationState) -> bool:
    """What goes against somebody is explained to them."""
    return new in _EXPLAINED


def takes_applications(state: CallState, opens_on: date, closes_on: date, today: date) -> bool:
    """Whether a file may be started or submitted on that day; the job that opens and closes calls may be late."""
    return state in TAKES_FILES and opens_on <= today <= closes_on
