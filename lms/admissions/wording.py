"""The words of admissions on screen."""

from lms.admissions.lifecycle import AppealOutcome, AppealStage, ApplicationState, CallState, CriterionKind
from lms.admissions.ranking import Outcome, Reason, TieBreak
from lms.i18n import lazy as _

_A, _C = ApplicationState, CallState
CALL_STATES = {
    _C.DRAFT: _("draft"), _C.PUBLISHED: _("announced"), _C.OPEN: _("open"), _C.CLOSED: _("closed"),
    _C.IN_SELECTION: _("in selection"), _C.RESULTS_PUBLISHED: _("results published"), _C.ARCHIVED: _("archived"),
}  # fmt: skip
CALL_KINDS = {
    _C.DRAFT: "neutral", _C.PUBLISHED: "neutral", _C.OPEN: "now", _C.CLOSED: "locked", _C.IN_SELECTION: "attention",
    _C.RESULTS_PUBLISHED: "done", _C.ARCHIVED: "locked",
}  # fmt: skip
STATES = {
    _A.DRAFT: _("draft, not sent"), _A.SUBMITTED: _("sent"), _A.INCOMPLETE: _("to be completed"),
    _A.RESUBMITTED: _("completed, sent again"), _A.REJECTED_INCOMPLETE: _("not taken: incomplete"),
    _A.COMPLETE: _("complete"), _A.ELIGIBLE: _("eligible"), _A.INELIGIBLE: _("not eligible"), _A.TESTED: _("test taken"),
    _A.ABSENT: _("absent from the test"), _A.INTERVIEWED: _("interviewed"), _A.NOT_RETAINED: _("not retained after the test"),
    _A.ADMITTED: _("admitted"), _A.WAITLISTED: _("on the waiting list"), _A.REFUSED: _("not admitted"),
    _A.OFFERED: _("place offered"), _A.CONFIRMED: _("confirmed"), _A.DECLINED: _("place declined"),
    _A.EXPIRED: _("offer run out"), _A.ENROLLED: _("enrolled"), _A.WITHDRAWN: _("withdrawn"),
}  # fmt: skip
STATE_KINDS = {
    _A.DRAFT: "neutral", _A.SUBMITTED: "now", _A.INCOMPLETE: "attention", _A.RESUBMITTED: "now",
    _A.REJECTED_INCOMPLETE: "refused", _A.COMPLETE: "now", _A.ELIGIBLE: "now", _A.INELIGIBLE: "refused", _A.TESTED: "now",
    _A.ABSENT: "refused", _A.INTERVIEWED: "now", _A.NOT_RETAINED: "refused", _A.ADMITTED: "done", _A.WAITLISTED: "attention",
    _A.REFUSED: "refused", _A.OFFERED: "done", _A.CONFIRMED: "done", _A.DECLINED: "neutral", _A.EXPIRED: "neutral",
    _A.ENROLLED: "done", _A.WITHDRAWN: "neutral",
}  # fmt: skip
PLAIN = {
    _A.DRAFT: _("Nobody reads your file yet: complete it and send it before the call closes."),
    _A.SUBMITTED: _("We have your file. Within five working days we check that nothing is missing, and write to you."),
    _A.INCOMPLETE: _("Something is missing. Complete your file and send it again; this is possible once."),
    _A.RESUBMITTED: _("We have your completed file and check it."),
    _A.REJECTED_INCOMPLETE: _("Your file could not be taken, because it stayed incomplete."),
    _A.COMPLETE: _("Your file is complete. Within ten working days we say whether you may take part in the test."),
    _A.ELIGIBLE: _("You may take part in the positioning test. You are told when and where."),
    _A.INELIGIBLE: _("Your file does not meet the conditions of the call."),
    _A.TESTED: _("Your test is being scored."),
    _A.ABSENT: _("You did not come to the test."),
    _A.INTERVIEWED: _("Your interview took place. Everybody reads the results on the same day, here and by mail."),
    _A.NOT_RETAINED: _("Your points at the test do not lead to an interview."),
    _A.ADMITTED: _("You are admitted: a place is kept for you. Accept it before its last day."),
    _A.WAITLISTED: _("All places are offered to others for now. When one becomes free in your turn, we write to you at once."),
    _A.REFUSED: _("You are not admitted this time."),
    _A.OFFERED: _("A place became free and is kept for you. Accept it before its last day."),
    _A.CONFIRMED: _("You have accepted the place."),
    _A.DECLINED: _("You have declined the place."),
    _A.EXPIRED: _("The place was not accepted in time and went to the next person."),
    _A.ENROLLED: _(
        "You are enrolled. Sign in with the address of your file; if you have no password yet, a mail asks you to choose one."
    ),
    _A.WITHDRAWN: _("You have withdrawn your application."),
}  # fmt: skip
"""What a state means for the applicant, and what comes next."""
CRITERIA = {
    CriterionKind.TEST: _("Positioning test"), CriterionKind.INTERVIEW: _("Interview"),
    CriterionKind.EXPERIENCE: _("Teaching experience"), CriterionKind.BALANCE: _("Region and gender balance"),
}  # fmt: skip
APPEAL_OUTCOMES = {
    AppealOutcome.MAINTAINED: _("The decision stands"), AppealOutcome.UPHELD: _("The appeal is upheld"),
    AppealOutcome.INADMISSIBLE: _("The appeal cannot be examined"),
}  # fmt: skip
APPEAL_STAGES = {
    AppealStage.LODGED: _("to be assigned"), AppealStage.ASSIGNED: _("being examined"), AppealStage.CLOSED: _("answered"),
}  # fmt: skip
APPEAL_STAGE_KINDS = {AppealStage.LODGED: "attention", AppealStage.ASSIGNED: "now", AppealStage.CLOSED: "done"}
OUTCOMES = {
    Outcome.ADMITTED: _("admitted"),
    Outcome.WAITLISTED: _("on the waiting list"),
    Outcome.REFUSED: _("not admitted"),
}
OUTCOME_KINDS = {Outcome.ADMITTED: "done", Outcome.WAITLISTED: "attention", Outcome.REFUSED: "refused"}
REASONS = {
    Reason.MERIT: _("by points"), Reason.RESERVED: _("within the reserved share"),
    Reason.DISPLACED: _("the place went to the reserved share"), Reason.PLACES_TAKEN: _("the places went to the ranks before"),
}  # fmt: skip
TIE_BREAKS = {
    TieBreak.REGION: _("after the one before by region"),
    TieBreak.COMPLETED: _("after the one before by the day it was complete"),
    TieBreak.DRAW: _("after the one before by draw"),
}  # fmt: skip
