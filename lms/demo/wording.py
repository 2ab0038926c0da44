"""Who somebody is, in a line beside their login."""

from collections.abc import Callable, Mapping

from lms.i18n import _

_STORIES: Mapping[str, Callable[[], str]] = {
    "khadija": lambda: _("half way through the cloud programme"),
    "hajar": lambda: _("certified in data; her first work was read by two assessors"),
    "youssef": lambda: _("certified in applied AI after a second sitting"),
    "salma": lambda: _("her data cohort is about to start"),
    "ilyas": lambda: _("excellent engineer, not yet a trainer: see what is missing"),
    "idir": lambda: _("his name was wrong; the corrected certificate replaces the first"),
    "meryem": lambda: _("her first name was wrong; the corrected certificate replaces the first"),
    "mehdi": lambda: _("known under two addresses; this certificate stands"),
    "mehdi.tazi": lambda: _("known under two addresses; this certificate is revoked"),
    "admin": lambda: _("people, roles, courses, jobs"),
    "coordinatrice": lambda: _("all cohorts, from opening to certificates"),
    "ouazzani": lambda: _("work waiting in development, cybersecurity and data"),
    "evaluatrice": lambda: _("work waiting in cloud and applied AI"),
    "lecture": lambda: _("the second reader"),
    "animatrice": lambda: _("attendance in cloud and cybersecurity"),
    "animateur": lambda: _("attendance in development and data"),
    "formatrice": lambda: _("attendance in applied AI"),
    "auteur": lambda: _("previews courses"),
    "berrada": lambda: _("previews courses"),
    "auditeur": lambda: _("reads everything, changes nothing"),
}


def story_line(key: str) -> str:
    return _STORIES[key]()
