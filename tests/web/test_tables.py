"""A list as a file: every page of it, with the filters of its address, and a line in the audit."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from lms import db
from lms.audit import AuditEvent
from lms.permissions import Role
from tests.conftest import Statements
from tests.factories import make_staff, make_user

SignInAs = Callable[[int], FlaskClient]


@pytest.fixture
def admin(fresh: Flask) -> int:
    with db.transaction():
        return make_staff(Role.ADMIN).id


def people(count: int) -> None:
    with db.transaction():
        for number in range(count):
            make_user(given="Amina", family=f"Bennani{number}")


class TestExport:
    def test_holds_every_page_with_the_filters_of_the_address(self, sign_in: SignInAs, admin: int) -> None:
        people(30)
        sent = sign_in(admin).post("/people/export?search=bennani&after=zzz&as=csv")
        lines = list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"))))
        assert len(lines) == 30
        assert {line["given"] for line in lines} == {"Amina"}
        assert sent.headers["Content-Disposition"].startswith('attachment; filename="people-2026-11-23.csv"')

    def test_is_a_spreadsheet_unless_asked_otherwise(self, sign_in: SignInAs, admin: int) -> None:
        people(1)
        sent = sign_in(admin).post("/people/export", data={"as": "xlsx"})
        sheet = load_workbook(io.BytesIO(sent.data)).worksheets[0]
        assert [cell.value for cell in sheet[1]][:3] == ["Number", "Family name", "Given name"]
        assert sheet.max_row == 3

    def test_is_written_down_without_what_was_searched_for(self, sign_in: SignInAs, admin: int) -> None:
        people(2)
        sign_in(admin).post("/people/export?search=bennani&role=admin&as=csv")
        with db.reading() as session:
            act = session.scalars(select(AuditEvent).where(AuditEvent.action == "list.exported")).one()
        assert (act.actor_id, act.subject) == (admin, "list:/people")
        assert act.detail == {"rows": 0, "format": "csv", "filters": {"search": "…", "role": "admin"}}

    def test_changes_nothing_by_get(self, sign_in: SignInAs, admin: int) -> None:
        assert sign_in(admin).get("/people/export").status_code == 405

    def test_takes_as_many_statements_for_many_as_for_few(
        self, sign_in: SignInAs, admin: int, statements: Callable[[], AbstractContextManager[Statements]]
    ) -> None:
        browser = sign_in(admin)
        counts = []
        for more in (3, 57):
            people(more)
            with statements() as sent:
                browser.post("/people/export?as=csv")
            counts.append(len(sent))
        assert counts[0] == counts[1]

    def test_is_offered_above_the_list_with_its_filters(self, sign_in: SignInAs, admin: int) -> None:
        people(1)
        page = sign_in(admin).get("/people?search=bennani&after=x").text
        assert 'action="/people/export?search=bennani"' in page
