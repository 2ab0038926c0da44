"""The shape of every course file, as ``docs/authors.md`` describes it. Pure: no database, no clock, no HTTP."""

from lms.catalogue.schema.course import Change, Course
from lms.catalogue.schema.lesson import LessonHead
from lms.catalogue.schema.module import Assessment, Hours, Module, TeachingPractice, Unit
from lms.catalogue.schema.programme import CertificateOffer, Programme
from lms.catalogue.schema.questions import (
    Bank,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from lms.catalogue.schema.work import Assignment, Criterion, Draw, Quiz, Rubric

__all__ = [
    "Assessment",
    "Assignment",
    "Bank",
    "CertificateOffer",
    "Change",
    "Course",
    "Criterion",
    "Draw",
    "Hours",
    "LessonHead",
    "Matching",
    "Module",
    "MultipleChoice",
    "Numeric",
    "Ordering",
    "Programme",
    "Question",
    "Quiz",
    "Rubric",
    "ShortText",
    "SingleChoice",
    "TeachingPractice",
    "TrueFalse",
    "Unit",
]
