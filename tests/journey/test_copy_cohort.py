"""A coordinator opens a cohort from a model in a few clicks, counted in a real browser."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator
from sqlalchemy import func, select

from lms import db
from lms.cohorts.models import Cohort, CohortModule
from lms.timetable.models import TrainingSession
from tests.factories import (
    make_cohort,
    make_facilitator,
    make_module,
    make_programme_version,
    make_room,
    make_session,
    make_staff,
)
from tests.journey.conftest import Enter

pytestmark = pytest.mark.browser
MOST_CLICKS = 10


def make_model() -> int:
    """Five modules of four sessions each, in one room, led by one facilitator; 24 places. Its coordinator's id."""
    version = make_programme_version([make_module() for _number in range(5)])
    cohort = make_cohort(version, code="MODEL-1", starts_in=0, days=60, capacity=24)
    room, lead = make_room(), make_facilitator(cohort)
    modules = db.session().scalars(select(CohortModule.module_id).order_by(CohortModule.position)).all()
    day = date(2026, 11, 23)
    for number in range(20):
        make_session(cohort, day=day, room=room, lead=lead, module_id=modules[number // 4])
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return make_staff().id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_cohort_is_opened_from_a_model(base: str, enter: Enter, language: str) -> None:
    with db.transaction():
        coordinator = make_model()
    somebody = enter(coordinator, language)
    page, clicks = somebody.page, 0

    def click(what: Locator) -> None:
        nonlocal clicks
        clicks += 1
        what.first.click()

    page.goto(f"{base}/home")
    click(page.locator("main a[href^='/cohorts/']", has_text="MODEL-1"))
    click(page.locator("a[href$='/copy']"))
    somebody.check()
    for field, value in {"code": "NEW-1", "name": "New", "starts_on": "2027-04-05", "capacity": "24"}.items():
        page.locator(f"main form:last-of-type [name={field}]").last.fill(value)
    click(page.locator("main form[method=get] button"))
    somebody.check()
    click(page.locator("main form[method=post] button.btn-primary"))
    page.wait_for_url("**/timetable")
    somebody.check()
    click(page.locator("form[action$='/timetable/confirm'] button"))
    page.wait_for_load_state()

    assert clicks <= MOST_CLICKS
    with db.reading() as session:
        made = session.scalars(select(Cohort).where(Cohort.code == "NEW-1")).one()
        assert (made.starts_on, made.capacity) == (date(2027, 4, 5), 24)
        modules = select(func.count()).where(CohortModule.cohort_id == made.id)
        sessions = select(func.count()).where(
            TrainingSession.cohort_id == made.id, TrainingSession.state == "confirmed"
        )
        assert (session.scalar(modules), session.scalar(sessions)) == (5, 20)
