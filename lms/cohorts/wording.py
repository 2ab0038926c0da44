"""States, actions and columns in the reader's words."""

from lms.cohorts.grouping import Purpose
from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.preview import Action, Hindrance
from lms.cohorts.windows import CohortPhase, WindowState
from lms.i18n import lazy as _

ENROLMENT_STATES = {
    EnrolmentState.REGISTERED: _("Registered"), EnrolmentState.FAILED: _("Not successful"),
    EnrolmentState.ACTIVE: _("Active"), EnrolmentState.SUSPENDED: _("Suspended"), EnrolmentState.COMPLETED: _("Completed"),
    EnrolmentState.WITHDRAWN: _("Withdrawn"), EnrolmentState.EXCLUDED: _("Excluded"), EnrolmentState.DEFERRED: _("Deferred"),
}  # fmt: skip
STATE_KINDS = {
    EnrolmentState.REGISTERED: "locked", EnrolmentState.FAILED: "refused",
    EnrolmentState.ACTIVE: "now", EnrolmentState.SUSPENDED: "attention", EnrolmentState.COMPLETED: "done",
    EnrolmentState.WITHDRAWN: "neutral", EnrolmentState.EXCLUDED: "refused", EnrolmentState.DEFERRED: "neutral",
}  # fmt: skip
PHASES = {
    CohortPhase.RUNNING: _("Running"), CohortPhase.ABOUT_TO_START: _("About to start"), CohortPhase.FINISHED: _("Finished"),
}  # fmt: skip
PHASE_KINDS = {CohortPhase.RUNNING: "now", CohortPhase.ABOUT_TO_START: "locked", CohortPhase.FINISHED: "done"}
WINDOWS = {
    WindowState.UPCOMING: _("Not open yet"), WindowState.OPEN: _("Open"), WindowState.OVERDUE: _("Past its date"),
    WindowState.CLOSED: _("Closed"),
}  # fmt: skip
WINDOW_KINDS = {
    WindowState.UPCOMING: "locked",
    WindowState.OPEN: "now",
    WindowState.OVERDUE: "attention",
    WindowState.CLOSED: "neutral",
}
ACTIONS = {
    Action.ERROR: _("To correct"), Action.CREATE: _("Invite and enrol"), Action.ENROL: _("Enrol"),
    Action.UNCHANGED: _("Enrolled already"),
}  # fmt: skip
ACTION_KINDS = {Action.ERROR: "refused", Action.CREATE: "now", Action.ENROL: "now", Action.UNCHANGED: "done"}
COLUMNS = {
    "email": _("E-mail address"), "given": _("Given name"), "family": _("Family name"), "given_ar": _("Given name in Arabic"),
    "family_ar": _("Family name in Arabic"), "organisation": _("Organisation"),
}  # fmt: skip
HINDRANCES = {
    Hindrance.NAMES_MISSING: _("Nobody here has this address, and the line has no names to invite them by."),
    Hindrance.LEFT_BEFORE: _("This person was in this cohort and left it. Take them back on their page."),
    Hindrance.ACCESS_CLOSED: _("This person's access is closed. An administrator can open it again."),
    Hindrance.STAFF_HERE: _("This person is on the cohort's staff: nobody judges their own work."),
    Hindrance.FULL: _("The last place was taken meanwhile."),
}  # fmt: skip
PURPOSES = {
    Purpose.LANGUAGE: _("Languages"), Purpose.PRACTICAL: _("Practical work"), Purpose.PROJECT: _("Projects"),
    Purpose.TUTORING: _("Tutoring"),
}  # fmt: skip
SEPARATORS = {";": _("semicolons"), ",": _("commas"), "\t": _("tabs")}
