"""One certificate drawn and sealed for all tests that look at paper; and jobs run as the worker runs them."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from lms import jobs, wiring
from lms.clock import now
from lms.credentials import pdf
from lms.credentials.pki import KeyFolder, SealCertificate, make_seal_certificate
from lms.credentials.seal import SealKey, open_key, sealed
from lms.credentials.snapshot import CompetencySaid, ModuleSaid, Snapshot
from lms.paper.renderer import Page, shared_renderer
from lms.web.links import outside_requests

SAID = Snapshot(
    code="K7MQ4T9XWB2RJ", kind="CMP", name="Hajar El Idrissi", name_ar="هاجر الإدريسي",
    title_fr="Certificat de compétences : fondations du formateur en développement",
    title_en="Competency certificate: development trainer foundations", programme="DEV-F",
    programme_fr="Formateur en développement — fondations", programme_en="Development trainer — foundations",
    programme_version=1, minutes=4200, cohort="DEV-F-2026-1", starts_on=date(2026, 10, 5), ends_on=date(2026, 11, 20),
    modules=(
        ModuleSaid("DEV-1", "Fondations du génie logiciel", "Software engineering foundations", 2100),
        ModuleSaid("PED-1", "Concevoir une formation pour adultes", "Designing adult training", 2100),
    ),
    competencies=(
        CompetencySaid("DEV.1", "Programmer : algorithmique, lisibilité", "Program: algorithms, readability", "N3", "T1"),
        CompetencySaid("LNG.1", "Former en anglais professionnel", "Teach in professional English", cefr="B2"),
    ),
    awarded_on=date(2026, 11, 23), valid_from=date(2026, 11, 23), valid_until=date(2029, 11, 23),
    issuer="Institut de formation de formateurs", place="Casablanca", address="https://takwin.example/v/",
)  # fmt: skip


def many(count: int) -> tuple[CompetencySaid, ...]:
    label = "Concevoir et réaliser une application web et ses interfaces"
    return tuple(
        CompetencySaid(f"DEV.{n}", label, "Design and build a web application and its APIs", "N3") for n in range(count)
    )


LONG = replace(
    SAID, name="Mohammed Abderrahmane Ait Oulad Ben M’Hammed El Kettani-Benjelloun El Fassi Fihri",
    name_ar="محمد عبد الرحمن آيت أولاد بن امحمد الكتاني بنجلون الفاسي الفهري", competencies=many(24),
    modules=tuple(ModuleSaid(f"DEV-{n}", "Développement web, API et qualité", "Web development, APIs", 2100) for n in range(13)),
)  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """A sealed certificate in a file, the key that sealed it, and what it says."""

    path: Path
    pdf: bytes
    unsealed: bytes
    made: SealCertificate
    key: SealKey
    said: Snapshot


@pytest.fixture(scope="session")
def draw(app: Flask) -> Callable[[Snapshot], bytes]:
    """The page of a snapshot, as a PDF that is not sealed."""

    def drawn(said: Snapshot) -> bytes:
        with outside_requests(app):
            page: Page = pdf.compose(said)
        return shared_renderer().render(page)

    return drawn


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"), b"a passphrase of the tests")


@pytest.fixture(scope="session")
def paper(draw: Callable[[Snapshot], bytes], keys: KeyFolder, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    made = make_seal_certificate(keys, SAID.issuer, now())
    key = open_key(made.path, keys.passphrase, made.chain)
    sealed(draw(SAID), key)  # the first one composes the mould; what tests look at comes out of it
    unsealed = draw(SAID)
    document = sealed(unsealed, key)
    path = tmp_path_factory.mktemp("paper") / "certificate.pdf"
    path.write_bytes(document)
    return Paper(path, document, unsealed, made, key, SAID)


@pytest.fixture
def worker(fresh: Flask) -> Callable[[], int]:
    """Run everything that is due, as a worker does."""

    def run() -> int:
        with outside_requests(fresh):
            return jobs.run_all(wiring.JOBS)

    return run


def inside(pdf: bytes, *path: str | int) -> Any:
    """What stands in the file at ``/Root``, ``/AcroForm``…"""
    found: Any = PdfReader(io.BytesIO(pdf)).trailer
    for step in path:
        found = found[step].get_object()
    return found
