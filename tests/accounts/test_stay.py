"""How long a browser stays signed in: docs/rules.md §9."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.accounts.services import keep_signed_in
from lms.accounts.stay import ADMIN, PARTICIPANT, STAFF, Stay, stay_of
from lms.clock import now
from lms.permissions import STAFF_ROLES, Role
from tests.conftest import Clock
from tests.factories import make_staff

SignInAs = Callable[[int], FlaskClient]
A_MINUTE = timedelta(minutes=1)


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/profile").status_code == 200


class TestStayOf:
    @pytest.mark.parametrize(
        ("roles", "stay"),
        [({Role.PARTICIPANT}, PARTICIPANT), (set(), PARTICIPANT), ({Role.ADMIN, Role.PARTICIPANT}, ADMIN),
         *(({role, Role.PARTICIPANT}, STAFF) for role in STAFF_ROLES - {Role.ADMIN})],
    )  # fmt: skip
    def test_is_the_strictest_of_the_roles(self, roles: set[Role], stay: Stay) -> None:
        assert stay_of(roles) == stay


@pytest.fixture
def staff(fresh: object) -> int:
    with db.transaction():
        return make_staff(Role.COORDINATOR).id


class TestLeftAlone:
    @pytest.mark.parametrize(("role", "stay"), [(Role.ADMIN, ADMIN), (Role.COORDINATOR, STAFF)])
    def test_a_browser_is_signed_out(self, role: Role, stay: Stay, sign_in: SignInAs, present: Clock) -> None:
        with db.transaction():
            user = make_staff(role)
        browser = sign_in(user.id)

        present.forward(seconds=stay.idle.total_seconds())
        assert is_in(browser)
        present.forward(seconds=(stay.idle + A_MINUTE).total_seconds())
        assert not is_in(browser)

    def test_one_in_use_goes_on_until_its_whole_time_is_over(
        self, staff: int, sign_in: SignInAs, present: Clock
    ) -> None:
        browser = sign_in(staff)

        for _hour in range(11):
            present.forward(hours=1)
            assert is_in(browser)
        present.forward(hours=1)
        assert not is_in(browser)

    def test_a_copy_without_the_cookie_that_says_when_it_was_seen_counts_from_the_password(
        self, staff: int, sign_in: SignInAs, present: Clock
    ) -> None:
        browser = sign_in(staff)
        present.forward(hours=1, minutes=30)
        assert is_in(browser)
        present.forward(hours=1)
        browser.delete_cookie("form")

        assert not is_in(browser)

    def test_an_exam_under_way_is_not_interrupted(self, staff: int, sign_in: SignInAs, present: Clock) -> None:
        browser = sign_in(staff)
        present.forward(hours=1, minutes=50)
        assert is_in(browser)
        with db.transaction():
            keep_signed_in(staff, now() + timedelta(hours=12))
            keep_signed_in(staff, now() + timedelta(hours=1))  # a shorter one beside it takes nothing back

        present.forward(hours=11, minutes=59)
        assert is_in(browser)
        present.forward(hours=14)
        assert not is_in(browser)

    def test_looking_at_a_page_writes_nothing(self, staff: int, sign_in: SignInAs, present: Clock) -> None:
        browser = sign_in(staff)
        assert "seen" not in str(browser.get("/profile").headers.getlist("Set-Cookie"))
        present.forward(minutes=10)
        with db.reading() as session:
            before = session.connection().exec_driver_sql("SELECT * FROM users, sign_ins").all()

        assert any("form=" in cookie for cookie in browser.get("/profile").headers.getlist("Set-Cookie"))
        with db.reading() as session:
            assert session.connection().exec_driver_sql("SELECT * FROM users, sign_ins").all() == before
