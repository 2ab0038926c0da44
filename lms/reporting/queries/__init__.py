"""One joined read for each screen: its number of statements does not grow with its people."""

from lms.reporting.queries.contacts import at_risk, contacts_of, follow_up
from lms.reporting.queries.people import bulk_act, groups_of_cohort, people_by_id
from lms.reporting.queries.programme import Programme, programme
from lms.reporting.queries.screen import CohortScreen, Person, cohort_screen, views_of, whole_cohort

__all__ = [
    "CohortScreen",
    "Person",
    "Programme",
    "at_risk",
    "bulk_act",
    "cohort_screen",
    "contacts_of",
    "follow_up",
    "groups_of_cohort",
    "people_by_id",
    "programme",
    "views_of",
    "whole_cohort",
]  # fmt: skip
