"""The database brought to the tables this code expects: in one transaction, one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

from lms import db
from lms.settings import CHECKOUT

_LOCK = 7_160_002


class BrokenReferences(Exception):
    """A row points to one that is not there; nothing was changed."""


@contextmanager
def sole_writer() -> Iterator[Connection]:
    """A connection in one transaction, while nobody else writes (SQLite) or migrates (PostgreSQL). Foreign keys are checked
    at the end only, so that tables can be rebuilt."""
    database = db.database()
    with database.gate_held(), database.writer.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if database.is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction, so before it
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
                if database.is_sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise BrokenReferences(f"a row of {broken[0]} points to a row of {broken[2]} that is not there")
        finally:
            if database.is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def upgrade(connection: Connection, revision: str = "head") -> None:
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str | None:
    """The revision this code expects."""
    return ScriptDirectory(str(CHECKOUT / "migrations")).get_current_head()


def is_known(revision: str) -> bool:
    """Whether this code can bring a database from that revision to its own."""
    return any(script.revision == revision for script in ScriptDirectory(str(CHECKOUT / "migrations")).walk_revisions())


def present(connection: Connection) -> str | None:
    """The revision the database is at; None: no table of ours yet."""
    return MigrationContext.configure(connection).get_current_revision()
