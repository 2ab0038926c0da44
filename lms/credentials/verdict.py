"""What somebody who checks a certificate reads: one answer, from what is recorded and today's date.

``verdict`` says what the thing in hand is, ``status`` what the standing of the recorded certificate is today, ``is_current``
whether to rely on it. ``document`` is what a file turned out to be, when one was looked at.
A decided certificate that is not sealed yet does not exist for anybody outside.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from lms.credentials.states import CertificateState, ReplacementKind, RevocationReason
from lms.credentials.validity import covers


class Verdict(StrEnum):
    AUTHENTIC = "authentic"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    NOT_AUTHENTIC = "not_authentic"  # only a file can be that


class Document(StrEnum):
    """What a file turned out to be."""

    ORIGINAL = "original"
    HARMLESS_BYTES = "harmless_bytes"  # something follows the sealed content and changes nothing
    CONTENT_ADDED = "content_added"
    ALTERED = "altered"
    COPY = "copy"  # no seal: printed to a file, or scanned
    FOREIGN = "foreign"  # sealed by somebody else
    KEY_WITHDRAWN = "key_withdrawn"
    DAMAGED = "damaged"


class Status(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CORRECTED = "corrected"
    RENEWED = "renewed"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``code`` (its check character), ``record`` (we issued it), ``standing`` (not ended by us),
    ``dates`` (today lies within them), ``document`` (the file or paper in hand)."""

    name: str
    outcome: Outcome


@dataclass(frozen=True)
class Successor:
    """The certificate that took another's place, as far as the answer depends on it."""

    state: CertificateState
    valid_from: date
    valid_until: date | None

    def is_current(self, day: date) -> bool:
        return self.state is CertificateState.ISSUED and covers(self.valid_from, self.valid_until, day)


@dataclass(frozen=True)
class Record:
    """What is recorded of a certificate and may matter to an employer. Nothing else goes in, so nothing else gets out."""

    code: str
    state: CertificateState
    name: str
    shows_name: bool
    title_fr: str
    title_en: str
    issuer: str
    awarded_on: date
    valid_from: date
    valid_until: date | None
    ended_on: date | None = None
    reason: RevocationReason | None = None
    replacement: ReplacementKind | None = None
    successor: Successor | None = None


@dataclass(frozen=True)
class Shown:
    """The certificate as anybody may see it. ``name`` None: the holder chose not to show it."""

    code: str
    name: str | None
    title_fr: str
    title_en: str
    issuer: str
    awarded_on: date
    valid_from: date
    valid_until: date | None
    ended_on: date | None
    reason: RevocationReason | None


@dataclass(frozen=True)
class Answer:
    """The verdict object. ``has_current_successor``: a newer certificate stands in its place and is good today."""

    verdict: Verdict
    as_of: datetime
    checks: tuple[Check, ...]
    status: Status | None = None
    certificate: Shown | None = None
    has_current_successor: bool = False
    document: Document | None = None

    @property
    def is_current(self) -> bool:
        return self.verdict is Verdict.AUTHENTIC and self.status is Status.VALID


def mistyped(as_of: datetime) -> Answer:
    """The characters do not go together: nothing was looked up."""
    return Answer(Verdict.MISTYPED, as_of, _checks(code=Outcome.FAILED))


def answer(record: Record | None, today: date, as_of: datetime) -> Answer:
    """The answer for a code that is well formed; ``record`` None or not sealed yet: unknown."""
    if record is None or record.state is CertificateState.DRAFT:
        return Answer(Verdict.UNKNOWN, as_of, _checks(code=Outcome.PASSED, record=Outcome.FAILED))
    status = _status(record, today)
    stands = record.state is CertificateState.ISSUED
    in_dates = covers(record.valid_from, record.valid_until, today)
    checks = _checks(
        code=Outcome.PASSED, record=Outcome.PASSED, standing=_outcome(passed=stands), dates=_outcome(passed=in_dates)
    )
    succeeded = record.successor is not None and record.successor.is_current(today)
    return Answer(Verdict.AUTHENTIC, as_of, checks, status, _shown(record), succeeded)


def answer_for_file(document: Document, record: Record | None, today: date, as_of: datetime) -> Answer:
    """The answer for a file; ``record`` is what its bytes or its page led to, shown to compare with."""
    of_record = answer(record, today, as_of)
    is_ours = document in (Document.ORIGINAL, Document.HARMLESS_BYTES) and of_record.certificate is not None
    checks = tuple(
        Check(check.name, _outcome(passed=is_ours)) if check.name == "document" else check for check in of_record.checks
    )
    verdict = Verdict.AUTHENTIC if is_ours else Verdict.NOT_AUTHENTIC
    return replace(of_record, verdict=verdict, checks=checks, document=document)


def _status(record: Record, today: date) -> Status:
    """What we decided about it comes before what its dates say."""
    match record.state:
        case CertificateState.REVOKED:
            return Status.REVOKED
        case CertificateState.SUSPENDED:
            return Status.SUSPENDED
        case CertificateState.REPLACED:
            return Status.RENEWED if record.replacement is ReplacementKind.RENEWAL else Status.CORRECTED
    if today < record.valid_from:
        return Status.NOT_YET_VALID
    if not covers(record.valid_from, record.valid_until, today):
        return Status.EXPIRED
    return Status.VALID


def _shown(record: Record) -> Shown:
    return Shown(
        record.code, record.name if record.shows_name else None, record.title_fr, record.title_en, record.issuer,
        record.awarded_on, record.valid_from, record.valid_until, record.ended_on, record.reason,
    )  # fmt: skip


def _outcome(*, passed: bool) -> Outcome:
    return Outcome.PASSED if passed else Outcome.FAILED


def _checks(
    *, code: Outcome, record: Outcome = Outcome.NOT_CHECKED, standing: Outcome = Outcome.NOT_CHECKED,
    dates: Outcome = Outcome.NOT_CHECKED,
) -> tuple[Check, ...]:  # fmt: skip
    named = (
        ("code", code),
        ("record", record),
        ("standing", standing),
        ("dates", dates),
        ("document", Outcome.NOT_CHECKED),
    )
    return tuple(Check(name, outcome) for name, outcome in named)
