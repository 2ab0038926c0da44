"""The reasons of ``rules`` as sentences, in the reader's language. Nobody is blamed."""

from decimal import Decimal

from lms.i18n import _, language
from lms.results.rules import Reason, ReasonCode


def sentence(reason: Reason) -> str:
    """What is missing and what is asked, in one sentence."""
    title = reason.title.get(language(), reason.title.get("en", ""))
    have, need = _figure(reason.have), _figure(reason.need)
    match reason.code:
        case ReasonCode.NOT_ASSESSED:
            return _("%(module)s: nothing is assessed yet.", module=reason.module)
        case ReasonCode.COMPONENT_MISSING:
            return _("%(module)s: “%(title)s” has no mark yet.", module=reason.module, title=title)
        case ReasonCode.COMPONENT_ELIMINATORY:
            return _(
                "%(module)s: “%(title)s” is at %(have)s; every assessment needs at least %(need)s.",
                module=reason.module, title=title, have=have, need=need,
            )  # fmt: skip
        case ReasonCode.PRACTICAL_TOO_LOW:
            return _(
                "%(module)s: the practical assessment “%(title)s” is at %(have)s and needs %(need)s.",
                module=reason.module, title=title, have=have, need=need,
            )  # fmt: skip
        case ReasonCode.MARK_TOO_LOW:
            return _(
                "%(module)s: the module mark is %(have)s and needs %(need)s.",
                module=reason.module,
                have=have,
                need=need,
            )
        case ReasonCode.ATTENDANCE_MISSING:
            return _("%(module)s: attendance is not recorded yet.", module=reason.module)
        case ReasonCode.ATTENDANCE_TOO_LOW:
            return _(
                "%(module)s: attendance is %(have)s %% and needs %(need)s %%.",
                module=reason.module,
                have=have,
                need=need,
            )
        case ReasonCode.ENROLMENT_NOT_ACTIVE:
            return _("The enrolment is not active.")


def _figure(text: str) -> str:
    if not text:
        return ""
    plain = f"{Decimal(text).normalize():f}"
    return plain.replace(".", ",") if language() == "fr" else plain
