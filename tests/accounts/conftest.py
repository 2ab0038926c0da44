"""Somebody, somebody who looks after everybody, and the rules of production."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from lms import db
from lms.accounts import passwords
from lms.permissions import Role
from tests.factories import make_grant, make_user

PASSWORD = "quatre mots de passe"


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
