"""How long somebody stays signed in (docs/rules.md §9). Pure.

The more a role may do, the sooner its browser is signed out. Of several roles the strictest counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from lms.permissions import STAFF_ROLES, Role


@dataclass(frozen=True)
class Stay:
    """``idle``: without asking for a page; ``whole``: from the password on, whatever is done meanwhile."""

    idle: timedelta
    whole: timedelta


PARTICIPANT = Stay(idle=timedelta(days=3), whole=timedelta(days=14))
STAFF = Stay(idle=timedelta(hours=2), whole=timedelta(hours=12))
ADMIN = Stay(idle=timedelta(minutes=30), whole=timedelta(hours=12))


def stay_of(roles: Iterable[Role]) -> Stay:
    held = frozenset(roles)
    if Role.ADMIN in held:
        return ADMIN
    return STAFF if held & STAFF_ROLES else PARTICIPANT
