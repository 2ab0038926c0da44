"""What ``roster`` and ``preview`` found, as sentences in the reader's language: what is wrong, and what to do."""

from lms.cohorts.preview import Remark
from lms.cohorts.roster import MOST_ROWS, Fault, Problem
from lms.cohorts.wording import COLUMNS
from lms.i18n import _


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
