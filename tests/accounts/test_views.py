"""The doors, one's own profile, and who looks after people."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.accounts import passwords, queries, services
from lms.accounts.forms import PERMISSIONS, ROLES
from lms.accounts.models import LinkPurpose, Organisation, SignIn, User
from lms.clock import now
from lms.permissions import Permission, Role
from tests.conftest import Clock, Statements
from tests.factories import actor, make_cohort, make_grant, make_organisation, make_staff, make_user

PASSWORD = "quatre mots de passe"
SignInAs = Callable[[int], FlaskClient]
Counting = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture
def hajar(fresh: Flask) -> int:
    with db.transaction():
        user = make_user(
            "Hajar", "El Idrissi", email="hajar@example.ma", password_hash=passwords.hash_password(PASSWORD)
        )
        return user.id


@pytest.fixture
def admin(fresh: Flask) -> int:
    with db.transaction():
        user = make_user("Karim", "Alaoui", email="karim@example.ma", password_hash=passwords.hash_password(PASSWORD))
        make_grant(user, Role.ADMIN)
        return user.id


@pytest.fixture
def production(app: Flask) -> Iterator[None]:
    """The rules of an installation in production; addresses and cookies stay those of the tests."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, env="production")
    yield
    app.config["SETTINGS"] = settings


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


class TestAdminInProduction:
    def test_is_led_to_a_second_factor_before_anything_else(
        self, admin: int, production: None, sign_in: SignInAs
    ) -> None:
        browser = english(sign_in(admin))

        for path in ("/home", "/people", "/profile", "/roles", "/jobs"):
            assert browser.get(path).location == "/profile/factor", path
        assert browser.post("/people/invite", data={"email": "x@example.ma"}).location == "/profile/factor"
        assert "Administrators sign in with a second factor." in browser.get("/profile/factor").text

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


class TestPeople:
    def test_finds_by_name_and_role(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            make_user("Fatima-Zahra", "El Amrani")
            make_grant(make_user("Omar", "Ouazzani"), Role.ASSESSOR)
        browser = sign_in(admin)

        by_name = browser.get("/people?search=fatima+zahra+al").text
        assert "El Amrani Fatima-Zahra" in by_name
        assert "Ouazzani" not in by_name
        by_role = browser.get("/people?role=assessor").text
        assert "Ouazzani Omar" in by_role
        assert "El Amrani" not in by_role

    def test_tells_no_match_from_nobody(self, admin: int, sign_in: SignInAs) -> None:
        html = sign_in(admin).get("/people?search=zzz").text

        assert "Nobody matches." in html
        assert "Show everybody" in html

    @pytest.mark.parametrize("people", [3, 60])
    def test_takes_as_many_statements_for_sixty_as_for_three(
        self, admin: int, sign_in: SignInAs, statements: Counting, people: int
    ) -> None:
        with db.transaction():
            for number in range(people):
                make_user(f"Given{number}", f"Family{number:02}")
        browser = sign_in(admin)

        with statements() as sent:
            html = browser.get("/people").text

        assert len(sent) == 2
        assert ("Next page" in html) is (people == 60)

    def test_turns_the_page_and_keeps_the_search(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            for number in range(30):
                make_user("Salma", f"Family{number:02}")
        browser = sign_in(admin)
        first = browser.get("/people?search=salma").text
        address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

        second = browser.get(address).text

        assert "search=salma" in address
        assert "Family29 Salma" in second
        assert "Family29 Salma" not in first
        assert "First page" in second

    @pytest.mark.parametrize("after", ["x", "bnVsbA", "W251bGwsMV0", "WzFd"])
    def test_starts_over_when_the_place_was_tampered_with(self, admin: int, sign_in: SignInAs, after: str) -> None:
        assert sign_in(admin).get(f"/people?after={after}").status_code == 200

    def test_takes_no_other_address_out_of_the_arguments(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            for number in range(30):
                make_user("Salma", f"Family{number:02}")

        html = (
            sign_in(admin).get("/people?_scheme=javascript&_external=1&endpoint=x&_anchor=y&next=//evil.example").text
        )

        assert 'href="javascript' not in html
        assert 'href="//' not in html


class TestPerson:
    def test_shows_who_they_are_and_what_they_may_do(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            user = make_user("Omar", "Ouazzani")
            user.organisation_id = make_organisation("ISTA Sidi Maârouf").id
            make_grant(user, Role.FACILITATOR, make_cohort().id)

        html = sign_in(admin).get(f"/people/{user.id}").text

        assert "ISTA Sidi Maârouf, Casablanca" in html
        assert "Facilitator" in html
        assert "in one cohort" in html
        assert "Invited, has not come in yet" in html

    def test_gives_a_role_and_takes_it_back(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            user = make_user("Omar", "Ouazzani")
        browser = sign_in(admin)

        assert browser.post(f"/people/{user.id}/roles", data={"role": "assessor"}).status_code == 303
        with db.reading():
            (grant,) = queries.grants_of(user.id)
        assert grant.role == Role.ASSESSOR
        assert browser.post(f"/people/{user.id}/roles/{grant.id}/end").status_code == 303
        with db.reading():
            assert queries.grants_of(user.id) == []

    def test_refuses_to_give_oneself_a_role(self, admin: int, sign_in: SignInAs) -> None:
        response = sign_in(admin).post(f"/people/{admin}/roles", data={"role": "assessor"})

        assert response.status_code == 422
        assert "Nobody gives a role to themselves." in response.text

    def test_closes_access_with_a_reason_and_opens_it_again(self, admin: int, hajar: int, sign_in: SignInAs) -> None:
        hers, browser = sign_in(hajar), sign_in(admin)

        refused = browser.post(f"/people/{hajar}/suspend", data={"reason": ""})
        assert refused.status_code == 422
        assert "Give a reason; the record keeps it." in refused.text
        assert hers.get("/home").status_code == 200

        browser.post(f"/people/{hajar}/suspend", data={"reason": "Left the institute"})
        assert is_out(hers)
        assert "Open access again" in browser.get(f"/people/{hajar}").text

        browser.post(f"/people/{hajar}/restore")
        assert "Close this person's access" in browser.get(f"/people/{hajar}").text

    def test_offers_a_coordinator_no_roles_and_no_closing(self, hajar: int, sign_in: SignInAs) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR)

        html = sign_in(coordinator.id).get(f"/people/{hajar}").text

        assert "Give a role" not in html
        assert "Close access" not in html
        assert "Edit" in html

    def test_does_not_exist_for_who_leads_another_cohort(self, hajar: int, sign_in: SignInAs) -> None:
        with db.transaction():
            coordinator = make_staff(Role.COORDINATOR, make_cohort().id)

        assert sign_in(coordinator.id).get(f"/people/{hajar}").status_code == 404


class TestInvite:
    def test_makes_somebody_known(self, admin: int, sign_in: SignInAs) -> None:
        form = {"email": "Ilyas@example.ma", "given": "Ilyas", "family": "Tazi", "organisation": "0", "locale": "fr"}
        browser = sign_in(admin)

        response = browser.post("/people/invite", data=form)

        assert response.status_code == 303
        assert "Ilyas Tazi is invited: a mail is on its way." in browser.get(response.location or "").text
        with db.reading():
            known = queries.user_by_email("ilyas@example.ma")
        assert known is not None
        assert known.password_hash is None

    def test_names_an_address_that_is_known_at_its_field(self, admin: int, sign_in: SignInAs) -> None:
        form = {"email": "karim@example.ma", "given": "K", "family": "A", "organisation": "0", "locale": "fr"}

        response = sign_in(admin).post("/people/invite", data=form)

        assert response.status_code == 422
        assert "Somebody with this e-mail address is known already." in response.text
        assert 'id="email-error"' in response.text

    @pytest.mark.parametrize("email", ["", "no-at-sign", "two@at@signs", "x" * 260 + "@example.ma"])
    def test_refuses_what_is_no_address(self, admin: int, sign_in: SignInAs, email: str) -> None:
        form = {"email": email, "given": "K", "family": "A", "organisation": "0", "locale": "fr"}

        assert sign_in(admin).post("/people/invite", data=form).status_code == 422


class TestRoles:
    def test_names_every_permission_and_role_in_words(self) -> None:
        assert set(PERMISSIONS) == set(Permission)
        assert set(ROLES) == set(Role)

    def test_shows_the_whole_matrix_and_which_roles_are_ones_own(self, admin: int, sign_in: SignInAs) -> None:
        html = sign_in(admin).get("/roles").text

        assert html.count('<th scope="row">') == len(Permission)
        assert html.count("yours") == 1


class TestOrganisations:
    def test_adds_one_and_refuses_the_same_name(self, admin: int, sign_in: SignInAs) -> None:
        form = {"name": "ISTA Fès", "kind": "ofppt", "region": "MA-03", "city": "Fès", "ice": "", "version": "1"}
        browser = sign_in(admin)

        assert browser.post("/organisations/new", data=form).status_code == 303
        again = browser.post("/organisations/new", data=form)

        assert again.status_code == 422
        assert 'id="name-error"' in again.text
        assert "ISTA Fès" in browser.get("/organisations").text

    def test_edits_one(self, admin: int, sign_in: SignInAs) -> None:
        with db.transaction():
            organisation = make_organisation("ISTA Rabat")
        form = {
            "name": "ISTA Salé",
            "kind": "ofppt",
            "region": "MA-04",
            "city": "Salé",
            "ice": "001234567000089",
            "version": "1",
        }

        response = sign_in(admin).post(f"/organisations/{organisation.id}", data=form)

        assert response.status_code == 303
        with db.reading() as session:
            assert session.get_one(Organisation, organisation.id).city == "Salé"

    def test_refuses_an_ice_that_has_no_fifteen_digits(self, admin: int, sign_in: SignInAs) -> None:
        form = {"name": "X", "kind": "company", "region": "MA-06", "city": "Casablanca", "ice": "123", "version": "1"}

        assert "An ICE has 15 digits." in sign_in(admin).post("/organisations/new", data=form).text


class TestEditPerson:
    def test_corrects_the_names(self, admin: int, hajar: int, sign_in: SignInAs) -> None:
        form = {
            "given": "Hajar", "family": "El Idrissi El Alami", "organisation": "0", "locale": "fr", "version": "1",
            "timezone": "Africa/Casablanca",
        }  # fmt: skip

        assert sign_in(admin).post(f"/people/{hajar}/edit", data=form).status_code == 303
        with db.reading() as session:
            assert session.get_one(User, hajar).family_name == "El Idrissi El Alami"
