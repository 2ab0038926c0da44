"""From "I know this already" to "exempted": a participant, a coordinator and two assessors in a browser, in each language."""

from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload

from lms import db
from lms.clock import today
from lms.exemptions import queries
from lms.exemptions.lifecycle import RequestState
from lms.permissions import Role
from tests.exemptions.makers import make_candidate
from tests.factories import make_staff
from tests.journey.conftest import Enter, Visit

pytestmark = pytest.mark.browser
PHONE = 390


def send(somebody: Visit, form: str) -> None:
    """Press the button of the form with this address, and wait for where it leads."""
    with somebody.page.expect_navigation():
        somebody.page.locator(
            f"main form[action$='{form}'] button" if form else "main form:not([action]) button"
        ).last.click()


def proof(content: bytes) -> FilePayload:
    return {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": content}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_prior_learning_spares_a_module(base: str, enter: Enter, language: str) -> None:
    with db.transaction():
        who = make_candidate()
        people = [make_staff(), make_staff(Role.ASSESSOR), make_staff(Role.ASSESSOR)]
        for person in (who.user, *people):
            person.locale = language
        staff, *judges = [person.id for person in people]
        module = f"{base}/cohorts/{who.cohort.id}/learn/{who.module.id}"
    participant = enter(who.user.id, language, width=PHONE)
    page = participant.page

    page.goto(module)
    page.click("main a[href$='/exemption']")
    participant.check()
    send(participant, "")
    page.fill("[name=statement]", "Huit ans de développement, dont trois de formation.")
    page.fill("[name=experience_years]", "8")
    page.check("[name=claimed][value='DEV.1']")
    with page.expect_navigation():
        page.click("#words button")
    page.fill("[name=title]", "Attestation")
    page.fill("[name=dated_on]", (today() - timedelta(days=30)).isoformat())
    page.set_input_files("[name=file]", files=[proof(b"MZ")])
    with page.expect_navigation():
        page.click("form[action$='/documents'] button")
    participant.complaints.clear()  # the browser notes the 422
    participant.check()
    page.set_input_files("[name=file]", files=[proof(b"%PDF-1.7 attestation")])
    send(participant, "/documents")
    with page.expect_navigation():
        page.click("button[name=send]")
    participant.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE

    coordinator = enter(staff, language)
    coordinator.page.goto(f"{base}/exemptions/requests")
    coordinator.check()
    coordinator.page.click("main table a")
    coordinator.page.check("[name=ruling][value=admissible]")
    send(coordinator, "/admissibility")
    coordinator.check()
    for judge in judges:
        coordinator.page.select_option("[name=assessor]", str(judge))
        send(coordinator, "/assessors")
    for judge in judges:
        assessor = enter(judge, language)
        assessor.page.goto(f"{base}/exemptions/opinions")
        assessor.page.click("main .rows a")
        assessor.page.check("[name=findings][value=authentic]")
        assessor.page.check("[name=outcome][value=full]")
        assessor.page.fill("[name=comment]", "Preuves solides.")
        assessor.page.check("[name=no_tie]")
        send(assessor, "")
    assessor.check()
    coordinator.page.reload()
    coordinator.page.check("[name=outcome][value=full]")
    coordinator.page.check("[name=recognised][value='DEV.1']")
    coordinator.page.fill("#reason", "Acquis prouvés.")
    coordinator.check()
    send(coordinator, "/decision")

    page.goto(module)
    participant.check()
    said = {"fr": "Dispensé par validation des acquis", "en": "Exempted by prior learning"}[language]
    assert said in page.inner_text("main")
    with db.reading():
        assert queries.own_requests(who.user.id)[0].state == RequestState.FULL
