import hashlib

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import audit, db
from lms.accounts import queries as accounts
from lms.accounts.models import User
from lms.assessment import queries as assessment
from lms.cohorts.models import Cohort, Enrolment
from lms.credentials import services as credentials
from lms.demo import services
from lms.timetable import queries as timetable
from lms.web.links import outside_requests
from tests.conftest import empty_database
from tests.demo.conftest import SEED, nobody_looks, prepare
from tests.factories import make_user


class TestLoad:
    def test_gives_the_same_people_and_marks_for_the_same_seed(self, app: Flask) -> None:
        assert fingerprint_of(app, 7) == fingerprint_of(app, 7)

    def test_leaves_nothing_when_it_is_interrupted(self, fresh: Flask) -> None:
        def lose_patience(done: int, _total: int) -> None:
            if done == 400:
                raise KeyboardInterrupt

        with outside_requests(fresh):
            prepare()
            with db.reading():
                acts = audit.count()
            with pytest.raises(KeyboardInterrupt):
                services.load(SEED, lose_patience)
            with db.reading():
                assert accounts.is_empty()
                assert db.session().execute(select(func.count(Cohort.id))).scalar_one() == 0
                assert audit.count() == acts

    def test_refuses_a_database_with_people_in_it(self, fresh: Flask) -> None:
        with outside_requests(fresh):
            with db.transaction():
                make_user()
            with pytest.raises(services.NotEmpty):
                services.load(SEED, nobody_looks)

    def test_refuses_when_nothing_could_be_sealed(self, fresh: Flask) -> None:
        with outside_requests(fresh), pytest.raises(services.NoKey):
            services.load(SEED, nobody_looks)

    def test_refuses_a_catalogue_without_its_programmes(self, fresh: Flask) -> None:
        with outside_requests(fresh):
            with db.transaction():
                credentials.prepare_keys()
            with pytest.raises(services.NothingToFollow):
                services.load(SEED, nobody_looks)


def fingerprint_of(app: Flask, seed: int) -> str:
    with outside_requests(app):
        prepare()
        services.load(seed, nobody_looks)
        with db.reading():
            found = fingerprint()
    empty_database()
    return found


def fingerprint() -> str:
    """Everybody with their marks and minutes."""
    people = db.session().execute(select(User.email, User.search_name).order_by(User.email)).all()
    emails = select(Enrolment.id, User.email).join(User, User.id == Enrolment.user_id)
    owners = {row.id: row.email for row in db.session().execute(emails)}
    marks = assessment.component_marks(list(owners))
    minutes = timetable.attendance_of(list(owners))
    said = [
        [tuple(row) for row in people],
        sorted((owners[enrolment], component, str(mark)) for (enrolment, component), mark in marks.items()),
        sorted((owners[enrolment], module, str(there)) for (enrolment, module), there in minutes.items()),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()
