from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.cohorts import queries as cohorts
from lms.permissions import Role
from lms.timetable import queries
from lms.timetable.rates import Attendance
from tests.factories import make_cohort, make_enrolment, make_module, make_staff, make_user

SignIn = Callable[[int], FlaskClient]


@dataclass(frozen=True)
class Sheet:
    """A module of a running cohort with two participants, and its facilitator's browser."""

    browser: FlaskClient
    cohort_id: int
    module_id: int
    amina: int
    badr: int

    @property
    def address(self) -> str:
        return f"/cohorts/{self.cohort_id}/attendance/{self.module_id}"

    def form(self, amina: str, badr: str, **more: str) -> dict[str, str]:
        return {
            "scheduled": "2100", "lines-0-enrolment_id": str(self.amina), "lines-0-present": amina,
            "lines-1-enrolment_id": str(self.badr), "lines-1-present": badr,
        } | more  # fmt: skip

    def recorded(self) -> dict[int, Attendance]:
        with db.reading():
            return {key[0]: minutes for key, minutes in queries.attendance_of([self.amina, self.badr]).items()}


@pytest.fixture
def sheet(fresh: object, sign_in: SignIn) -> Sheet:
    with db.transaction():
        cohort = make_cohort(modules=[make_module(minutes=2100)])
        module_id = cohorts.cohort_modules(cohort.id)[0].module_id
        people = [make_enrolment(cohort, make_user(name, name)).id for name in ("Amina", "Badr")]
        lead, cohort_id = make_staff(Role.FACILITATOR, cohort.id).id, cohort.id
    return Sheet(sign_in(lead), cohort_id, module_id, *people)


class TestAttendance:
    def test_starts_from_the_hours_of_the_module(self, sheet: Sheet) -> None:
        page = sheet.browser.get(sheet.address).text

        assert 'value="2100"' in page
        assert "Amina Amina" in page
        assert "Nothing recorded" in page

    def test_says_why_the_sheet_is_empty(self, fresh: object, sign_in: SignIn) -> None:
        with db.transaction():
            cohort = make_cohort()
            module_id = cohorts.cohort_modules(cohort.id)[0].module_id
            browser, address = make_staff().id, f"/cohorts/{cohort.id}/attendance/{module_id}"

        assert "Nobody is enrolled yet" in sign_in(browser).get(address).text

    def test_knows_no_module_of_another_cohort(self, sheet: Sheet) -> None:
        with db.transaction():
            other = make_module().id

        assert sheet.browser.get(f"/cohorts/{sheet.cohort_id}/attendance/{other}").status_code == 404

    def test_is_read_only_for_those_who_may_not_record(self, sheet: Sheet, sign_in: SignIn) -> None:
        with db.transaction():
            assessor = make_staff(Role.ASSESSOR, sheet.cohort_id).id
        browser = sign_in(assessor)

        assert "Record the attendance" not in browser.get(sheet.address).text
        assert browser.post(sheet.address, data=sheet.form("1", "1", held="10")).status_code == 403


class TestRecord:
    def test_records_a_whole_sheet_with_one_figure_for_what_was_held(self, sheet: Sheet) -> None:
        assert sheet.browser.post(sheet.address, data=sheet.form("210", "185", held="210")).status_code == 303

        assert sheet.recorded() == {sheet.amina: Attendance(2100, 210, 210), sheet.badr: Attendance(2100, 210, 185)}
        page = sheet.browser.get(sheet.address).text
        assert "88%" in page  # so far
        assert "99%" in page  # at best

    def test_records_nothing_of_an_empty_line(self, sheet: Sheet) -> None:
        sheet.browser.post(sheet.address, data=sheet.form("210", "", held="210"))

        assert set(sheet.recorded()) == {sheet.amina}

    def test_flags_who_cannot_reach_the_threshold_any_more(self, sheet: Sheet) -> None:
        sheet.browser.post(sheet.address, data=sheet.form("1235", "1680", held="1680"))

        page = sheet.browser.get(sheet.address).text
        assert page.count("Out of reach") == 1

    def test_names_the_person_whose_minutes_are_impossible_and_keeps_the_rest_unsaved(self, sheet: Sheet) -> None:
        refused = sheet.browser.post(sheet.address, data=sheet.form("210", "211", held="210"))

        assert refused.status_code == 422
        assert "Badr Badr</a>" in refused.text
        assert 'value="211"' in refused.text
        assert sheet.recorded() == {}

    @pytest.mark.parametrize("bad", ["abc", "-5", "12.5", "9999999999"])
    def test_takes_whole_minutes_only(self, sheet: Sheet, bad: str) -> None:
        assert sheet.browser.post(sheet.address, data=sheet.form(bad, "1", held="10")).status_code == 422
        assert sheet.recorded() == {}

    def test_asks_why_before_it_corrects(self, sheet: Sheet) -> None:
        sheet.browser.post(sheet.address, data=sheet.form("210", "185", held="210"))

        refused = sheet.browser.post(sheet.address, data=sheet.form("210", "180", held="210"))
        assert "say why" in refused.text
        assert sheet.recorded()[sheet.badr].present == 185
        assert sheet.browser.post(
            sheet.address, data=sheet.form("210", "180", held="210", reason="misread")
        ).status_code == 303  # fmt: skip
        assert "misread" in sheet.browser.get(f"{sheet.address}/{sheet.badr}").text

    def test_takes_nobody_of_another_cohort(self, sheet: Sheet) -> None:
        with db.transaction():
            stranger = make_enrolment().id
        form = sheet.form("1", "1", held="10") | {"lines-1-enrolment_id": str(stranger)}

        assert sheet.browser.post(sheet.address, data=form).status_code == 404
        assert sheet.recorded() == {}
