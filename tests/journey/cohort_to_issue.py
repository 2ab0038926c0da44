"""``python -m tests.journey.cohort_to_issue N``: in the installation the environment names, a cohort of N people who may all have
their certificate, and the job that issues them. Prints the cohort's id."""

import sys
from decimal import Decimal

from lms import create_app, db
from lms.assessment.events import LiveMarkRecorded
from lms.assessment.models import LiveMark
from lms.clock import now
from lms.credentials import services as credentials
from lms.permissions import INSTITUTE
from lms.results import services as results
from lms.settings import from_environment
from lms.timetable.services import record_attendance
from tests.factories import make_cohort, make_component, make_enrolment, make_module, make_user


def main(people: int) -> int:
    """Runs in a transaction."""
    module = make_module("PED-1")
    component = make_component(module)
    cohort = make_cohort(modules=[module], capacity=people)
    cohort.issues_certificates = False
    enrolments = [make_enrolment(cohort, make_user(f"Hajar {number}", "El Idrissi")) for number in range(people)]
    for enrolment in enrolments:
        db.session().flush()  # the mark names the enrolment
        db.session().add(LiveMark(
            enrolment_id=enrolment.id, component_id=component.id, mark=Decimal(15), marked_at=now()
        ))  # fmt: skip
        record_attendance(enrolment.id, module.id, module.minutes, module.minutes, module.minutes, by=INSTITUTE)
        results.review_module(LiveMarkRecorded(enrolment.id, module.id, "live_mark:0"))
    credentials.issue_cohort(cohort.id, [enrolment.id for enrolment in enrolments], by=INSTITUTE, request="once")
    return cohort.id


if __name__ == "__main__":
    with create_app(from_environment()).app_context(), db.transaction():
        cohort_id = main(int(sys.argv[1]))
    sys.stdout.write(f"{cohort_id}\n")
