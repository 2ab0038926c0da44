"""Who is known here, what they may do, and where they come from."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.accounts import queries
from lms.accounts.forms import PERMISSIONS, ROLES
from lms.accounts.models import Organisation, User
from lms.permissions import Permission, Role
from tests.conftest import Statements
from tests.factories import make_cohort, make_grant, make_organisation, make_staff, make_user

SignInAs = Callable[[int], FlaskClient]
Counting = Callable[[], AbstractContextManager[Statements]]


def is_out(browser: FlaskClient) -> bool:
    return browser.get("/home").status_code == 401


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


class TestEditPerson:
    def test_corrects_the_names(self, admin: int, hajar: int, sign_in: SignInAs) -> None:
        form = {
            "given": "Hajar", "family": "El Idrissi El Alami", "organisation": "0", "locale": "fr", "version": "1",
            "timezone": "Africa/Casablanca",
        }  # fmt: skip

        assert sign_in(admin).post(f"/people/{hajar}/edit", data=form).status_code == 303
        with db.reading() as session:
            assert session.get_one(User, hajar).family_name == "El Idrissi El Alami"


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
