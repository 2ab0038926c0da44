"""What somebody changes about themselves."""

from collections.abc import Callable

import pyotp
from flask.testing import FlaskClient

from lms import db
from lms.accounts import queries, services
from lms.accounts.models import SignIn, User
from lms.clock import now
from tests.accounts.conftest import PASSWORD
from tests.factories import actor

SignInAs = Callable[[int], FlaskClient]


def is_out(browser: FlaskClient) -> bool:
    return browser.get("/home").status_code == 401


class TestProfile:
    def test_changes_names_and_language(self, hajar: int, sign_in: SignInAs) -> None:
        browser = sign_in(hajar)
        form = {
            "given": "Hajar", "family": "Idrissi", "given_ar": "هاجر", "family_ar": "الإدريسي", "certificate": "",
            "organisation": "0", "locale": "fr", "timezone": "Africa/Casablanca", "version": "1",
        }  # fmt: skip

        assert browser.post("/profile", data=form).status_code == 303

        html = browser.get("/profile").text
        assert '<html lang="fr"' in html
        assert 'value="الإدريسي"' in html
        assert 'value="Idrissi"' in html

    def test_refuses_a_stale_edit_and_keeps_what_was_typed(self, hajar: int, sign_in: SignInAs) -> None:
        form = {
            "given": "Hajar", "family": "Typed", "organisation": "0", "locale": "en", "timezone": "Africa/Casablanca",
            "version": "0",
        }  # fmt: skip

        response = sign_in(hajar).post("/profile", data=form)

        assert response.status_code == 422
        assert "Somebody else changed this while you were editing." in response.text
        assert 'value="Typed"' in response.text

    def test_refuses_latin_letters_for_a_name_in_arabic(self, hajar: int, sign_in: SignInAs) -> None:
        form = {
            "given": "Hajar",
            "family": "X",
            "family_ar": "Idrissi",
            "organisation": "0",
            "locale": "en",
            "version": "1",
        }

        html = sign_in(hajar).post("/profile", data=form | {"timezone": "Africa/Casablanca"}).text

        assert 'id="family_ar-error"' in html
        assert "Write this name in Arabic letters." in html

    def test_keeps_a_time_zone_that_is_not_offered(self, hajar: int, sign_in: SignInAs) -> None:
        with db.transaction() as session:
            session.get_one(User, hajar).timezone = "Asia/Kathmandu"
        form = {"given": "Hajar", "family": "X", "organisation": "0", "locale": "en", "version": "2"}
        browser = sign_in(hajar)

        assert '<option selected value="Asia/Kathmandu">' in browser.get("/profile").text
        assert browser.post("/profile", data=form | {"timezone": "Asia/Kathmandu"}).status_code == 303
        assert browser.post("/profile", data=form | {"timezone": "Mars/Phobos", "version": "3"}).status_code == 422

    def test_lists_the_browsers_and_signs_the_others_out(self, hajar: int, sign_in: SignInAs) -> None:
        elsewhere, here = sign_in(hajar), sign_in(hajar)

        assert "Sign out everywhere else" in here.get("/profile").text
        assert here.post("/profile/sign-ins/end-all").status_code == 303

        assert is_out(elsewhere)
        assert here.get("/home").status_code == 200
        assert "Sign out everywhere else" not in here.get("/profile").text

    def test_signs_one_browser_out(self, hajar: int, sign_in: SignInAs) -> None:
        elsewhere, here = sign_in(hajar), sign_in(hajar)
        with db.reading() as session:
            first = session.query(SignIn.id).order_by(SignIn.id).first()
        assert first is not None

        here.post(f"/profile/sign-ins/{first.id}/end")

        assert is_out(elsewhere)

    def test_leaves_other_peoples_browsers_alone(self, hajar: int, admin: int, sign_in: SignInAs) -> None:
        hers = sign_in(hajar)
        with db.reading() as session:
            sign_in_id = session.query(SignIn.id).filter_by(user_id=hajar).scalar()

        sign_in(admin).post(f"/profile/sign-ins/{sign_in_id}/end")

        assert hers.get("/home").status_code == 200


class TestFactor:
    def test_shows_the_square_then_the_codes_to_keep(self, hajar: int, sign_in: SignInAs) -> None:
        browser = sign_in(hajar)
        page = browser.get("/profile/factor").text
        secret = page.split('name="secret" type="hidden" value="')[1][:32]
        assert "data:image/svg+xml" in page

        assert browser.post("/profile/factor", data={"secret": secret, "code": "12"}).status_code == 422
        kept = browser.post("/profile/factor", data={"secret": secret, "code": pyotp.TOTP(secret).at(now())})

        assert "Keep these codes on paper" in kept.text
        assert kept.text.count("<li><code>") == 8
        assert "Switch it off" in browser.get("/profile").text

    def test_is_switched_off_again(self, hajar: int, sign_in: SignInAs) -> None:
        secret = services.new_secret()
        with db.transaction():
            services.confirm_factor(secret, pyotp.TOTP(secret).at(now()), by=actor(queries.user(hajar)))
        browser = sign_in(hajar)

        browser.post("/profile/factor/remove")

        assert "Switch it on" in browser.get("/profile").text


class TestPassword:
    def test_changes_and_signs_every_other_browser_out(self, hajar: int, sign_in: SignInAs) -> None:
        elsewhere, here = sign_in(hajar), sign_in(hajar)

        response = here.post("/profile/password", data={"current": PASSWORD, "password": "un mot de passe tout neuf"})

        assert response.location == "/profile"
        assert here.get("/home").status_code == 200
        assert is_out(elsewhere)

    def test_refuses_when_the_present_one_is_wrong(self, hajar: int, sign_in: SignInAs) -> None:
        response = sign_in(hajar).post(
            "/profile/password", data={"current": "wrong", "password": "un mot de passe tout neuf"}
        )

        assert response.status_code == 422
        assert 'id="current-error"' in response.text
