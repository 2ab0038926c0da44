"""From forty applications to twenty-four admitted and sixteen waiting, counted in a real browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import Locator

from lms import db
from lms.admissions import queries
from lms.admissions.lifecycle import SCORED, ApplicationState, CallState, CriterionKind
from lms.admissions.models import Call
from lms.admissions.queries import selection
from lms.admissions.services import scores
from lms.permissions import INSTITUTE, Role
from tests.admissions.makers import make_call, make_many
from tests.factories import actor, make_staff
from tests.journey.conftest import Enter

pytestmark = pytest.mark.browser
MOST_CLICKS = 6
S = ApplicationState


def make_scored() -> Call:
    """Forty files that two examiners have scored at the test and at the interview, in a call that is closed."""
    people = {user.id: actor(user) for user in (make_staff(Role.ASSESSOR) for _person in range(2))}
    points = {
        CriterionKind.TEST: Decimal(40),
        CriterionKind.INTERVIEW: Decimal(30),
        CriterionKind.EXPERIENCE: Decimal(30),
    }
    call = make_call(places=24, waiting_places=16, points=points, examiners=list(people))
    make_many(call, S.INTERVIEWED, 40)
    scores.share_out(call.id, by=INSTITUTE)
    criteria = [one for one in queries.criteria(call.id) if one.kind in SCORED]
    for file in selection.candidates(call.id):
        for number, person in enumerate(people.values()):
            for criterion in criteria:
                scores.record_score(file.id, criterion.id, Decimal(file.id % 20 + number), by=person)
    call.state = CallState.CLOSED
    return call


@pytest.mark.parametrize("language", ["fr", "en"])
def test_forty_are_ranked_and_told(base: str, enter: Enter, language: str) -> None:
    with db.transaction():
        call_id, manager = make_scored().id, make_staff().id
    somebody = enter(manager, language)
    page, clicks = somebody.page, 0

    def click(what: Locator) -> None:
        nonlocal clicks
        clicks += 1
        what.first.click()
        page.wait_for_load_state()

    page.goto(f"{base}/home")
    click(page.locator("a[href='/cohorts']"))
    click(page.locator("a[href='/admissions']"))
    somebody.check()
    click(page.locator(f"main a[href='/admissions/{call_id}']"))
    somebody.check()
    click(page.locator("form[action$='/ranking'] button"))
    somebody.check()
    click(page.locator("form[action$='/results'] button"))
    page.wait_for_selector(".alert-success")
    somebody.check()

    assert clicks <= MOST_CLICKS
    with db.reading():
        assert selection.funnel(call_id) == {S.ADMITTED: 24, S.WAITLISTED: 16}
    page.goto(f"{base}/admissions/{call_id}/waiting")
    somebody.check()
    assert page.locator("main tbody tr").count() == 16
