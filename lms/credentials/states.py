"""What can be the case with a certificate: the words that models, verdicts and pages share."""

from enum import StrEnum


class CertificateState(StrEnum):
    """What is stored. Not yet valid and expired follow from dates and are never stored."""

    DRAFT = "draft"  # decided, not sealed yet: nobody sees it
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


LIVE = (CertificateState.DRAFT, CertificateState.ISSUED, CertificateState.SUSPENDED)
"""The states of which an enrolment has one certificate at most."""


class RevocationReason(StrEnum):
    """What the public may read; never free text."""

    OUR_ERROR = "our_error"
    REQUIREMENTS_NOT_MET = "requirements_not_met"
    MISCONDUCT = "misconduct"
    HOLDER_REQUEST = "holder_request"
    OTHER = "other"


class ReplacementKind(StrEnum):
    CORRECTION = "correction"
    RENEWAL = "renewal"
