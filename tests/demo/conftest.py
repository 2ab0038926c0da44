"""The demo loaded once for all the tests of a file, on the institute's own courses."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from lms import clock, db
from lms.__main__ import main
from lms.catalogue import services as catalogue
from lms.catalogue.reader import read_courses
from lms.credentials import services as credentials
from lms.demo import services
from lms.permissions import INSTITUTE
from lms.settings import CHECKOUT
from lms.web.links import outside_requests
from tests.conftest import NOON, empty_database

SEED = 2027
Run = Callable[..., Result]


def prepare() -> None:
    """What the demo is loaded on: the institute's own courses and a key to seal with."""
    with db.transaction():
        catalogue.sync(read_courses(CHECKOUT / "courses"), by=INSTITUTE)
        credentials.prepare_keys()


def nobody_looks(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def institute(app: Flask) -> Iterator[Flask]:
    """The demo as it stands at the tests' noon."""
    with clock.moved(lambda: NOON), outside_requests(app):
        prepare()
        services.load(SEED, nobody_looks)
        services.finish(nobody_looks)
    yield app
    empty_database()


@pytest.fixture
def looking(institute: Flask) -> Iterator[None]:
    """A reading frame on the loaded demo."""
    with outside_requests(institute), db.reading():
        yield


@pytest.fixture
def run(app: Flask) -> Run:
    """``run("--json")``: the command on this application."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["demo", *arguments], obj=ScriptInfo(create_app=lambda: app))

    return invoke
