"""Who may do what: the whole matrix. Pages show it, the guard applies it, the access tests are generated from it.

*Which* rows somebody may see is decided by the query, from ``Actor.scope``; this module says only what a role may do at all.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user may do here. All but ADMIN, AUTHOR, COMMITTEE and AUDITOR may be limited to one cohort."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    ASSESSOR = "assessor"
    COORDINATOR = "coordinator"
    AUTHOR = "author"
    COMMITTEE = "committee"
    AUDITOR = "auditor"
    ADMIN = "admin"


COHORT_ROLES = frozenset({Role.PARTICIPANT, Role.FACILITATOR, Role.ASSESSOR, Role.COORDINATOR})
STAFF_ROLES = frozenset(Role) - {Role.PARTICIPANT}


class Permission(StrEnum):
    """One thing that can be done. The value is what the matrix page and the audit show."""

    LEARN = "learn"  # follow a cohort's programme: lessons, progress
    QUIZ_TAKE = "quiz.take"
    WORK_HAND_IN = "work.hand_in"
    CATALOGUE_PREVIEW = "catalogue.preview"  # as a synthetic participant; nothing is kept
    CATALOGUE_SYNC = "catalogue.sync"
    COHORT_VIEW = "cohort.view"
    COHORT_OPEN = "cohort.open"
    COHORT_ENROL = "cohort.enrol"
    CALL_MANAGE = "call.manage"  # calls for applications, their files, the ranking and the offers
    APPLICATION_SCORE = "application.score"  # the files one was given, and one's own points
    ACCOMMODATION_MANAGE = "accommodation.manage"  # confidential: what somebody has beyond the others, and why
    ANNOUNCE = "announcement.write"  # write to a cohort or some of its people, and see who has read it
    FOLLOW_UP = "cohort.follow_up"  # who was called and what was said
    ATTENDANCE_RECORD = "attendance.record"
    TIMETABLE_FOLLOW = "timetable.follow"  # one's own sessions, and their calendar feed
    TIMETABLE_EDIT = "timetable.edit"  # sessions, rooms, the institute's calendar, who may lead what
    WORK_REVIEW = "work.review"
    PERFORMANCE_MARK = "performance.mark"  # assessments judged on the spot, teaching practice
    EXEMPTION_DECIDE = "exemption.decide"  # prior learning: admissible or not, who judges it, what is exempted
    EXEMPTION_JUDGE = "exemption.judge"  # the requests one was asked about
    RESULTS_VIEW = "results.view"
    KPI_VIEW = "kpi.view"  # the institute's figures, small groups hidden
    CERTIFICATE_ISSUE = "certificate.issue"
    CERTIFICATE_CORRECT = "certificate.correct"
    CERTIFICATE_REVOKE = "certificate.revoke"
    PEOPLE_VIEW = "people.view"
    PEOPLE_INVITE = "people.invite"
    PEOPLE_SUSPEND = "people.suspend"
    ROLE_GRANT = "role.grant"
    ORGANISATION_EDIT = "organisation.edit"
    AUDIT_READ = "audit.read"
    JOBS_VIEW = "jobs.view"
    OUTBOX_VIEW = "outbox.view"


_P = Permission

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PARTICIPANT: frozenset({_P.LEARN, _P.QUIZ_TAKE, _P.WORK_HAND_IN, _P.TIMETABLE_FOLLOW}),
    Role.FACILITATOR: frozenset({
        _P.CATALOGUE_PREVIEW, _P.COHORT_VIEW, _P.ANNOUNCE, _P.FOLLOW_UP, _P.ATTENDANCE_RECORD, _P.RESULTS_VIEW,
        _P.TIMETABLE_FOLLOW, _P.APPLICATION_SCORE,
    }),
    Role.ASSESSOR: frozenset({
        _P.APPLICATION_SCORE,
        _P.CATALOGUE_PREVIEW, _P.COHORT_VIEW, _P.WORK_REVIEW, _P.PERFORMANCE_MARK, _P.RESULTS_VIEW, _P.EXEMPTION_JUDGE,
    }),
    Role.COORDINATOR: frozenset({
        _P.CALL_MANAGE, _P.APPLICATION_SCORE,
        _P.ACCOMMODATION_MANAGE, _P.EXEMPTION_DECIDE,
        _P.CATALOGUE_PREVIEW, _P.COHORT_VIEW, _P.COHORT_OPEN, _P.COHORT_ENROL, _P.FOLLOW_UP, _P.ATTENDANCE_RECORD,
        _P.RESULTS_VIEW, _P.KPI_VIEW, _P.ANNOUNCE,
        _P.CERTIFICATE_ISSUE, _P.CERTIFICATE_CORRECT, _P.CERTIFICATE_REVOKE, _P.PEOPLE_VIEW, _P.PEOPLE_INVITE,
        _P.ORGANISATION_EDIT,
        _P.TIMETABLE_EDIT,
    }),
    Role.AUTHOR: frozenset({_P.CATALOGUE_PREVIEW}),
    Role.COMMITTEE: frozenset({_P.CATALOGUE_PREVIEW, _P.KPI_VIEW}),
    Role.AUDITOR: frozenset({_P.COHORT_VIEW, _P.RESULTS_VIEW, _P.KPI_VIEW, _P.PEOPLE_VIEW, _P.AUDIT_READ}),
    Role.ADMIN: frozenset({
        _P.CALL_MANAGE,
        _P.CATALOGUE_PREVIEW, _P.CATALOGUE_SYNC, _P.COHORT_VIEW, _P.COHORT_OPEN, _P.COHORT_ENROL, _P.FOLLOW_UP,
        _P.RESULTS_VIEW, _P.KPI_VIEW, _P.ANNOUNCE,
        _P.CERTIFICATE_ISSUE, _P.CERTIFICATE_CORRECT, _P.CERTIFICATE_REVOKE, _P.PEOPLE_VIEW, _P.PEOPLE_INVITE,
        _P.PEOPLE_SUSPEND, _P.ROLE_GRANT, _P.ORGANISATION_EDIT, _P.AUDIT_READ, _P.JOBS_VIEW, _P.OUTBOX_VIEW,
        _P.TIMETABLE_EDIT,
    }),
}  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """A role held; ``cohort_id`` None means in the whole institute."""

    role: Role
    cohort_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with what they may do, or the institute itself (``user_id`` None) in jobs and commands."""

    user_id: int | None
    name: str
    grants: frozenset[Grant] = frozenset()
    is_institute: bool = False

    def may(self, permission: Permission, cohort_id: int | None = None) -> bool:
        """Whether any role allows it: in this cohort when one is named, anywhere at all when not."""
        if self.is_institute:
            return True
        return any(
            permission in GRANTS[grant.role] and (cohort_id is None or grant.cohort_id in (None, cohort_id))
            for grant in self.grants
        )

    def scope(self, permission: Permission) -> frozenset[int] | None:
        """The cohorts in which it is allowed; None for all of them. An empty set means none."""
        if self.is_institute:
            return None
        cohorts = {grant.cohort_id for grant in self.grants if permission in GRANTS[grant.role]}
        return None if None in cohorts else frozenset(cohort for cohort in cohorts if cohort is not None)

    def has_role(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        return any(grant.role in STAFF_ROLES for grant in self.grants)


INSTITUTE = Actor(user_id=None, name="", is_institute=True)
"""The institute acting by itself: jobs, commands, what follows from an event."""
