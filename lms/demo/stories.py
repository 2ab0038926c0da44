"""The people of the demo who have a story, and those who run the institute. Pure.

Everybody's fate follows from their ``Turn``: what goes well, what does not, and what they do about it.
"""

from dataclasses import dataclass
from enum import StrEnum

DOMAIN = "demo.takwin.example"
"""Who has an address here belongs to the demo; ``.example`` receives no mail, anywhere."""
PASSWORD = "bonjour-takwin"  # noqa: S105 - no secret: the demo never loads in production
"""Everybody's."""


class Intake(StrEnum):
    FINISHED = "finished"
    RUNNING = "running"
    COMING = "coming"


class Turn(StrEnum):
    """How a participant's way through the programme goes."""

    SMOOTH = "smooth"
    SECOND_REVIEW = "second_review"  # another assessor reads the first module's work again
    LIVE_RESIT = "live_resit"  # the performance of the first module does not come off the first time
    WORK_RESIT = "work_resit"  # the work of the last module is handed in twice
    NOT_YET = "not_yet"  # strong in all but the last module's work, which is returned twice
    ABSENT = "absent"  # under the attendance threshold, for good
    MADE_UP = "made_up"  # under the threshold, then a half-day made up
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"
    DEFERRED = "deferred"


class AfterIssue(StrEnum):
    """What happens to a certificate once it is out."""

    NAME_CORRECTED = "name_corrected"
    DUPLICATE_REVOKED = "duplicate_revoked"


@dataclass(frozen=True)
class Story:
    """``key`` is what stands before the @. ``printed`` is a certificate name that turns out to be wrong."""

    key: str
    given: str
    family: str
    given_ar: str
    family_ar: str
    gender: str
    sender: str
    intake: Intake
    track: str
    turn: Turn
    locale: str = "fr"
    printed: str | None = None
    after: AfterIssue | None = None


STORIES = (
    Story("khadija", "Khadija", "Mansouri", "خديجة", "المنصوري", "F", "OFPPT — Centre numérique de Casablanca",
          Intake.RUNNING, "CLD", Turn.SMOOTH),
    Story("hajar", "Hajar", "El Idrissi", "هاجر", "الإدريسي", "F", "OFPPT — Centre numérique de Fès",
          Intake.FINISHED, "DAT", Turn.SECOND_REVIEW),
    Story("youssef", "Youssef", "Benjelloun", "يوسف", "بنجلون", "M", "Marsa Offshoring",
          Intake.FINISHED, "AIO", Turn.LIVE_RESIT),
    Story("salma", "Salma", "Tahiri", "سلمى", "الطاهري", "F", "Université du Détroit",
          Intake.COMING, "DAT", Turn.SMOOTH),
    Story("ilyas", "Ilyas", "Kabbaj", "إلياس", "القباج", "M", "Technopôle Services Rabat",
          Intake.FINISHED, "DEV", Turn.NOT_YET, locale="en"),
    Story("idir", "Idir", "Ait Ali", "إدير", "أيت علي", "M", "OFPPT — Centre d'Agadir",
          Intake.FINISHED, "SEC", Turn.SMOOTH, printed="Idder Aït Aly", after=AfterIssue.NAME_CORRECTED),
    Story("meryem", "Meryem", "Bennani", "مريم", "بناني", "F", "Nour Formation",
          Intake.FINISHED, "SEC", Turn.SMOOTH, printed="Myriam Bennani", after=AfterIssue.NAME_CORRECTED),
    Story("mehdi", "Mehdi", "Tazi", "المهدي", "التازي", "M", "École d'ingénieurs de l'Agdal",
          Intake.FINISHED, "CLD", Turn.SMOOTH),
    Story("mehdi.tazi", "Mehdi", "Tazi", "المهدي", "التازي", "M", "École d'ingénieurs de l'Agdal",
          Intake.FINISHED, "CLD", Turn.SMOOTH, after=AfterIssue.DUPLICATE_REVOKED),
)  # fmt: skip


@dataclass(frozen=True)
class Staff:
    """Somebody who runs the institute. ``tracks``: the cohorts they work in, for roles held cohort by cohort; empty: the role
    is held in the whole institute."""

    key: str
    given: str
    family: str
    given_ar: str
    family_ar: str
    role: str
    tracks: tuple[str, ...] = ()


STAFF = (
    Staff("admin", "Nadia", "Lahlou", "نادية", "لحلو", "admin"),
    Staff("coordinatrice", "Loubna", "Chraibi", "لبنى", "الشرايبي", "coordinator"),
    Staff("ouazzani", "Abderrahim", "Ouazzani", "عبد الرحيم", "الوزاني", "assessor", ("DEV", "SEC", "DAT")),
    Staff("evaluatrice", "Sanae", "El Fassi", "سناء", "الفاسي", "assessor", ("CLD", "AIO")),
    Staff("lecture", "Noureddine", "Sabri", "نور الدين", "صبري", "assessor", ("DAT", "AIO")),
    Staff("animatrice", "Imane", "El Ghazali", "إيمان", "الغزالي", "facilitator", ("CLD", "SEC")),
    Staff("animateur", "Rachid", "Zerouali", "رشيد", "الزروالي", "facilitator", ("DEV", "DAT")),
    Staff("formatrice", "Wiam", "Haddad", "وئام", "حداد", "facilitator", ("AIO",)),
    Staff("auteur", "Hamza", "Naciri", "حمزة", "الناصري", "author"),
    Staff("berrada", "Ghita", "Berrada", "غيثة", "برادة", "committee"),
    Staff("auditeur", "Omar", "Slaoui", "عمر", "السلاوي", "auditor"),
)
