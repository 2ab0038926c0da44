"""An applicant on a phone, without an account: finds the call, drafts, comes back, sends documents, follows, accepts."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from lms import db
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Application, Call
from lms.admissions.services import results
from lms.permissions import INSTITUTE
from tests.admissions.makers import DOCUMENTS, make_call
from tests.journey.conftest import Visit

pytestmark = pytest.mark.browser
PHONE = 390
ABOUT = {
    "phone": "0600 000 000", "city": "Casablanca", "organisation_name": "OFPPT", "diploma": "Master", "years_teaching": "4",
    "motivation": "Former des formateurs.",
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_somebody_applies_and_takes_the_place_on_a_phone(base: str, visit: Callable[..., Visit], language: str) -> None:
    with db.transaction():
        call_id = make_call(documents=DOCUMENTS, women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)}).id
    somebody = visit(language, width=PHONE)
    page = somebody.page

    def look() -> None:
        somebody.check()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, page.url

    def follow(selector: str) -> None:
        with page.expect_navigation():
            page.locator(f"main {selector}").first.click()
        look()

    page.goto(base)
    follow("a[href='/calls']")
    follow("section a[href^='/calls/']")
    follow("a[href$='/apply']")
    for name, value in {"given_name": "Salma", "family_name": "Idrissi", "email": "salma@example.ma"}.items():
        page.fill(f"[name={name}]", value)
    follow("button.btn-primary")
    link = page.url.removesuffix("/form")
    page.context.clear_cookies()
    page.goto(link)  # another day
    look()
    follow("a[href$='/form']")
    for name, value in ABOUT.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=region]", "MA-06")
    follow("button.btn-primary")
    file = page.locator("input[type=file]").first
    file.set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"x" * 10_000_001})
    assert page.locator("[data-error]").first.is_visible()
    file.set_input_files({"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a diploma"})
    page.wait_for_selector("[data-state][role=status]")
    assert not page.locator("[data-error]").first.is_visible()
    look()
    follow("a.btn-primary")
    follow("form[action$='/send'] button")
    assert page.url == link
    with db.transaction():
        application = db.session().scalars(select(Application)).one()
        application.state = ApplicationState.INTERVIEWED
        db.session().get_one(Call, call_id).state = CallState.CLOSED
        db.session().flush()
        results.make_ranking(call_id, by=INSTITUTE)
        results.publish_results(call_id, by=INSTITUTE)
    page.reload()
    look()
    follow("form[action$='/accept'] button")

    with db.reading():
        assert db.session().scalars(select(Application.state)).one() == ApplicationState.ENROLLED
