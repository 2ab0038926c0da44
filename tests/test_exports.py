"""Every list has its file. The lists are found by the address map, so that a new one without a file fails."""

import csv
import inspect
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.routing import Rule

from lms import db
from lms.accounts.models import User
from lms.admissions.lifecycle import ApplicationState, CallState, CriterionKind
from lms.admissions.models import Call
from lms.admissions.services.results import make_ranking
from lms.catalogue import queries as catalogue
from lms.clock import now, today
from lms.cohorts import services
from lms.cohorts.models import Cohort
from lms.cohorts.preview import Action
from lms.cohorts.services.rosters import lines_of
from lms.i18n import in_language
from lms.notifications.kinds import Kind
from lms.notifications.models import Announcement, AnnouncementReader, Audience
from lms.permissions import INSTITUTE, Role
from lms.reporting import exports
from lms.reporting.filters import Filter
from lms.reporting.queries import whole_cohort
from lms.spreadsheets import as_csv
from lms.web.access import access_of
from tests.admissions.makers import make_application, make_call
from tests.conftest import Statements
from tests.factories import (
    make_cohort,
    make_component,
    make_eligible,
    make_enrolment,
    make_grant,
    make_holiday,
    make_message,
    make_module,
    make_organisation,
    make_practice_task,
    make_qualification,
    make_session,
    make_user,
)

SignInAs = Callable[[int], FlaskClient]
TEMPLATES = Path(__file__).parent.parent / "lms" / "templates"
GOLDEN = Path(__file__).parent / "export_columns.txt"

NOT_LISTS = {
    # One's own page, read by one person.
    "assessment.quiz": "one's own attempts",
    "learning.module": "one's own way through a module",
    "exemptions.mine": "one's own requests",
    "results.mine": "one's own results",
    # One thing, told in a table.
    "catalogue.job": "one post, public",
    "catalogue.module": "one module, public",
    "credentials.verify": "one certificate, public",
    "results.person": "one person; the gradebook has their marks",
    "timetable.history": "one person's attendance in one module; the attendance list has it",
    # A form, its proposal, or its report.
    "cohorts.dates": "a form; the dates stand on the cohort's page",
    "cohorts.transfer": "a form with what would follow",
    "planning.holiday_sessions": "a form to move sessions",
    "timetable.copy": "a proposal",
    "timetable.generate": "a proposal",
    "cohorts.roster_preview": "what a list would do; its errors are a file already",
    "admissions.call": "one call; its files, ranking, waiting list and appeals have files",
    "catalogue.competencies": "public, and a text file in courses/ already",
    "timetable.sheet": "one session's sheet; the attendance list counts it",
    "credentials.check": "what was found out about one file, public",
}
OTHER_RIGHT = {"cohorts.export_cohort": "results.view"}
"""Files that ask for more than their page: this one holds everybody's marks."""


def golden() -> dict[str, list[str]]:
    """The columns of every list as they are kept: they never change, new ones go to the end."""
    lines = [line.split() for line in GOLDEN.read_text().splitlines() if line and not line.startswith("#")]
    return {endpoint: columns for endpoint, *columns in lines}


def pages(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


def templates_of(view: Any) -> set[str]:
    """The pages a view shows, itself or by a function beside it."""
    source, module = inspect.getsource(view), inspect.getmodule(view)
    for name in set(re.findall(r"\b(_\w+)\(", source)):
        beside = getattr(module, name, None)
        if inspect.isfunction(beside) and inspect.getmodule(beside) is module:
            source += inspect.getsource(beside)
    return set(re.findall(r'render_template\(\s*"([\w/]+\.html)"', source))


def text_of(template: str) -> str:
    """A template with what it includes."""
    text = (TEMPLATES / template).read_text()
    return text + "".join(text_of(name) for name in re.findall(r'{% include "([\w/]+\.html)"', text))


def export_of(endpoint: str) -> str:
    blueprint, name = endpoint.split(".")
    return f"{blueprint}.export_{name}"


class TestEveryList:
    def test_has_a_file_and_offers_it(self, app: Flask) -> None:
        exports = {rule.endpoint: rule for rule in app.url_map.iter_rules() if ".export_" in rule.endpoint}
        without = []
        for rule in pages(app):
            shown = [text_of(name) for name in templates_of(app.view_functions[rule.endpoint])]
            if not any("<table" in text for text in shown) or rule.endpoint in NOT_LISTS:
                continue
            export = exports.get(export_of(rule.endpoint))
            offers = any("download(" in text for text in shown)
            if export is None or not offers or export.rule != f"{rule.rule}/export" or "GET" in (export.methods or ()):
                without.append(rule.endpoint)
        assert without == [], "give the list a file (lms/web/tables.py), or say in NOT_LISTS why it has none"

    def test_asks_for_the_right_its_page_asks_for(self, app: Flask) -> None:
        for endpoint in golden():
            access = access_of(app, endpoint)
            page = access_of(app, endpoint.replace("export_", ""))
            assert access is not None
            assert page is not None
            assert access.own_frame, endpoint
            assert access.needs == OTHER_RIGHT.get(endpoint, page.needs), endpoint

    def test_keeps_its_columns(self, app: Flask) -> None:
        assert set(golden()) == {rule.endpoint for rule in app.url_map.iter_rules() if ".export_" in rule.endpoint}

    def test_is_left_out_only_while_it_is_there(self, app: Flask) -> None:
        assert set(NOT_LISTS) <= {rule.endpoint for rule in pages(app)}


@pytest.fixture
def ids(fresh: Flask) -> dict[str, int]:
    """A cohort with a bit of everything, and somebody with every role (``who``)."""
    with db.transaction() as session:
        module = make_module("DEV-1")
        cohort = make_cohort(modules=[module], code="C-1")
        make_eligible(cohort)
        make_session(cohort, confirmed=True)
        make_holiday(today())
        who = make_user("=Everything", "-Able")
        for role in Role:
            make_grant(who, role)
        call = make_call(women_percent=0, points={CriterionKind.EXPERIENCE: Decimal(20)})
        for years in (3, 9):
            make_application(call, ApplicationState.INTERVIEWED, years_teaching=years)
        call.state = CallState.CLOSED
        make_ranking(call.id, by=INSTITUTE)
        announced = Announcement(
            cohort_id=cohort.id, title="=T", body="B", audience=Audience.COHORT, key="k", by=who.id, at=now()
        )
        session.add(announced)
        session.flush()  # its number is needed
        session.add(AnnouncementReader(announcement_id=announced.id, user_id=who.id))
        return {
            "cohort_id": cohort.id, "module_id": module.id, "who": who.id, "call_id": call.id, "announcement_id": announced.id,
            "component_id": make_component(module).id, "task_id": make_practice_task(module).id, "code": 11,
        }  # fmt: skip


def address_of(app: Flask, endpoint: str, ids: dict[str, int]) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), rule.rule)


def add_rows(ids: dict[str, int], many: int) -> None:
    """So many more people, cohorts, mails, files and the like."""
    cohort, call = db.session().get_one(Cohort, ids["cohort_id"]), db.session().get_one(Call, ids["call_id"])
    call.state = CallState.OPEN
    for _number in range(many):
        user = make_enrolment(cohort).user_id
        make_message(db.session().get_one(User, user), Kind.ENROLLED, values={"number": user})
        make_cohort()
        make_qualification(db.session().get_one(User, user))
        make_organisation()
        make_application(call)


class TestFile:
    @pytest.mark.parametrize("endpoint", sorted(golden()))
    def test_has_its_columns_in_both_forms(
        self, fresh: Flask, sign_in: SignInAs, ids: dict[str, int], endpoint: str
    ) -> None:
        browser, address = sign_in(ids["who"]), address_of(fresh, endpoint, ids)

        text = browser.post(f"{address}?as=csv")
        sheet = browser.post(f"{address}?as=xlsx")

        assert (text.status_code, sheet.status_code) == (200, 200)
        assert text.data.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"), newline="")))
        assert lines[0] == golden()[endpoint]
        assert len(set(lines[0])) == len(lines[0])
        assert not any(cell.startswith(("=", "+", "@", "\t")) for line in lines for cell in line)
        first, names = load_workbook(io.BytesIO(sheet.data)).worksheets
        assert first.max_row == len(lines) + (endpoint == "operations.export_audit")  # the first download stands in it
        assert [row[1] for row in names.iter_rows(min_row=2, values_only=True)] == lines[0]

    def test_of_many_takes_as_many_statements_as_of_few(
        self, fresh: Flask, sign_in: SignInAs, ids: dict[str, int],
        statements: Callable[[], AbstractContextManager[Statements]],
    ) -> None:  # fmt: skip
        browser = sign_in(ids["who"])
        addresses = {endpoint: address_of(fresh, endpoint, ids) for endpoint in golden()}
        counts: dict[str, list[int]] = {endpoint: [] for endpoint in addresses}
        for more in (3, 57):
            with db.transaction():
                add_rows(ids, more)
            for endpoint, address in addresses.items():
                catalogue.forget()  # else it is looked at anew every two seconds
                with statements() as sent:
                    browser.post(f"{address}?as=csv")
                counts[endpoint].append(len(sent))
        assert {endpoint: pair for endpoint, pair in counts.items() if pair[0] != pair[1]} == {}


class TestMembersOfACohort:
    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_are_enrolled_from_their_file_once(self, fresh: Flask, ids: dict[str, int], language: str) -> None:
        """Where they come from nothing changes; in another cohort everybody is enrolled, and nothing happens the second time."""
        with fresh.app_context(), db.transaction(), in_language(language):
            cohort, other = db.session().get_one(Cohort, ids["cohort_id"]), make_cohort()
            make_enrolment(cohort, make_user("Élodie", 'Ben; "Ali"'))
            content = as_csv(exports.screen(*whole_cohort(cohort.id, Filter())))

            assert imported(cohort, content) == {Action.UNCHANGED: 2}
            assert imported(other, content) == {Action.ENROL: 2}
            assert imported(other, content) == {Action.UNCHANGED: 2}


def imported(cohort: Cohort, content: bytes) -> dict[Action, int]:
    """What the import of this file says it would do, before it is done."""
    kept = services.keep_roster(cohort.id, content, by=INSTITUTE)
    lines = lines_of(kept)
    assert not any(line.remarks for line in lines)
    services.apply_roster(kept, by=INSTITUTE)
    return dict(Counter(line.action for line in lines))
