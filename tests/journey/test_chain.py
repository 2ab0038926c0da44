"""The whole product: from a changed course to an employer who reads that a corrected certificate was replaced."""

from collections.abc import Callable

import pytest

from tests.journey.conftest import Site, Visit
from tests.journey.people import Admin, Assessor, Coordinator, Participant, change_the_courses, come_in

pytestmark = pytest.mark.browser
Visits = Callable[[str], Visit]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_chain(served: Site, visit: Visits, language: str) -> None:
    admin = Admin(visit(language), served)
    link = served.run("people", "create-admin", "admin@institut.example", "--given", "Salma", "--family", "Amrani").strip()
    come_in(admin.visit, link)
    change_the_courses(served.courses)
    admin.publish()
    cohort_id = admin.open_cohort("PED-F", "Groupe pilote", "PED-PILOTE")
    staff = {"coordinator": ("Nadia", "Berrada"), "assessor": ("Omar", "Ouazzani"), "facilitator": ("Youssef", "Tazi")}
    for role, (given, family) in staff.items():
        email = f"{role}@institut.example"
        admin.invite(email, given, family, language)
        admin.staff(cohort_id, email, role)

    coordinator = Coordinator(visit(language), served, cohort_id)
    come_in(coordinator.visit, served.letters.link_for("coordinator@institut.example", "invitation"))
    coordinator.enrol("hajar@institut.example", "Hajar", "El Idrisi", "هاجر", "الإدريسي", language)

    participant = Participant(visit(language), served, cohort_id)
    come_in(participant.visit, served.letters.link_for("hajar@institut.example", "invitation"))
    participant.read_a_lesson()
    participant.take_the_quiz()
    participant.hand_in()

    assessor = Assessor(visit(language), served)
    come_in(assessor.visit, served.letters.link_for("assessor@institut.example", "invitation"))
    assessor.review()
    coordinator.record_attendance()
