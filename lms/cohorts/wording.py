"""What ``roster`` and ``preview`` found, and states, in the reader's words."""

from lms.cohorts.lifecycle import EnrolmentState
from lms.cohorts.preview import Action, Hindrance, Remark
from lms.cohorts.roster import MOST_ROWS, Fault, Problem
from lms.cohorts.windows import CohortPhase, WindowState
from lms.i18n import _
from lms.i18n import lazy as _l

ENROLMENT_STATES = {
    EnrolmentState.ACTIVE: _l("Active"), EnrolmentState.SUSPENDED: _l("Suspended"), EnrolmentState.COMPLETED: _l("Completed"),
    EnrolmentState.WITHDRAWN: _l("Withdrawn"), EnrolmentState.EXCLUDED: _l("Excluded"), EnrolmentState.DEFERRED: _l("Deferred"),
}  # fmt: skip
STATE_KINDS = {
    EnrolmentState.ACTIVE: "now", EnrolmentState.SUSPENDED: "attention", EnrolmentState.COMPLETED: "done",
    EnrolmentState.WITHDRAWN: "neutral", EnrolmentState.EXCLUDED: "refused", EnrolmentState.DEFERRED: "neutral",
}  # fmt: skip
PHASES = {
    CohortPhase.RUNNING: _l("Running"), CohortPhase.ABOUT_TO_START: _l("About to start"), CohortPhase.FINISHED: _l("Finished"),
}  # fmt: skip
PHASE_KINDS = {CohortPhase.RUNNING: "now", CohortPhase.ABOUT_TO_START: "locked", CohortPhase.FINISHED: "done"}
WINDOWS = {
    WindowState.UPCOMING: _l("Not open yet"), WindowState.OPEN: _l("Open"), WindowState.OVERDUE: _l("Past its date"),
    WindowState.CLOSED: _l("Closed"),
}  # fmt: skip
WINDOW_KINDS = {
    WindowState.UPCOMING: "locked",
    WindowState.OPEN: "now",
    WindowState.OVERDUE: "attention",
    WindowState.CLOSED: "neutral",
}
ACTIONS = {
    Action.ERROR: _l("To correct"), Action.CREATE: _l("Invite and enrol"), Action.ENROL: _l("Enrol"),
    Action.UNCHANGED: _l("Enrolled already"),
}  # fmt: skip
ACTION_KINDS = {Action.ERROR: "refused", Action.CREATE: "now", Action.ENROL: "now", Action.UNCHANGED: "done"}
COLUMNS = {
    "email": _l("E-mail address"), "given": _l("Given name"), "family": _l("Family name"), "given_ar": _l("Given name in Arabic"),
    "family_ar": _l("Family name in Arabic"), "organisation": _l("Organisation"),
}  # fmt: skip
HINDRANCES = {
    Hindrance.NAMES_MISSING: _l("Nobody here has this address, and the line has no names to invite them by."),
    Hindrance.LEFT_BEFORE: _l("This person was in this cohort and left it. Take them back on their page."),
    Hindrance.ACCESS_CLOSED: _l("This person's access is closed. An administrator can open it again."),
    Hindrance.STAFF_HERE: _l("This person is on the cohort's staff: nobody judges their own work."),
    Hindrance.FULL: _l("The last place was taken meanwhile."),
}  # fmt: skip
SEPARATORS = {";": _l("semicolons"), ",": _l("commas"), "\t": _l("tabs")}


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a file or a line, and what to do."""
    column, value = COLUMNS.get(problem.column, ""), problem.value
    match problem.fault:
        case Fault.EMPTY:
            return _("The file is empty.")
        case Fault.TOO_LARGE:
            return _("The file is larger than 2 MB. Share it out over several files.")
        case Fault.TOO_MANY_ROWS:
            return _("The file has more than %(most)d lines. Share it out over several files.", most=MOST_ROWS)
        case Fault.SPREADSHEET:
            return _("This is a spreadsheet. Save it as CSV and send that file.")
        case Fault.NOT_TEXT:
            return _("This is not a text file. Save your list as CSV and send that file.")
        case Fault.NO_HEADER:
            return _(
                "The first line holds no column names that we know. It reads “%(line)s”; write for example "
                "“email;prénom;nom”, separated by semicolons, commas or tabs.", line=value,
            )  # fmt: skip
        case Fault.MISSING_COLUMN:
            return _(
                "The column “%(column)s” is missing from the first line, which reads “%(line)s”.",
                column=column,
                line=value,
            )
        case Fault.COLUMN_TWICE:
            return _("Two columns are both called “%(column)s”.", column=column)
        case Fault.BAD_QUOTES:
            return _(
                "A quotation mark that opens near line %(line)s is never closed, or stands in the middle of a cell.",
                line=value,
            )
        case Fault.NO_ROWS:
            return _("The file has column names and nobody under them.")
        case Fault.EMAIL_MISSING:
            return _("The e-mail address is missing.")
        case Fault.EMAIL_INVALID:
            return _("“%(value)s” is not an e-mail address.", value=value)
        case Fault.FORMULA:
            return _(
                "%(column)s: “%(value)s” begins like a formula of a spreadsheet, which we do not take.",
                column=column,
                value=value,
            )
        case Fault.TOO_LONG:
            return _("%(column)s: “%(value)s…” is too long.", column=column, value=value)
        case Fault.CONTROL_CHARACTER:
            return _("%(column)s holds a line break or another invisible sign.", column=column)
        case Fault.NOT_ARABIC:
            return _("%(column)s: “%(value)s” is not in Arabic letters.", column=column, value=value)
        case Fault.TOO_MANY_CELLS:
            return _("The line has more cells than there are columns: “%(value)s” is left over.", value=value)
        case Fault.DUPLICATE:
            return _("Line %(line)s has the same address.", line=value)


def remark_sentence(remark: Remark, name: str, organisation: str) -> str:
    """``name``: the one the institute knows; ``organisation``: the one the file names."""
    if remark is Remark.KNOWN_AS:
        return _("Known here as %(name)s; the name stays as it is.", name=name)
    return _("“%(organisation)s” is not among the organisations: it is left empty.", organisation=organisation)
