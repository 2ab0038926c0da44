"""A facilitator takes attendance on a phone, the taps counted in a real browser."""

import pytest
from playwright.sync_api import Locator

from lms import db
from lms.timetable import queries
from lms.timetable.sheet import Line, Presence
from tests.journey.conftest import Enter
from tests.timetable.test_sheet_views import make_room

pytestmark = pytest.mark.browser
MOST_TAPS = 4
PHONE = 390


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_full_room_and_one_exception_are_taken_on_a_phone(base: str, enter: Enter, language: str) -> None:
    with db.transaction():
        room = make_room(24)
    facilitator = enter(room.lead, language, width=PHONE)
    page, taps = facilitator.page, 0

    def tap(what: Locator) -> None:
        nonlocal taps
        taps += 1
        what.first.click()

    page.goto(f"{base}/home")
    tap(page.locator(f"main a[href='{room.address}']"))
    facilitator.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    absent = page.locator("fieldset").nth(3)
    tap(absent.locator("label[for$='-absent']"))
    tap(page.locator(".save-bar button"))
    page.wait_for_selector(".alert-success")
    facilitator.check()

    assert taps <= MOST_TAPS
    with db.reading():
        lines = queries.lines_of(queries.training_session(room.session_id))
    said = [lines[enrolment_id].presence for enrolment_id in room.people]
    assert said == [Presence.PRESENT] * 3 + [Presence.ABSENT] + [Presence.PRESENT] * 20


def test_the_keyboard_is_enough(base: str, enter: Enter) -> None:
    with db.transaction():
        room = make_room(2)
    page = enter(room.lead, "en").page
    page.goto(f"{base}{room.address}")

    page.locator("fieldset input[type=radio]:checked").first.focus()
    page.keyboard.press("ArrowRight")  # late
    page.keyboard.press("Tab")  # to the minutes, which have appeared
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert-success")

    with db.reading():
        lines = queries.lines_of(queries.training_session(room.session_id))
    assert lines[room.people[0]] == Line(210, Presence.LATE, 20)
