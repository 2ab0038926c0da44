"""What assessment tells those above: somebody's evidence in one module has changed."""

from dataclasses import dataclass

from lms.events import Event


@dataclass(frozen=True)
class Evidence(Event):
    """``cause`` names the record: ``attempt:12``."""

    enrolment_id: int
    module_id: int
    cause: str

    @property
    def record_id(self) -> int:
        return int(self.cause.rpartition(":")[2])


@dataclass(frozen=True)
class AttemptGraded(Evidence):
    """``attempt:12`` was submitted and marked."""


@dataclass(frozen=True)
class WorkHandedIn(Evidence):
    """``submission:12`` waits for a review."""


@dataclass(frozen=True)
class WorkReviewed(Evidence):
    """``review:12`` was written; its submission tells the rest."""


@dataclass(frozen=True)
class LiveMarkRecorded(Evidence):
    """``live_mark:12``, a new mark or a change of one."""


@dataclass(frozen=True)
class PracticeSignedOff(Evidence):
    """``practice_sign_off:12``."""


@dataclass(frozen=True)
class PracticeWithdrawn(Evidence):
    """``practice_sign_off:12`` was signed in error."""
