"""Where each person may go: one table, in the order of the bar. At most seven entries stand in it, four on a phone; the
rest is in the menu under the name."""

from dataclasses import dataclass
from typing import Any

from lms.i18n import lazy as _
from lms.permissions import Actor, Permission

IN_BAR = 7
ON_PHONE = 4


@dataclass(frozen=True)
class Entry:
    """``needs`` None: everybody signed in. ``covers``: endpoints, or beginnings of them, that belong under this entry."""

    endpoint: str
    label: Any
    picture: str
    needs: Permission | None = None
    covers: tuple[str, ...] = ()

    def holds(self, endpoint: str | None) -> bool:
        return endpoint is not None and (endpoint == self.endpoint or endpoint.startswith(self.covers or ("\0",)))


_P = Permission

ENTRIES = (
    Entry("home.home", _("Home"), "house", covers=(
        "learning.programme", "learning.module", "learning.lesson", "assessment.quiz", "assessment.attempt", "assessment.submit",
        "assessment.result", "assessment.assignment", "notifications.announcement", "notifications.announcements",
        "exemptions.mine", "exemptions.ask", "exemptions.own", "exemptions.withdraw",
    )),
    Entry("agenda.mine", _("Timetable"), "calendar3", _P.TIMETABLE_FOLLOW,
          covers=("agenda.attendance", "agenda.check_in", "agenda.scanned")),
    Entry("results.mine", _("Results"), "bar-chart", _P.LEARN),
    Entry("credentials.mine", _("Certificates"), "award", _P.LEARN),
    Entry("assessment.reviews", _("To review"), "clipboard-check", _P.WORK_REVIEW,
          covers=("assessment.review", "exemptions.opinion")),
    Entry("cohorts.cohorts", _("Cohorts"), "people", _P.COHORT_VIEW,
          covers=("cohorts.", "admissions.call", "admissions.open_call", "admissions.edit_call", "admissions.file",
                  "admissions.ranking", "admissions.together",
                  "notifications.cohort", "notifications.new_announcement", "notifications.readers",
                  "exemptions.queue", "exemptions.request_page",
                  "reporting.at_risk", "results.gradebook", "results.person", "timetable.", "planning.",
                  "assessment.marking", "assessment.live_marks",
                  "assessment.practice", "credentials.cohort", "credentials.certificate", "credentials.correct",
                  "credentials.revoke")),
    Entry("reporting.figures", _("Figures"), "bar-chart", _P.KPI_VIEW, covers=("reporting.figure",)),
    Entry("accounts.people", _("People"), "person", _P.PEOPLE_VIEW,
          covers=("accounts.person", "accounts.invite", "accounts.edit_person", "accounts.grant_role", "accounts.organisation",
                  "accounts.edit_organisation", "accounts.new_organisation", "accounts.roles")),
    Entry("catalogue.catalogue", _("Catalogue"), "book", covers=("catalogue.", "learning.preview", "assessment.preview")),
    Entry("operations.audit", _("Audit"), "shield-lock", _P.AUDIT_READ),
    Entry("operations.jobs", _("Jobs"), "gear", _P.JOBS_VIEW, covers=("operations.job",)),
    Entry("operations.outbox", _("Mails"), "envelope", _P.OUTBOX_VIEW),
)  # fmt: skip

FOR_VISITORS = (
    Entry("catalogue.catalogue", _("Catalogue"), "book", covers=("catalogue.",)),
    Entry("apply.calls", _("Calls for applications"), "pencil", covers=("apply.",)),
    Entry("credentials.check", _("Check a certificate"), "patch-check", covers=("credentials.",)),
)


def entries_for(actor: Actor) -> list[Entry]:
    """What somebody signed in finds in the bar and the menu."""
    return [entry for entry in ENTRIES if entry.needs is None or actor.may(entry.needs)]
