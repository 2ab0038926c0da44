from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lms import db
from lms.accounts import passwords, queries, services
from lms.accounts.models import LinkPurpose
from lms.accounts.services.passwords import LinkSpent
from lms.accounts.services.people import AlreadyKnown, Names
from lms.accounts.services.roles import RoleRefused
from lms.accounts.services.sign_ins import WrongPassword
from lms.errors import TooMany
from lms.permissions import Role
from tests.conftest import Clock
from tests.factories import actor, make_grant, make_staff, make_user

PASSWORD = "quatre mots de passe"


@pytest.fixture
def hajar(fresh: object) -> int:
    with db.transaction():
        user = make_user(
            "Hajar", "El Idrissi", email="hajar@example.ma", password_hash=passwords.hash_password(PASSWORD)
        )
        return user.id


class TestSignIn:
    def test_opens_with_the_right_password(self, hajar: int) -> None:
        token = services.sign_in("Hajar@example.ma ", PASSWORD, block="10.0.0.1", device="")

        with db.reading():
            signed_in = queries.signed_in(token)
        assert signed_in is not None
        assert signed_in.actor.user_id == hajar

    def test_counts_wrong_passwords_until_the_account_waits(self, hajar: int, present: Clock) -> None:
        for _try in range(10):
            with pytest.raises(WrongPassword):
                services.sign_in("hajar@example.ma", "wrong", block="10.0.0.1", device="")

        with pytest.raises(TooMany) as refusal:
            services.sign_in("hajar@example.ma", PASSWORD, block="10.0.0.2", device="")
        assert 0 < refusal.value.retry_after <= 600

        present.forward(minutes=11)
        assert services.sign_in("hajar@example.ma", PASSWORD, block="10.0.0.1", device="")

    def test_leaves_the_classroom_behind_the_same_address_in_peace(self, hajar: int) -> None:
        for _try in range(11):
            with pytest.raises((WrongPassword, TooMany)):
                services.sign_in("somebody-else@example.ma", "wrong", block="10.0.0.1", device="")

        assert services.sign_in("hajar@example.ma", PASSWORD, block="10.0.0.1", device="")

    def test_ends_when_suspended(self, hajar: int) -> None:
        token = services.sign_in("hajar@example.ma", PASSWORD, block="10.0.0.1", device="")
        with db.transaction():
            services.suspend(queries.user(hajar), by=actor(make_staff(Role.ADMIN)), reason="left")

        with db.reading():
            assert queries.signed_in(token) is None
        with pytest.raises(WrongPassword):
            services.sign_in("hajar@example.ma", PASSWORD, block="10.0.0.1", device="")


@pytest.mark.usefixtures("frame")
class TestInvite:
    def test_refuses_an_address_that_is_known(self) -> None:
        known = make_user(email="salma@example.ma")

        with pytest.raises(AlreadyKnown):
            services.invite("SALMA@example.ma", Names("Salma", "Amrani"), by=actor(known))

    def test_gives_a_link_that_is_good_once(self) -> None:
        user = services.invite("new@example.ma", Names("Ilyas", "Tazi"), by=actor(make_staff()))
        token = services.make_link(user.id, LinkPurpose.INVITATION)

        services.accept_invitation(token, passwords.hash_password(PASSWORD))

        with pytest.raises(LinkSpent):
            services.accept_invitation(token, passwords.hash_password("another long one"))

    def test_gives_a_link_that_grows_old(self, present: Clock) -> None:
        user = services.invite("new@example.ma", Names("Ilyas", "Tazi"), by=actor(make_staff()))
        token = services.make_link(user.id, LinkPurpose.INVITATION)
        present.forward(days=15)

        with pytest.raises(LinkSpent):
            services.link_user(token, LinkPurpose.INVITATION)


@pytest.mark.usefixtures("frame")
class TestGrantRole:
    def test_refuses_oneself(self) -> None:
        admin = make_staff(Role.ADMIN)

        with pytest.raises(RoleRefused):
            services.grant_role(admin.id, Role.COMMITTEE, by=actor(admin))

    def test_keeps_auditors_apart(self) -> None:
        auditor = make_staff(Role.AUDITOR)

        with pytest.raises(RoleRefused):
            services.grant_role(auditor.id, Role.ADMIN, by=actor(make_staff(Role.ADMIN)))

    def test_keeps_the_last_admin(self) -> None:
        admin = make_user()
        grant = make_grant(admin, Role.ADMIN)

        with pytest.raises(RoleRefused):
            services.end_role(grant.id, user_id=admin.id, by=actor(make_user()))


class TestGuard:
    def test_sends_strangers_to_sign_in(self, client: FlaskClient) -> None:
        response = client.get("/people", headers={"Accept": "text/html"})

        assert response.status_code == 303
        assert response.location == "/login?next=/people"

    def test_refuses_those_without_the_right(self, hajar: int, sign_in: Callable[[int], FlaskClient]) -> None:
        assert sign_in(hajar).get("/people").status_code == 403
