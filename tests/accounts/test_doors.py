"""Coming in: sign-in, second factor, invitations, forgotten passwords."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.accounts import queries, services
from lms.accounts.models import LinkPurpose
from lms.clock import now
from lms.permissions import STAFF_ROLES, Role
from tests.accounts.conftest import PASSWORD
from tests.conftest import Clock, Statements
from tests.factories import actor, make_grant, make_staff, make_user

SignInAs = Callable[[int], FlaskClient]
Counting = Callable[[], AbstractContextManager[Statements]]


def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def is_out(browser: FlaskClient) -> bool:
    return browser.get("/home").status_code == 401


class TestLogin:
    def test_opens_and_goes_where_one_was_going(self, hajar: int, client: FlaskClient) -> None:
        response = client.post("/login?next=/profile", data={"email": "Hajar@example.ma", "password": PASSWORD})

        assert response.status_code == 303
        assert response.location == "/profile"
        assert client.get("/profile").status_code == 200

    def test_never_goes_to_another_site(self, hajar: int, client: FlaskClient) -> None:
        response = client.post("/login?next=//evil.example", data={"email": "hajar@example.ma", "password": PASSWORD})

        assert response.location == "/home"

    @pytest.mark.parametrize("email", ["hajar@example.ma", "nobody@example.ma"])
    def test_answers_the_same_whether_the_address_is_known_or_not(
        self, hajar: int, client: FlaskClient, email: str
    ) -> None:
        response = english(client).post("/login", data={"email": email, "password": "wrong"})

        assert response.status_code == 422
        assert "The e-mail address or the password is wrong." in response.text
        assert f'value="{email}"' in response.text
        assert 'wrong"' not in response.text

    def test_names_what_is_missing_beside_its_field(self, client: FlaskClient) -> None:
        html = english(client).post("/login", data={}).text

        assert 'aria-describedby="email-error"' in html
        assert 'id="password-error"' in html

    def test_waits_after_too_many_tries(self, hajar: int, client: FlaskClient) -> None:
        for _try in range(10):
            client.post("/login", data={"email": "hajar@example.ma", "password": "wrong"})

        response = client.post("/login", data={"email": "hajar@example.ma", "password": PASSWORD})

        assert response.status_code == 422
        assert is_out(client)

    def test_takes_few_statements(self, hajar: int, client: FlaskClient, statements: Counting) -> None:
        with statements() as sent:
            client.get("/login")

        assert len(sent) == 0


class TestSecondFactor:
    def test_is_asked_for_before_anything_else(self, hajar: int, client: FlaskClient) -> None:
        secret = services.new_secret()
        with db.transaction():
            codes = services.confirm_factor(secret, pyotp.TOTP(secret).at(now()), by=actor(queries.user(hajar)))
        client.post("/login", data={"email": "hajar@example.ma", "password": PASSWORD})

        assert client.get("/home").location == "/login/factor?next=/home"
        page = english(client).get("/login/factor")
        assert "One more step" in page.text
        assert 'class="main-nav' in page.text
        assert "Hajar" not in page.text

        assert client.post("/login/factor?next=/home", data={"code": "000000"}).status_code == 422
        assert client.post("/login/factor?next=/home", data={"code": codes[0]}).location == "/home"
        assert client.get("/home").status_code == 200


class TestStaffInProduction:
    def test_is_led_to_a_second_factor_before_anything_else(
        self, admin: int, production: None, sign_in: SignInAs
    ) -> None:
        browser = english(sign_in(admin))

        for path in ("/home", "/people", "/profile", "/roles", "/jobs"):
            assert browser.get(path).location == "/profile/factor", path
        assert browser.post("/people/invite", data={"email": "x@example.ma"}).location == "/profile/factor"
        assert "signs in with a second factor." in browser.get("/profile/factor").text

    @pytest.mark.parametrize("role", sorted(STAFF_ROLES))
    def test_is_asked_of_every_role_beside_participant(self, role: Role, production: None, sign_in: SignInAs) -> None:
        with db.transaction():
            user = make_staff(role)

        assert sign_in(user.id).get("/home").location == "/profile/factor"

    def test_may_confirm_and_leave(self, admin: int, production: None, sign_in: SignInAs, present: Clock) -> None:
        browser = sign_in(admin)
        present.forward(minutes=6)

        assert browser.get("/profile/factor").location == "/confirm?next=/profile/factor"
        assert browser.post("/confirm?next=/profile/factor", data={"password": PASSWORD}).location == "/profile/factor"
        assert browser.get("/profile/factor").status_code == 200
        assert browser.post("/logout").status_code == 303

    def test_goes_anywhere_once_it_is_on(self, admin: int, production: None, sign_in: SignInAs) -> None:
        secret = services.new_secret()
        with db.transaction():
            services.confirm_factor(secret, pyotp.TOTP(secret).at(now()), by=actor(queries.user(admin)))

        assert sign_in(admin).get("/people").status_code == 200

    def test_is_not_asked_of_participants(self, hajar: int, production: None, sign_in: SignInAs) -> None:
        with db.transaction():
            make_grant(queries.user(hajar), Role.PARTICIPANT)

        assert sign_in(hajar).get("/home").status_code == 200

    def test_is_not_asked_in_development(self, admin: int, sign_in: SignInAs) -> None:
        assert sign_in(admin).get("/home").status_code == 200


class TestConfirm:
    def test_asks_for_the_password_again_before_what_is_dangerous(
        self, admin: int, sign_in: SignInAs, present: Clock
    ) -> None:
        browser = english(sign_in(admin))
        present.forward(minutes=6)

        assert browser.get(f"/people/{admin}/roles").location == f"/confirm?next=/people/{admin}/roles"
        assert browser.post("/confirm", data={"password": "wrong"}).status_code == 422
        done = browser.post(f"/confirm?next=/people/{admin}/roles", data={"password": PASSWORD})
        assert done.location == f"/people/{admin}/roles"
        assert browser.get(f"/people/{admin}/roles").status_code == 200


class TestForgotten:
    @pytest.mark.parametrize("email", ["hajar@example.ma", "nobody@example.ma"])
    def test_answers_the_same_whether_the_address_is_known_or_not(
        self, hajar: int, client: FlaskClient, email: str
    ) -> None:
        response = english(client).post("/forgotten", data={"email": email})

        assert response.status_code == 200
        assert "If somebody here has this address, a mail with a link is on its way." in response.text
        assert email not in response.text


class TestInvitation:
    def test_sets_a_password_and_comes_in(self, fresh: Flask, client: FlaskClient) -> None:
        with db.transaction():
            user = make_user("Ilyas", "Tazi")
            token = services.make_link(user.id, LinkPurpose.INVITATION)

        page = english(client).get(f"/invitation/{token}")
        assert "Welcome, Ilyas" in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Set this password and come in" in page.text

        response = client.post(f"/invitation/{token}", data={"password": "un mot de passe tout neuf"})
        assert response.location == "/home"
        assert "Your password is set. Welcome, Ilyas." in client.get("/home").text
        assert client.get(f"/invitation/{token}").status_code == 410

    @pytest.mark.parametrize("password", ["", "short", "ilyastazi123", "motdepasse123"])
    def test_refuses_a_weak_password_beside_its_field(self, fresh: Flask, client: FlaskClient, password: str) -> None:
        with db.transaction():
            token = services.make_link(
                make_user("Ilyas", "Tazi", email="ilyas.tazi@example.ma").id, LinkPurpose.INVITATION
            )

        response = client.post(f"/invitation/{token}", data={"password": password})

        assert response.status_code == 422
        assert 'id="password-error"' in response.text

    def test_says_plainly_that_a_link_is_spent(self, client: FlaskClient) -> None:
        response = english(client).get("/invitation/nothing")

        assert response.status_code == 410
        assert "This link was used already or is too old. Ask for a new one." in response.text


class TestSpeed:
    def test_signing_in_sends_six_statements(self, hajar: int, client: FlaskClient, statements: Counting) -> None:
        with statements() as sent:
            assert client.post("/login", data={"email": "hajar@example.ma", "password": PASSWORD}).location == "/home"

        assert len(sent) <= 6, sent.seen
