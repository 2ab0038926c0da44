"""Backups that restore, on either database and from one to the other."""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms import audit, db, models, storage
from lms.i18n import in_language
from lms.notifications.kinds import Kind
from lms.operations import migrations
from lms.operations.archive import MANIFEST
from lms.operations.backup import NotNow, back_up
from lms.operations.restore import NotRestored, breaks_after, restore, verify
from lms.permissions import INSTITUTE, Role
from lms.settings import Settings
from tests.databases import connected
from tests.factories import make_cohort, make_enrolment, make_lesson, make_message, make_module, make_staff, make_user

Rows = dict[str, list[tuple[Any, ...]]]


def everything() -> Rows:
    """All rows of all tables, as the application reads them."""
    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in models.Base.metadata.sorted_tables
        }


@pytest.fixture
def home(fresh: Flask, tmp_path: Path) -> Iterator[Settings]:
    """An installation with a folder of its own, its tables made by migrations."""
    before: Settings = fresh.config["SETTINGS"]
    (tmp_path / "data").mkdir()
    settings = replace(before, data=tmp_path / "data", files=str(tmp_path / "data" / "files"))
    storage.connect(settings.files)
    with fresh.app_context(), in_language("en"):
        with db.database().engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": migrations.newest()}
            )
        yield settings
        with db.database().engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
    storage.connect(before.files)


@pytest.fixture
def filled(home: Settings) -> Rows:
    """People, a cohort with its courses (tables that point to each other), a mail, an audit trail, a file."""
    with db.transaction():
        user = make_user("Fatima-Zahra", "Aït Lahcen")
        user.given_name_ar = "فاطمة الزهراء"
        make_enrolment(make_cohort(modules=[module := make_module()]), user)
        make_lesson(module, html="<p>“Quoted” \\ and\nbroken\u2028lines, \U0001f393</p>")
        make_staff(Role.ADMIN)
        make_message(user, Kind.ENROLLED, values={"nested": {"fr": "é", "none": None}, "list": [1, 2.5, True]})
        audit.record("cohort.opened", "cohort:1", by=INSTITUTE, before=None, after={"é": "\u2028"})
    storage.put(b"\x00\xff sealed", "certificates")
    return everything()


def saved(home: Settings, **options: Any) -> Path:
    path = home.data.parent / "backup.tar.gz"
    back_up(path, home, **options)
    return path


@pytest.fixture
def elsewhere(home: Settings, blank: db.Database, tmp_path: Path) -> Settings:
    """Another installation, with nothing in it: asked for last, and from then on the one the application talks to."""
    settings = replace(home, data=tmp_path / "elsewhere", files=str(tmp_path / "elsewhere" / "files"))
    settings.data.mkdir()
    storage.connect(settings.files)
    return settings


class TestBackUp:
    def test_replaces_no_file_unasked(self, filled: Rows, home: Settings) -> None:
        path = saved(home)

        with pytest.raises(NotNow):
            back_up(path, home)
        back_up(path, home, replace=True)

    def test_leaves_nothing_when_it_fails(self, filled: Rows, home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storage, "get", _fail)

        with pytest.raises(OSError, match="disk"):
            saved(home)

        assert [path.name for path in home.data.parent.iterdir() if path.name.startswith((".", "backup"))] == []

    def test_is_readable_by_its_owner_only(self, filled: Rows, home: Settings) -> None:
        assert saved(home).stat().st_mode & 0o077 == 0

    def test_holds_keys_only_when_asked(self, filled: Rows, home: Settings) -> None:
        (home.data / "keys").mkdir()
        (home.data / "keys" / "seal.key").write_text("private")
        (home.data / "secret.key").write_text("secret")

        without = saved(home)
        assert not [name for name in _names(without) if name.startswith("keys/")]

        back_up(without, home, with_keys=True, replace=True)
        assert [name for name in _names(without) if name.startswith("keys/")] == [
            "keys/secret.key",
            "keys/keys/seal.key",
        ]

    def test_sees_one_moment_while_others_write(self, filled: Rows, home: Settings) -> None:
        """Each round adds two rows together; a backup with one of them without the other would not be of one moment."""
        stop, failures = Flag(), list[Exception]()

        def write() -> None:
            while not stop.is_set():
                try:
                    with db.transaction():
                        audit.record("user.invited", f"user:{make_user().id}", by=INSTITUTE)
                except Exception as error:
                    failures.append(error)

        writer = Thread(target=write)
        writer.start()
        try:
            manifests = [back_up(home.data.parent / f"{number}.tar.gz", home) for number in range(3)]
        finally:
            stop.set()
            writer.join()

        assert failures == []
        for number, manifest in enumerate(manifests):
            rows = manifest.rows
            assert rows["users"] - len(filled["users"]) == rows["audit_events"] - len(filled["audit_events"])
            assert manifest.audit[0] == rows["audit_events"]
            assert verify(home.data.parent / f"{number}.tar.gz").rows == rows

    def test_needs_a_database_with_tables(self, elsewhere: Settings) -> None:
        with pytest.raises(NotNow, match="lms init"):
            saved(elsewhere)


def _fail(_key: str) -> bytes:
    raise OSError("disk")


def _names(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


class TestRestore:
    @pytest.fixture
    def path(self, filled: Rows, home: Settings) -> Path:
        return saved(home)

    def test_gives_every_row_and_file_back(self, path: Path, filled: Rows, elsewhere: Settings) -> None:

        manifest = restore(path, elsewhere.data)

        assert everything() == filled
        assert [storage.get(key) for key in storage.stored_keys()] == [b"\x00\xff sealed"]
        assert breaks_after(manifest) == []

    def test_numbers_new_rows_after_the_old_ones(self, path: Path, filled: Rows, elsewhere: Settings) -> None:
        restore(path, elsewhere.data)

        with db.transaction():
            new = make_user().id
            audit.record("user.invited", f"user:{new}", by=INSTITUTE)

        assert new > max(row[0] for row in filled["users"])
        with db.reading():
            assert list(audit.verify()) == []

    def test_reads_a_backup_of_the_other_database(
        self, path: Path, filled: Rows, home: Settings, tmp_path: Path
    ) -> None:
        """From the database under test into SQLite, and from there back."""
        with connected(db.Database(f"sqlite:///{tmp_path / 'other.sqlite'}")):
            storage.connect(str(tmp_path / "other"))
            restore(path, tmp_path)
            assert everything() == filled
            back = tmp_path / "back.tar.gz"
            back_up(back, home)

        restore(back, home.data, force=True)

        assert everything() == filled

    def test_leaves_a_filled_database_alone(self, path: Path, filled: Rows, home: Settings) -> None:
        with db.transaction():
            make_user()

        with pytest.raises(NotRestored, match="--force"):
            restore(path, home.data)

        assert len(everything()["users"]) == len(filled["users"]) + 1

    def test_replaces_it_when_forced(self, path: Path, filled: Rows, home: Settings) -> None:
        with db.transaction():
            make_user()

        restore(path, home.data, force=True)

        assert everything() == filled

    def test_takes_a_database_that_was_only_set_up(self, path: Path, filled: Rows, elsewhere: Settings) -> None:
        with migrations.sole_writer() as connection:
            migrations.upgrade(connection)

        restore(path, elsewhere.data)

        assert everything() == filled

    def test_changes_nothing_when_it_fails_half_way(
        self, path: Path, filled: Rows, home: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with db.transaction():
            make_user()
        before = everything()
        loaded: list[str] = []

        def fail_in_the_middle(name: str) -> None:
            loaded.append(name)
            if name == "users":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restore(path, home.data, force=True, told=fail_in_the_middle)

        assert "organisations" in loaded
        assert everything() == before

    def test_refuses_a_backup_of_a_newer_version(self, path: Path, home: Settings) -> None:
        newer = _altered(path, MANIFEST, lambda content: content.replace(b'"revision": "', b'"revision": "9'))

        with pytest.raises(NotRestored, match="newer version"):
            restore(newer, home.data, force=True)

    @pytest.fixture
    def path_with_keys(self, filled: Rows, home: Settings) -> Path:
        (home.data / "keys").mkdir()
        (home.data / "keys" / "seal.key").write_text("private")
        return saved(home, with_keys=True)

    def test_puts_keys_back_for_their_owner_only(self, path_with_keys: Path, elsewhere: Settings) -> None:
        restore(path_with_keys, elsewhere.data)

        key = elsewhere.data / "keys" / "seal.key"
        assert key.read_text() == "private"
        assert key.stat().st_mode & 0o077 == 0
        assert key.parent.stat().st_mode & 0o077 == 0

    def test_replaces_no_other_key_unasked(self, path_with_keys: Path, elsewhere: Settings) -> None:
        ours = elsewhere.data / "keys" / "seal.key"
        ours.parent.mkdir()
        ours.write_text("ours")

        with pytest.raises(NotRestored, match="Another key"):
            restore(path_with_keys, elsewhere.data)

        assert ours.read_text() == "ours"


def _altered(path: Path, entry: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The archive with one entry changed, or left out."""
    target = path.with_name("altered.tar.gz")
    with tarfile.open(path) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            content = old.extractfile(info).read()  # type: ignore[union-attr]
            if info.name == entry:
                changed = change(content)
                if changed is None:
                    continue
                content, info.size = changed, len(changed)
            new.addfile(info, io.BytesIO(content))
    return target


def _added(path: Path, name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> Path:
    target = path.with_name("added.tar.gz")
    with tarfile.open(path) as old, tarfile.open(target, "w:gz") as new:
        info = tarfile.TarInfo(name)
        info.size, info.type, info.linkname = len(content) if kind == tarfile.REGTYPE else 0, kind, "/etc/passwd"
        new.addfile(info, io.BytesIO(content))
        for member in old:
            new.addfile(member, old.extractfile(member))
    return target


def _unpacked(content: bytes) -> bytes | None:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return None


class TestVerify:
    @pytest.fixture
    def path(self, filled: Rows, home: Settings) -> Path:
        return saved(home)

    def test_accepts_what_was_written(self, path: Path, filled: Rows) -> None:
        assert verify(path).rows["users"] == len(filled["users"])

    def test_finds_a_row_that_was_changed(self, path: Path) -> None:
        changed = _altered(path, "tables/users.jsonl", lambda content: content.replace(b"Zahra", b"Zohra"))

        with pytest.raises(NotRestored, match=r"tables/users\.jsonl is not what was written"):
            verify(changed)

    def test_finds_an_entry_that_is_missing(self, path: Path) -> None:
        with pytest.raises(NotRestored, match=r"tables/users\.jsonl is missing"):
            verify(_altered(path, "tables/users.jsonl", lambda _content: None))

    def test_finds_an_entry_too_many(self, path: Path) -> None:
        with pytest.raises(NotRestored, match="not what was written"):
            verify(_added(path, "files/more"))

    @pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
    def test_finds_a_file_that_was_cut_short(self, path: Path, share: float) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

        with pytest.raises(NotRestored):
            verify(path)

    def test_finds_damage_anywhere(self, path: Path) -> None:
        content, noticed = path.read_bytes(), 0
        for place in range(10, len(content), len(content) // 40):
            damaged = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
            if _unpacked(damaged) == _unpacked(content):  # the same run of zeros, said in another way
                continue
            path.write_bytes(damaged)
            with pytest.raises(NotRestored):
                verify(path)
            noticed += 1
        assert noticed > 30

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"SQLite format 3\x00", gzip.compress(b"no tar", mtime=0)])
    def test_refuses_another_kind_of_file(self, tmp_path: Path, content: bytes) -> None:
        other = tmp_path / "other.tar.gz"
        other.write_bytes(content)

        with pytest.raises(NotRestored):
            verify(other)

    @pytest.mark.parametrize(
        "name", ["../outside", "/etc/cron.d/x", "files/../../outside", "files//x", "elsewhere/x", "files\\x"]
    )
    def test_refuses_names_that_lead_out(self, path: Path, name: str) -> None:
        with pytest.raises(NotRestored, match="no backup of this product"):
            verify(_added(path, name))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
    def test_refuses_what_is_no_plain_file(self, path: Path, kind: bytes) -> None:
        with pytest.raises(NotRestored, match="no backup of this product"):
            verify(_added(path, "files/x", kind=kind))

    def test_refuses_a_key_that_is_none(self, home: Settings, path: Path) -> None:
        """The manifest may be forged along with the entry: the place of a key is still not free."""
        forged = _added(path, "keys/lms.sqlite")
        digest = hashlib.sha256(b"x").hexdigest()

        def add(content: bytes) -> bytes:
            manifest = json.loads(content)
            manifest["sha256"]["keys/lms.sqlite"] = digest
            return json.dumps(manifest).encode()

        with pytest.raises(NotRestored, match="no key of ours"):
            restore(_altered(forged, MANIFEST, add), home.data, force=True)
        assert not (home.data / "lms.sqlite").exists()

    @pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": 2}', b"\xff"])
    def test_refuses_a_manifest_it_cannot_read(self, path: Path, manifest: bytes) -> None:
        with pytest.raises(NotRestored):
            verify(_altered(path, MANIFEST, lambda _content: manifest))
