"""Which people of a cohort somebody wants to see, as it stands in the page's address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lms.cohorts.lifecycle import EnrolmentState
from lms.results.rules import ReasonCode

LONGEST = 100
SIZES = (25, 100, 300)
"""People on a page; the last for paper."""
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Filter:
    """Everybody, unless something is set. ``module``: a module's code, the only one shown, and the one that ``blocked_by`` is
    about. ``size`` is no filter but travels with them."""

    search: str = ""
    state: EnrolmentState | None = None
    group: int | None = None
    module: str = ""
    blocked_by: ReasonCode | None = None
    at_risk: bool = False
    size: int = SIZES[0]

    @classmethod
    def of(cls, address: Mapping[str, str]) -> "Filter":
        """What an address asks. What makes no sense is left out: an old link still opens."""
        size, group = address.get("size", ""), address.get("group", "")
        return cls(
            search=address.get("search", "").strip()[:LONGEST], state=_choice(EnrolmentState, address.get("state")),
            group=int(group) if group.isascii() and group.isdecimal() and len(group) < 10 else None,
            module=address.get("module", "").strip()[:LONGEST], blocked_by=_choice(ReasonCode, address.get("blocked_by")),
            at_risk=address.get("at_risk") == "1", size=int(size) if size in {str(known) for known in SIZES} else SIZES[0],
        )  # fmt: skip

    def as_address(self) -> dict[str, str]:
        """The same as it stands in an address, without what is not set."""
        size = str(self.size) if self.size != SIZES[0] else ""
        pairs = {
            "search": self.search, "state": self.state or "", "group": "" if self.group is None else str(self.group),
            "module": self.module, "blocked_by": self.blocked_by or "",
            "at_risk": "1" if self.at_risk else "", "size": size,
        }  # fmt: skip
        return {key: str(value) for key, value in pairs.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything but the size of the page is set."""
        return bool(self.as_address().keys() - {"size"})


def _choice(kind: type[Choice], text: str | None) -> Choice | None:
    return kind(text) if text in set(kind) else None
