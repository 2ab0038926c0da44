"""Everything that changes in assessment: attempts, work, reviews, marks given on the spot."""

from lms.assessment.services.attempts import (
    AttemptClosed,
    Change,
    NoAttemptLeft,
    QuizClosed,
    close_attempt,
    preview_marks,
    save_answers,
    start_attempt,
    submit_attempt,
)
from lms.assessment.services.live import (
    MarkConflict,
    NewMark,
    OwnWork,
    ReasonMissing,
    record_live_marks,
    sign_off_practice,
    withdraw_sign_off,
)
from lms.assessment.services.reviews import CannotAccept, ReviewConflict, review_work
from lms.assessment.services.work import FilesRefused, WorkClosed, hand_in, save_draft

__all__ = [
    "AttemptClosed", "CannotAccept", "Change", "FilesRefused", "MarkConflict", "NewMark", "NoAttemptLeft", "OwnWork",
    "QuizClosed", "ReasonMissing", "ReviewConflict", "WorkClosed", "close_attempt", "hand_in", "preview_marks",
    "record_live_marks", "review_work", "save_answers", "save_draft", "sign_off_practice", "start_attempt",
    "submit_attempt", "withdraw_sign_off",
]  # fmt: skip
