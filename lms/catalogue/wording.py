"""The words for what course files say in codes."""

from lms.i18n import lazy as _

TRACKS = {
    "DEV": _("Development"),
    "CLD": _("Cloud and systems"),
    "SEC": _("Cybersecurity"),
    "DAT": _("Data"),
    "AIO": _("Applied AI and new offshoring jobs"),
    "TRV": _("Common to all tracks"),
}
FAMILIES = {
    "DEV": _("Development"),
    "CLD": _("Cloud and systems"),
    "SEC": _("Cybersecurity"),
    "DAT": _("Data"),
    "AIA": _("Applied artificial intelligence"),
    "OFS": _("Offshoring operations"),
    "PED": _("Training adults"),
    "LNG": _("Languages"),
    "AGI": _("Agility and projects"),
    "TRV": _("Transversal"),
}
"""A family the référentiel adds is shown by its code until it has words here."""

CERTIFICATES = {
    "CMP": _("Certificate of competencies"),
    "ATT": _("Certificate of attendance"),
    "HAB": _("Accreditation"),
}
ASSESSMENTS = {
    "quiz": _("Quiz"),
    "assignment": _("Work handed in"),
    "live": _("Judged on the spot"),
}
HOURS = {
    "in_person": _("In person"),
    "live_remote": _("Live, remote"),
    "guided_self_study": _("Guided self-study"),
}
MASTERY = {
    "N1": _("N1, aware"),
    "N2": _("N2, guided"),
    "N3": _("N3, autonomous"),
    "N4": _("N4, expert"),
    "N5": _("N5, reference"),
}
TRANSMISSION = {
    "T0": _("T0, does not teach it"),
    "T1": _("T1, assists"),
    "T2": _("T2, teaches alone"),
    "T3": _("T3, trains trainers"),
}
IMPORTANCE = {"essential": _("Essential"), "useful": _("Useful")}
COVER = {
    "covered": ("done", _("Covered")),
    "in_preparation": ("now", _("In preparation")),
    "partly": ("attention", _("At a lower level")),
    "open": ("refused", _("Not covered")),
}
KINDS = {
    "competency": _("Competency"),
    "job_profile": _("Job profile"),
    "course": _("Course"),
    "module": _("Module"),
    "lesson": _("Lesson"),
    "question": _("Question"),
    "quiz": _("Quiz"),
    "assignment": _("Assignment"),
    "rubric": _("Rubric"),
    "picture": _("Picture"),
    "sheet": _("Module sheet"),
    "programme": _("Programme"),
}
ACTS = {"added": _("Added"), "changed": _("Changed"), "removed": _("Removed")}
