"""The messages there are, and which of them somebody may do without."""

from enum import StrEnum


class Kind(StrEnum):
    """Names the template: ``templates/email/<kind>.txt``."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of mail, no password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of mail, no password
    FACTOR_CHANGED = "factor_changed"
    ENROLLED = "enrolled"
    HEAD_COUNT_LOW = "head_count_low"
    WORK_RETURNED = "work_returned"
    WORK_ACCEPTED = "work_accepted"
    SESSION_MOVED = "session_moved"
    SESSION_CANCELLED = "session_cancelled"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REPLACED = "certificate_replaced"
    CERTIFICATE_REVOKED = "certificate_revoked"
    AUDIT_HEAD = "audit_head"
    JOB_PARKED = "job_parked"


class Topic(StrEnum):
    """What somebody may switch off. Mails about access, and about a certificate that changed, are always sent."""

    ENROLMENTS = "enrolments"
    WORK = "work"
    TIMETABLE = "timetable"
    CERTIFICATES = "certificates"


TOPICS = {
    Kind.ENROLLED: Topic.ENROLMENTS,
    Kind.WORK_RETURNED: Topic.WORK,
    Kind.WORK_ACCEPTED: Topic.WORK,
    Kind.SESSION_MOVED: Topic.TIMETABLE,
    Kind.SESSION_CANCELLED: Topic.TIMETABLE,
    Kind.CERTIFICATE_ISSUED: Topic.CERTIFICATES,
}
