"""Who was signed out with an attempt open finds it again, with its answers."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from lms import db
from lms.accounts import passwords
from lms.accounts.models import User
from lms.accounts.stay import ADMIN
from lms.assessment.queries import attempts as queries
from lms.assessment.services import Change, save_answers
from lms.permissions import Role
from tests.assessment.conftest import Place, make_place
from tests.conftest import Clock
from tests.factories import make_grant

LOGIN = {"email": "amina@example.ma", "password": "quatre mots de passe"}


def participant(fresh: Flask, *, minutes: int | None) -> tuple[Place, FlaskClient]:
    """Somebody who also administers, so that little time is allowed, with the password just typed."""
    with db.transaction() as session:
        place = make_place(minutes=minutes)
        user = session.get_one(User, place.user_id)
        user.email, user.password_hash = LOGIN["email"], passwords.hash_password(LOGIN["password"])
        make_grant(user, Role.ADMIN)
    browser = fresh.test_client()
    browser.post("/login", data=LOGIN)
    return place, browser


def begun(place: Place, browser: FlaskClient) -> str:
    """The address of an attempt that was just begun."""
    response = browser.post(f"/enrolments/{place.enrolment_id}/quizzes/{place.quiz_id}/start")
    return str(response.location)


class TestSignedOut:
    def test_goes_on_where_it_was_after_signing_in_again(self, fresh: Flask, present: Clock) -> None:
        place, browser = participant(fresh, minutes=None)
        address = begun(place, browser)
        attempt_id = int(address.rpartition("/")[2])
        with db.transaction():
            attempt = queries.attempt_to_write(place.user_id, attempt_id)
            numeric = next(put for put in queries.layout_of(attempt) if put.kind == "numeric")
            save_answers(attempt, [Change(numeric.question_id, 1, "12,5")])
        present.present += ADMIN.idle + timedelta(minutes=1)

        asked = browser.get(address, headers={"Accept": "text/html"})
        assert asked.location == f"/login?next={address}"
        back = browser.post(asked.location, data=LOGIN)
        assert back.location == address
        assert 'value="12,5"' in browser.get(address).text
