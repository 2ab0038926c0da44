"""What changes about cohorts: their dates, their people, their staff."""

from lms.cohorts.services.cohorts import change_cohort, change_dates, open_cohort
from lms.cohorts.services.enrolments import change_enrolment, complete_enrolment, enrol, enrol_by_email
from lms.cohorts.services.rosters import apply_roster, keep_roster
from lms.cohorts.services.staff import end_staff_role, give_staff_role

__all__ = [
    "apply_roster", "change_cohort", "change_dates", "change_enrolment", "complete_enrolment", "end_staff_role", "enrol",
    "enrol_by_email", "give_staff_role", "keep_roster", "open_cohort",
]  # fmt: skip
