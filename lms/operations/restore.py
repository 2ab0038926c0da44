"""``lms restore``: an archive back into a database and a file store, whole or not at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
from sqlalchemy.engine import Connection

from lms import audit, db, storage
from lms.errors import Refused
from lms.i18n import _
from lms.operations import archive, migrations, tables
from lms.operations.archive import FILES, KEYS, TABLES, BadArchive, Manifest
from lms.operations.backup import SECRET_KEY

Told = Callable[[str], None]


class NotRestored(Refused):
    """The archive or the target will not do; nothing was changed."""


def verify(path: Path) -> Manifest:
    """Whether the archive is what was written. Raises NotRestored."""
    try:
        return archive.verified(path)
    except BadArchive as problem:
        raise NotRestored(_("%(path)s was not accepted. %(problem)s", path=path, problem=problem)) from None


def restore(path: Path, data: Path, *, force: bool = False, told: Told = lambda _name: None) -> Manifest:
    """Put the archive in place of what is there. Raises NotRestored.

    Files are stored first: they are named by their content, so one too many harms nobody. The tables follow in one
    transaction, at the revision of the backup, and are then brought to the present one. Keys come last.
    """
    manifest = verify(path)
    if not migrations.is_known(manifest.revision):
        raise NotRestored(_("The backup was made by a newer version of Takwin. Install that version, then restore."))
    try:
        if not force:
            with db.database().reader.connect() as connection:
                _refuse_filled(connection)
            _refuse_other_keys(path, data)
        _put_files(path, told)
        with migrations.sole_writer() as connection:
            if not force:
                _refuse_filled(connection)
            _replace_tables(connection, path, manifest, told)
        _put_keys(path, data)
    except BadArchive as problem:
        raise NotRestored(_("%(path)s was not accepted. %(problem)s", path=path, problem=problem)) from None
    return manifest


def breaks_after(manifest: Manifest) -> list[audit.Break]:
    """Where the restored audit chain does not hold, against the head it had when it was backed up."""
    with db.reading():
        return list(audit.verify(manifest.audit if manifest.audit[0] else None))


def _refuse_filled(connection: Connection) -> None:
    filled = tables.first_filled(connection)
    if filled is not None:
        raise NotRestored(
            _("The database holds data (%(table)s). Say --force to put the backup in its place.", table=filled)
        )


def _refuse_other_keys(path: Path, data: Path) -> None:
    for target, content in _keys(path, data):
        if target.exists() and target.read_bytes() != content:
            raise NotRestored(
                _("Another key is at %(path)s. Say --force to put the backup's in its place.", path=target)
            )


def _keys(path: Path, data: Path) -> Iterator[tuple[Path, bytes]]:
    """Where each key goes, and the key."""
    for entry in archive.entries(path):
        if entry.name.startswith(KEYS):
            name = entry.name.removeprefix(KEYS)
            if name != SECRET_KEY and not name.startswith(KEYS):
                raise BadArchive(f"It holds {entry.name}, which is no key of ours.")
            yield data / name, entry.content.read()


def _replace_tables(connection: Connection, path: Path, manifest: Manifest, told: Told) -> None:
    tables.empty(connection, {*db.Base.metadata.tables, *manifest.rows})
    migrations.upgrade(connection, manifest.revision)
    loader = tables.Loader(connection)
    for entry in archive.entries(path):
        if entry.name.startswith(TABLES):
            name = entry.name.removeprefix(TABLES).removesuffix(".jsonl")
            told(name)
            if loader.load(name, entry.lines()) != manifest.rows.get(name):
                raise BadArchive(f"Its table {name} does not have the rows its manifest says.")
    loader.finish()
    migrations.upgrade(connection)


def _put_files(path: Path, told: Told) -> None:
    for entry in archive.entries(path):
        if entry.name.startswith(FILES):
            told(entry.name)
            obstore.put(storage.store(), entry.name.removeprefix(FILES), entry.content.read())


def _put_keys(path: Path, data: Path) -> None:
    for target, content in _keys(path, data):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
