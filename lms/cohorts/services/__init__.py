"""What changes about cohorts: their dates, their people, their staff."""

from lms.cohorts.services.cohorts import change_cohort, change_dates, open_cohort
from lms.cohorts.services.enrolments import change_enrolment, complete_enrolment, enrol, enrol_by_email
from lms.cohorts.services.groups import delete_group, place_people, split_evenly
from lms.cohorts.services.rosters import apply_roster, keep_roster
from lms.cohorts.services.staff import end_staff_role, give_staff_role
from lms.cohorts.services.starting import start_cohorts, watch_head_counts
from lms.cohorts.services.transfers import transfer_enrolment

__all__ = [
    "apply_roster", "change_cohort", "change_dates", "change_enrolment", "complete_enrolment", "delete_group", "end_staff_role",
    "enrol", "enrol_by_email", "give_staff_role", "keep_roster", "open_cohort", "place_people", "split_evenly", "start_cohorts",
    "transfer_enrolment", "watch_head_counts",
]  # fmt: skip
