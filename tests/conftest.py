"""A real database for each worker, emptied after each test; a clock to move; a browserless client who can sign in."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from lms import clock, create_app, db
from lms.accounts.models import SignIn, User
from lms.accounts.tokens import hashed, new_token
from lms.catalogue import queries as catalogue
from lms.settings import CHECKOUT, Settings
from tests.databases import blank as blank
from tests.mailbox import smtp as smtp

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.present = NOON

    def __call__(self) -> datetime:
        return self.present

    def forward(self, **amount: float) -> None:
        self.present += timedelta(**amount)


@pytest.fixture(autouse=True)
def clock_stopped() -> Iterator[Clock]:
    stopped = Clock()
    clock.set_clock(stopped)
    yield stopped
    clock.set_clock(None)


@pytest.fixture
def present(clock_stopped: Clock) -> Clock:
    """The clock, for tests that move it."""
    return clock_stopped


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    data = tmp_path_factory.mktemp("takwin")
    return Settings(
        env="development", data=data, database=_database_of(worker_id, data), files=str(data / "files"),
        secret_key="tests-only-" * 4, base_url="http://localhost", courses=CHECKOUT / "courses", locale="en",
    )  # fmt: skip


def _database_of(worker: str, data: Path) -> str:
    """SQLite in a folder, or one database a worker in the server that LMS_TEST_DATABASE names."""
    server = os.environ.get("LMS_TEST_DATABASE")
    if not server:
        return f"sqlite:///{data / 'lms.sqlite'}"
    url = make_url(server).set(database=f"takwin_{worker}")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    admin.dispose()
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    made.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    db.Base.metadata.create_all(db.database().engine)
    yield made
    db.database().dispose()


@pytest.fixture
def fresh(app: Flask) -> Iterator[Flask]:
    """The application on an empty database."""
    yield app
    empty_database()


def empty_database() -> None:
    catalogue.forget()
    with db.database().writer.begin() as connection:
        if db.database().is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in db.Base.metadata.sorted_tables:
                connection.execute(table.delete())
        else:
            names = ", ".join(f'"{table.name}"' for table in db.Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def frame(fresh: Flask) -> Iterator[None]:
    """A writing frame around the test: what services and factories need. Nothing of it is kept."""
    with fresh.app_context(), db.transaction():
        yield
        db.session().rollback()


@dataclass
class Statements:
    """The SQL statements a block sent, without the ones that open and close transactions."""

    seen: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seen)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """``with statements() as sent: …`` then ``len(sent)``."""

    @contextmanager
    def count() -> Iterator[Statements]:
        sent = Statements()

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                sent.seen.append(statement)

        event.listen(db.database().engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.database().engine, "before_cursor_execute", note)

    return count


@pytest.fixture
def client(fresh: Flask) -> FlaskClient:
    return fresh.test_client()


@pytest.fixture
def sign_in(fresh: Flask) -> Callable[[int], FlaskClient]:
    """A client signed in as a user: ``sign_in(user.id)``. Make the user in ``db.transaction()`` first."""

    def enter(user_id: int) -> FlaskClient:
        token = new_token()
        with db.transaction() as session:
            session.get_one(User, user_id)
            session.add(SignIn(
                user_id=user_id, token_hash=hashed(token), factor_passed=True, created_at=clock.now(),
                confirmed_at=clock.now(), expires_at=clock.now() + timedelta(hours=12),
            ))  # fmt: skip
        browser = fresh.test_client()
        browser.set_cookie(fresh.config["TAKWIN_COOKIE"], token)
        return browser

    return enter
