"""Calls, applications, their examination and what was decided."""

from lms.admissions.models.applications import (
    Appeal,
    Application,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationLink,
)
from lms.admissions.models.calls import Call, CallCriterion, CallDocument, CallEvent, CallExaminer, CallQuota, CallTrack
from lms.admissions.models.examination import Assignment, Score
from lms.admissions.models.ranking import Offer, RankedApplication, RankingMinutes, RankingRun, RankSkip

__all__ = [
    "Appeal", "Application", "ApplicationDocument", "ApplicationEvent", "ApplicationLink", "Assignment", "Call",
    "CallCriterion", "CallDocument", "CallEvent", "CallExaminer", "CallQuota", "CallTrack", "Offer", "RankSkip",
    "RankedApplication", "RankingMinutes", "RankingRun", "Score",
]  # fmt: skip
