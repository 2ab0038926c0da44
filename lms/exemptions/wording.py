"""The words of exemption on screen."""

from lms.exemptions.lifecycle import RequestState
from lms.exemptions.limits import Limit
from lms.i18n import lazy as _

_S, _L = RequestState, Limit
STATES = {
    _S.DRAFT: _("draft, not sent yet"), _S.SUBMITTED: _("sent, to be ruled admissible"), _S.NOT_ADMISSIBLE: _("not admissible"),
    _S.ADMISSIBLE: _("admissible, being examined"), _S.FULL: _("exempted in full"), _S.PARTIAL: _("exempted in part"),
    _S.REFUSED: _("exemption refused"), _S.WITHDRAWN: _("request withdrawn"),
}  # fmt: skip
STATE_KINDS = {
    _S.DRAFT: "neutral", _S.SUBMITTED: "now", _S.NOT_ADMISSIBLE: "refused", _S.ADMISSIBLE: "now", _S.FULL: "done",
    _S.PARTIAL: "done", _S.REFUSED: "refused", _S.WITHDRAWN: "neutral",
}  # fmt: skip
OUTCOMES = {
    _S.FULL: _("Exempt from the whole module"), _S.PARTIAL: _("Exempt from a part"), _S.REFUSED: _("Refuse the exemption"),
}  # fmt: skip
FINDINGS = {
    "authentic": _("Authentic: it is this person’s own"), "sufficient": _("Sufficient: it covers what is claimed"),
    "relevant": _("Relevant: it speaks of this module"), "current": _("Current: it is recent enough"),
}  # fmt: skip
"""What evidence has to be, by the names kept with an opinion."""
_LIMITS = {
    _L.NEVER: _("Observed teaching is never exempted: everybody is seen at work."),
    _L.ONLY_PARTLY: _("This module holds MT3, which is never exempted: only a part of it can be."),
    _L.TOO_MANY_HOURS: _("These are more hours than may be exempted: at most 60 %% of the programme, all modules together."),
    _L.NO_HOURS: _("Say how many hours are exempted."),
    _L.WHOLE_MODULE: _("These hours are the whole module: exempt from all of it, or from fewer hours."),
    _L.HOURS_REFUSED: _("A refusal exempts from no hours and recognises no competency."),
    _L.NOTHING_RECOGNISED: _("Choose the competencies that are recognised."),
    _L.NOT_CLAIMED: _("Only competencies that were claimed can be recognised."),
    _L.NOTHING_PRESCRIBED: _("Say what is still to be done."),
    _L.LITTLE_EXPERIENCE: _("At least three years of experience in all are needed."),
    _L.NOTHING_CURRENT: _("No document is recent enough."),
}  # fmt: skip


def limit_sentence(limit: Limit) -> str:
    """Why a decision cannot be taken as it stands, in the reader's language."""
    return str(_LIMITS[limit])
