"""What jobs, states and breaks are called on screen."""

from collections.abc import Mapping
from typing import Any, TypeVar

from lms.i18n import lazy as _
from lms.jobs import JobState
from lms.notifications.kinds import Kind
from lms.notifications.models import OutboxState

JOBS = {
    "admissions.follow_calls": _("Open and close calls for applications"),
    "admissions.make_ranking": _("Rank the applications of a call"),
    "admissions.print_minutes": _("Print the minutes of a selection"),
    "admissions.publish_results": _("Publish the results of a call"),
    "admissions.settle_offers": _("Settle the offers of places"),
    "assessment.close_overdue": _("Close attempts whose time is over"),
    "cohorts.expire_holds": _("Free the places nobody took in time"),
    "cohorts.start_cohorts": _("Start the cohorts of the day"),
    "cohorts.watch_head_counts": _("Warn of cohorts with too few people"),
    "cohorts.import_roster": _("Enrol the people of a list"),
    "credentials.cohort_archive": _("Put certificates into an archive"),
    "credentials.issue_cohort": _("Issue the certificates of a cohort"),
    "credentials.seal": _("Draw and seal a certificate"),
    "notifications.mail_announcement": _("Write an announcement to those it is for"),
    "notifications.send_pending": _("Send mails"),
    "operations.send_audit_head": _("Send the head of the audit trail to the auditors"),
    "operations.tidy": _("Tidy up"),
    "reporting.freeze_figures": _("Keep the figures of closed months"),
    "timetable.follow_clock": _("Begin and end sessions"),
    "timetable.keep_calendar": _("Add the holidays of the coming years"),
    "timetable.lock_sheets": _("Close attendance sheets"),
    "operations.verify_audit": _("Verify the audit trail"),
}
"""A job that is not here is shown by its kind."""

RESULTS = {
    "cohorts.import_roster": ("cohorts.roster_preview", ("cohort_id", "import_id"), _("See what became of the list")),
    "credentials.cohort_archive": ("credentials.archive", ("cohort_id", "job_id"), _("Download the archive")),
    "credentials.issue_cohort": ("credentials.cohort", ("cohort_id",), _("See the certificates of the cohort")),
    "notifications.mail_announcement": (
        "notifications.readers",
        ("cohort_id", "announcement_id"),
        _("See who has read it"),
    ),
    "operations.verify_audit": ("operations.audit", (), _("See the audit trail")),
}
"""Where a job's result is shown: the page, which of the job's arguments are in its address, and what the link says."""

JOB_STATES = {
    JobState.QUEUED: ("neutral", _("Waiting")),
    JobState.RUNNING: ("now", _("Running")),
    JobState.DONE: ("done", _("Done")),
    JobState.CANCELLED: ("neutral", _("Cancelled")),
    JobState.PARKED: ("refused", _("Given up")),
}

OUTBOX_STATES = {
    OutboxState.WAITING: ("neutral", _("Waiting")),
    OutboxState.SENT: ("done", _("Sent")),
    OutboxState.FAILED: ("refused", _("Failed")),
    OutboxState.DROPPED: ("neutral", _("No longer needed")),
}

MAILS = {
    Kind.INVITATION: _("Invitation"),
    Kind.PASSWORD_RESET: _("New password"),
    Kind.PASSWORD_CHANGED: _("Password changed"),
    Kind.FACTOR_CHANGED: _("Second factor changed"),
    Kind.ENROLLED: _("Enrolment"),
    Kind.WORK_RETURNED: _("Work returned"),
    Kind.WORK_ACCEPTED: _("Work assessed"),
    Kind.SESSION_MOVED: _("Session moved"),
    Kind.SESSION_CANCELLED: _("Session cancelled"),
    Kind.SHEET_OVERDUE: _("Attendance sheet not filled in"),
    Kind.CERTIFICATE_ISSUED: _("Certificate issued"),
    Kind.CERTIFICATE_REPLACED: _("Certificate replaced"),
    Kind.CERTIFICATE_REVOKED: _("Certificate revoked"),
    Kind.EXEMPTION_ANSWERED: _("Exemption: what becomes of a request"),
    Kind.EXEMPTION_TO_DECIDE: _("Exemption to decide"),
    Kind.EXEMPTION_TO_JUDGE: _("Exemption to judge"),
    Kind.EXEMPTION_TO_RULE: _("Exemption asked for"),
    Kind.EXEMPTION_WITHDRAWN: _("Exemption: request withdrawn"),
    Kind.ANNOUNCEMENT: _("Announcement"),
    Kind.APPLICATION_STARTED: _("Application begun"),
    Kind.APPLICATION_RECEIVED: _("Application received"),
    Kind.APPLICATION_INCOMPLETE: _("Application to be completed"),
    Kind.APPLICATION_STOPPED: _("Application not retained"),
    Kind.APPLICATION_OFFER: _("Place offered"),
    Kind.APPLICATION_OFFER_DUE: _("Offer about to run out"),
    Kind.APPLICATION_RESULT: _("Result of an application"),
    Kind.APPLICATION_ENDED: _("Application ended"),
    Kind.APPLICATION_LINK: _("New link to an application"),
    Kind.APPEAL_LODGED: _("Appeal received"),
    Kind.APPEAL_ANSWERED: _("Appeal answered"),
    Kind.AUDIT_HEAD: _("Head of the audit trail"),
    Kind.HEAD_COUNT_LOW: _("Too few people before a start"),
    Kind.JOB_PARKED: _("A job was given up"),
}

BREAKS = {
    "missing": _("is missing"),
    "does not follow the one before": _("does not follow the one before"),
    "was changed": _("was changed"),
    "differs from the anchor": _("differs from the anchor"),
    "the tail is missing": _("and all after it are missing"),
}
"""What ``audit.Break.problem`` says, by its words."""

State = TypeVar("State")


def words_of(states: Mapping[State, tuple[str, Any]]) -> dict[State, Any]:
    """Each state's word alone, to choose from."""
    return {state: word for state, (_kind, word) in states.items()}
