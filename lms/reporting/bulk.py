"""One act on several participants: to whom it can be done. Pure."""

from enum import StrEnum

from lms.cohorts.lifecycle import SEATED, EnrolmentState, may_follow

MOST = 3000
"""People in one act."""


class Act(StrEnum):
    """What can be done to several at once."""

    CONTACT = "contact"
    GROUP = "group"
    WITHDRAW = "withdraw"


class Hindrance(StrEnum):
    """Why it cannot be done to somebody."""

    NO_PLACE = "no_place"
    CANNOT_LEAVE = "cannot_leave"


def hindrance(act: Act, state: EnrolmentState) -> Hindrance | None:
    """What keeps the act from somebody in this state; None: nothing does."""
    if act is Act.GROUP and state not in SEATED:
        return Hindrance.NO_PLACE
    if act is Act.WITHDRAW and not may_follow(state, EnrolmentState.WITHDRAWN):
        return Hindrance.CANNOT_LEAVE
    return None
