"""What differs between the catalogue and its files, as a reader of the report wants it told."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lms.catalogue.services.parts import Part

Act = Literal["added", "changed", "removed"]
Kind = Literal[
    "competency", "job_profile", "course", "module", "lesson", "question", "quiz", "assignment", "rubric", "picture", "sheet",
    "programme",
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference. ``within`` is the course of a module, or the module of what it holds. Of a list whose entries only
    changed places, ``code`` is ``order`` and there is no title."""

    kind: Kind
    act: Act
    code: str
    within: str = ""
    title_fr: str = ""
    title_en: str = ""

    @property
    def depth(self) -> int:
        """How far below a course or programme it stands: 0, 1 for a module, 2 for what a module holds."""
        return 1 if self.kind == "module" else 2 if self.within else 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class SyncReport:
    """All changes in the order of the catalogue, each before what it holds. ``sync_id`` None: nothing was published."""

    changes: tuple[Change, ...] = ()
    sync_id: int | None = None


def changed_parts(module: str, before: Sequence[Part], after: Sequence[Part]) -> Iterable[Change]:
    """What a module's new version adds, changes and drops."""
    known = {(part.kind, part.id): part for part in before}
    for part in after:
        old = known.pop((part.kind, part.id), None)
        if old is None:
            yield Change(part.kind, "added", part.id, module, part.title_fr, part.title_en)
        elif old.hash != part.hash:
            yield Change(part.kind, "changed", part.id, module, part.title_fr, part.title_en)
    for part in known.values():
        yield Change(part.kind, "removed", part.id, module, part.title_fr, part.title_en)
