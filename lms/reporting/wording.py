"""Risks, reasons and channels in the reader's words. Nobody is blamed: a sentence says what is, not whose fault."""

from decimal import Decimal
from fractions import Fraction

from lms.i18n import _, _n, language, lazy
from lms.reporting.bulk import Act, Hindrance
from lms.reporting.models import Channel
from lms.reporting.risk import Risk, RiskCode
from lms.results.rules import ReasonCode
from lms.web.filters import day

CHANNELS = {
    Channel.PHONE: lazy("By telephone"), Channel.MAIL: lazy("By e-mail"), Channel.MESSAGE: lazy("By message"),
    Channel.MEETING: lazy("Face to face"), Channel.VIDEO: lazy("By video call"),
}  # fmt: skip
BLOCKS = {
    ReasonCode.NOT_ASSESSED: lazy("Nothing assessed yet"), ReasonCode.COMPONENT_MISSING: lazy("A mark is missing"),
    ReasonCode.COMPONENT_ELIMINATORY: lazy("An assessment below its minimum"),
    ReasonCode.PRACTICAL_TOO_LOW: lazy("The practical assessment too low"),
    ReasonCode.MARK_TOO_LOW: lazy("The module mark too low"),
    ReasonCode.ATTENDANCE_MISSING: lazy("Attendance not recorded"), ReasonCode.ATTENDANCE_TOO_LOW: lazy("Attendance too low"),
    ReasonCode.ENROLMENT_NOT_ACTIVE: lazy("The enrolment not active"),
}  # fmt: skip
"""What a filter offers, a few words each."""


ACTS = {
    Act.CONTACT: lazy("Note a contact"), Act.GROUP: lazy("Move to a group"), Act.WITHDRAW: lazy("Withdraw"),
}  # fmt: skip
HINDRANCES = {
    Hindrance.NO_PLACE: lazy("Takes no place in this cohort."),
    Hindrance.CANNOT_LEAVE: lazy("Has finished or left already: there is no place to withdraw from."),
}


def risk_sentence(risk: Risk) -> str:
    """What is seen, with its figures."""
    match risk.code:
        case RiskCode.OUT_OF_REACH:
            return _(
                "%(module)s: even without missing anything more, attendance ends at %(have)s; %(need)s are needed.",
                module=risk.module, have=_share(risk.have), need=_share(risk.need),
            )  # fmt: skip
        case RiskCode.ATTENDANCE_LOW:
            return _(
                "%(module)s: attendance is %(have)s so far; %(need)s are needed and can still be reached.",
                module=risk.module, have=_share(risk.have), need=_share(risk.need),
            )  # fmt: skip
        case RiskCode.UNJUSTIFIED:
            return _(
                "%(module)s: %(have)s of the module were missed without a justification; the limit is %(need)s.",
                module=risk.module, have=_share(risk.have), need=_share(risk.need),
            )  # fmt: skip
        case RiskCode.MARK_LOW:
            return _(
                "%(module)s: the mark is %(have)s out of 20; %(need)s are needed.",
                module=risk.module, have=_number(risk.have), need=_number(risk.need),
            )  # fmt: skip
        case RiskCode.OVERDUE:
            return _n(
                "%(module)s: due on %(day)s, %(num)d day ago; not everything is handed in yet.",
                "%(module)s: due on %(day)s, %(num)d days ago; not everything is handed in yet.",
                int(risk.have), module=risk.module, day=day(risk.since, "medium"),
            )  # fmt: skip
        case RiskCode.QUIET:
            return _n(
                "Nothing read, answered or handed in for %(num)d day.",
                "Nothing read, answered or handed in for %(num)d days.",
                int(risk.have),
            )


def _share(value: Fraction | Decimal | int) -> str:
    """One decimal at most, cut and never rounded up: 79.96 % is not 80 %."""
    tenths = int(Fraction(value) * 1000)
    text = _number(Decimal(tenths) / 10)
    return f"{text}\u202f%" if language() == "fr" else f"{text}%"


def _number(value: Fraction | Decimal | int) -> str:
    plain = f"{Decimal(str(value)).normalize():f}"
    return plain.replace(".", ",") if language() == "fr" else plain


def contacted(days: int) -> str:
    """How long ago somebody last called."""
    if days == 0:
        return _("Contacted today")
    return _n("Contacted %(num)d day ago", "Contacted %(num)d days ago", days)
