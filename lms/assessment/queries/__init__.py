"""Attempts, work and marks, as they stand."""

from lms.assessment.queries.attempts import (
    attempt_of,
    attempts_of,
    is_any_overdue,
    open_attempts_of,
    overdue_attempts,
    put_questions,
    quiz_for,
    responses_of,
)
from lms.assessment.queries.live import (
    live_marks,
    marking_plan,
    practice_sign_offs,
    roster,
)
from lms.assessment.queries.marks import component_marks, sign_offs_of
from lms.assessment.queries.reviews import reviewed_work, waiting_count, waiting_for_review, work_to_review
from lms.assessment.queries.work import WorkState, assignment_for, draft_of, versions_of, work_states_of

__all__ = [
    "WorkState", "assignment_for", "attempt_of", "attempts_of", "component_marks", "draft_of", "is_any_overdue",
    "live_marks", "marking_plan", "open_attempts_of", "overdue_attempts", "practice_sign_offs", "put_questions",
    "quiz_for", "responses_of", "reviewed_work", "roster", "sign_offs_of", "versions_of", "waiting_count",
    "waiting_for_review", "work_states_of", "work_to_review",
]  # fmt: skip
