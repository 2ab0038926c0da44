"""The messages there are, and which of them somebody may do without.

To add one: a ``Kind`` here, and its ``Topic`` when people may do without it; a template ``templates/email/<kind>.txt``; in
``letters`` the facts that template needs, read when the mail is sent; its name in ``operations.wording.MAILS``; and in
``services`` an ``announce_…`` that ``wiring`` lists behind the event. A user is written to by ``promise``, somebody without an
account (an applicant) by ``promise_outsider``. The ``fact`` given there makes the message one, however often it is told.
"""

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
    SHEET_OVERDUE = "sheet_overdue"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REPLACED = "certificate_replaced"
    CERTIFICATE_REVOKED = "certificate_revoked"
    EXEMPTION_ANSWERED = "exemption_answered"
    EXEMPTION_TO_DECIDE = "exemption_to_decide"
    EXEMPTION_TO_JUDGE = "exemption_to_judge"
    EXEMPTION_TO_RULE = "exemption_to_rule"
    EXEMPTION_WITHDRAWN = "exemption_withdrawn"
    ANNOUNCEMENT = "announcement"
    APPLICATION_STARTED = "application_started"
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_INCOMPLETE = "application_incomplete"
    APPLICATION_STOPPED = "application_stopped"
    APPLICATION_OFFER = "application_offer"
    APPLICATION_OFFER_DUE = "application_offer_due"
    APPLICATION_RESULT = "application_result"
    APPLICATION_ENDED = "application_ended"
    APPLICATION_LINK = "application_link"
    APPEAL_LODGED = "appeal_lodged"
    APPEAL_ANSWERED = "appeal_answered"
    AUDIT_HEAD = "audit_head"
    JOB_PARKED = "job_parked"


class Topic(StrEnum):
    """What somebody may switch off. Mails about access, and about a certificate that changed, are always sent."""

    ENROLMENTS = "enrolments"
    WORK = "work"
    TIMETABLE = "timetable"
    CERTIFICATES = "certificates"
    ANNOUNCEMENTS = "announcements"


TOPICS = {
    Kind.ENROLLED: Topic.ENROLMENTS,
    Kind.WORK_RETURNED: Topic.WORK,
    Kind.WORK_ACCEPTED: Topic.WORK,
    Kind.SESSION_MOVED: Topic.TIMETABLE,
    Kind.SESSION_CANCELLED: Topic.TIMETABLE,
    Kind.CERTIFICATE_ISSUED: Topic.CERTIFICATES,
    Kind.ANNOUNCEMENT: Topic.ANNOUNCEMENTS,
}
