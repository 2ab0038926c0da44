"""The whole product: from a changed course to an employer who reads that a corrected certificate was replaced."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.journey.conftest import Site, Visit, link_for
from tests.journey.people import (
    Admin,
    Assessor,
    Coordinator,
    Issuer,
    Participant,
    change_the_courses,
    come_in,
    download,
    scan,
    seal_of,
)

pytestmark = pytest.mark.browser
Visits = Callable[[str], Visit]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_chain(served: Site, visit: Visits, tmp_path: Path, language: str) -> None:
    admin = Admin(visit(language), served)
    link = served.run(
        "people", "create-admin", "admin@institut.example", "--given", "Salma", "--family", "Amrani"
    ).strip()
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
    come_in(coordinator.visit, link_for(served.letters, "coordinator@institut.example", "invitation"))
    coordinator.enrol("hajar@institut.example", "Hajar", "El Idrisi", "هاجر", "الإدريسي", language)

    participant = Participant(visit(language), served, cohort_id)
    come_in(participant.visit, link_for(served.letters, "hajar@institut.example", "invitation"))
    participant.read_a_lesson()
    participant.take_the_quiz()
    participant.hand_in()

    assessor = Assessor(visit(language), served)
    come_in(assessor.visit, link_for(served.letters, "assessor@institut.example", "invitation"))
    assessor.review()
    coordinator.record_attendance()

    issuer = Issuer(coordinator.visit, served, cohort_id)
    issuer.issue()
    pdf = download(participant, tmp_path)
    said = seal_of(pdf, root_certificate(served), tmp_path / "nss")
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said

    employer = visit(language)
    address = scan(pdf)
    assert address.startswith(f"{served.base}/v/")
    employer.page.goto(address)
    employer.check()
    assert AUTHENTIC[language] in employer.page.inner_text("main")
    assert "Hajar El Idrisi" in employer.page.inner_text("main")

    issuer.correct_the_name("Hajar El Idrissi")
    employer.page.goto(address)
    employer.check()
    assert REPLACED[language] in employer.page.inner_text("main")


AUTHENTIC = {
    "fr": "Certificat authentique et en cours de validité.", "en": "Authentic certificate, currently valid.",
}  # fmt: skip
REPLACED = {"fr": "par une version corrigée", "en": "by a corrected version"}


def root_certificate(site: Site) -> bytes:
    """As an employer gets it: from its public address."""
    with urllib.request.urlopen(f"{site.base}/pki/root.crt") as answer:  # noqa: S310 - our own address
        content: bytes = answer.read()
    if content.startswith(b"-----"):
        return x509.load_pem_x509_certificate(content).public_bytes(Encoding.DER)
    return content
