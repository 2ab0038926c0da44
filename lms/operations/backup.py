"""``lms backup``: the database as it is at one moment, then the files, while everything goes on running."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from lms import audit, db, storage
from lms.clock import now
from lms.errors import Refused
from lms.i18n import _
from lms.operations import archive, migrations, tables
from lms.operations.archive import FILES, KEYS, TABLES, Manifest, Writer
from lms.settings import Settings

Told = Callable[[str], None]
SECRET_KEY = "secret.key"  # noqa: S105 - the name of a file


class NotNow(Refused):
    """There is nothing to back up, or nowhere to put it."""


def back_up(
    path: Path, settings: Settings, *, with_keys: bool = False, replace: bool = False, told: Told = lambda _name: None
) -> Manifest:
    """Write the archive. A file named in the database was stored before its row, so files read after the rows are all there."""
    if path.exists() and not replace:
        raise NotNow(_("%(path)s exists already; name another file, or say --force.", path=path))
    if not path.parent.is_dir():
        raise NotNow(_("There is no folder %(path)s.", path=path.parent))
    moment = now()
    with _still() as connection:
        revision = migrations.present(connection)
        if revision is None:
            raise NotNow(_("The database is empty; run: lms init"))
        manifest = Manifest(revision, moment.isoformat(), audit.head(Session(connection)), with_keys)
        with archive.written(path, manifest, moment.timestamp()) as writer:
            for table in tables.in_order(tables.tables_of(connection)):
                told(table.name)
                lines = writer.add_lines(f"{TABLES}{table.name}.jsonl", tables.dumped(connection, table))
                manifest.rows[table.name] = lines - 1
            _add_files(writer, told)
            if with_keys:
                _add_keys(writer, settings.data)
    return manifest


@contextmanager
def _still() -> Iterator[Connection]:
    """A connection that sees one moment for as long as it is open, and holds up nobody."""
    reader = db.database().reader
    if not db.database().is_sqlite:
        reader = reader.execution_options(isolation_level="REPEATABLE READ")
    with reader.connect() as connection, connection.begin():
        if not db.database().is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


def _add_files(writer: Writer, told: Told) -> None:
    for key in storage.stored_keys():
        told(key)
        writer.add(f"{FILES}{key}", storage.get(key))


def _add_keys(writer: Writer, data: Path) -> None:
    for path in key_files(data):
        writer.add(f"{KEYS}{path.relative_to(data).as_posix()}", path.read_bytes())


def key_files(data: Path) -> list[Path]:
    """The private keys of an installation."""
    return [path for path in (data / SECRET_KEY, *sorted((data / "keys").rglob("*"))) if path.is_file()]
