"""What is wrong with this installation, and what to do about it."""

import ctypes
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import InterfaceError, OperationalError

from lms import audit, db, storage
from lms.accounts import queries as accounts
from lms.clock import CASABLANCA
from lms.i18n import _
from lms.jobs import JobState
from lms.mail import MailServer, MailServerAway
from lms.notifications import queries as notifications
from lms.operations import migrations, queries
from lms.operations.backup import key_files
from lms.operations.wording import JOB_STATES
from lms.permissions import Role
from lms.settings import CHECKOUT, Settings

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
FONTS = CHECKOUT / "lms" / "static" / "vendor" / "fonts"
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "lustre"})
LEAST_FREE = 1 << 30
LATE = timedelta(minutes=15)
MOROCCO = {datetime(2026, 7, 1, 12): timedelta(hours=1), datetime(2026, 11, 22, 12): timedelta(0)}  # noqa: DTZ001 - wall time


@dataclass(frozen=True)
class Finding:
    """``advice`` is empty exactly when all is well."""

    title: str
    detail: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        return not self.advice


Check = Callable[[Settings], Finding]


def examine(settings: Settings) -> Iterator[Finding]:
    """Each check in turn; what needs the database is left out while it cannot be used."""
    yield from (check(settings) for check in WITHOUT_DATABASE)
    found = database(settings)
    yield found
    if found.is_well:
        with db.reading():
            yield from (check(settings) for check in WITH_DATABASE)


def standing_in_the_way(settings: Settings) -> Sequence[Finding]:
    """What the web and worker processes must not start with."""
    checks: tuple[Check, ...] = (local_disk, database)
    if settings.is_production:
        checks = (private_folder, private_keys, *checks)
    return [found for found in (check(settings) for check in checks) if not found.is_well]


def environment(settings: Settings) -> Finding:
    title, detail = _("Settings"), f"{settings.env}, {settings.base_url}"
    if settings.is_production and settings.host.split(":")[0] in ("localhost", "127.0.0.1", "::1"):
        return Finding(title, detail, _("Set LMS_BASE_URL to the address that people type."))
    return Finding(title, detail)


def time_zones(_settings: Settings) -> Finding:
    title = _("Time zones")
    wrong = [when for when, offset in MOROCCO.items() if when.replace(tzinfo=CASABLANCA).utcoffset() != offset]
    if wrong:
        return Finding(
            title, f"Africa/Casablanca, {wrong[0]:%Y-%m-%d}", _("Install tzdata 2026.3 or newer: ./run does.")
        )
    return Finding(title, _("Morocco is on UTC+1 in July 2026 and on UTC+0 in November, as it should be"))


def libraries(_settings: Settings) -> Finding:
    title = _("PDF")
    missing = [name for name in LIBRARIES if not _loads(name)]
    if missing:
        return Finding(title, ", ".join(missing), _("Install Pango and HarfBuzz: ./run names the packages."))
    if not any(FONTS.glob("*.woff2")):
        return Finding(title, str(FONTS), _("The fonts of the certificates are missing; run: ./run"))
    return Finding(title, _("Pango, HarfBuzz and our fonts are here"))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def private_folder(settings: Settings) -> Finding:
    title = _("Data folder")
    files = [settings.data, *(Path(f"{file}{end}") for file in _sqlite_file(settings) for end in ("", "-wal", "-shm"))]
    open_ones = [path for path in files if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_ones:
        return Finding(
            title, _("%(path)s can be read by others on this machine", path=open_ones[0]), _("Run: lms init")
        )
    return Finding(title, str(settings.data))


def _sqlite_file(settings: Settings) -> list[Path]:
    prefix = "sqlite:///"
    return [Path(settings.database.removeprefix(prefix))] if settings.database.startswith(prefix) else []


def private_keys(settings: Settings) -> Finding:
    title, keys = _("Keys"), key_files(settings.data)
    for path in keys:
        mode = path.stat().st_mode
        if path.suffix in (".key", ".p12") and mode & (stat.S_IRWXG | stat.S_IRWXO):
            return Finding(title, str(path), _("Others can read this key. Run: chmod 600 %(path)s", path=path))
    return Finding(title, _("%(count)d files, readable by their owner only", count=len(keys)))


def local_disk(settings: Settings) -> Finding:
    title = _("Disk")
    kind = _file_system(settings.data)
    if _sqlite_file(settings) and kind in REMOTE:
        return Finding(
            title, f"{settings.data}: {kind}", _("SQLite needs a local disk: move LMS_DATA, or use PostgreSQL.")
        )
    free = shutil.disk_usage(settings.data).free
    detail = _("%(free)d MiB free (%(kind)s)", free=free >> 20, kind=kind)
    return Finding(title, detail, "" if free >= LEAST_FREE else _("Less than 1 GiB is free: make room."))


def _file_system(path: Path) -> str:
    """The kind of file system a path is on, from the longest mount point that leads to it."""
    best, kind = "", "?"
    for line in Path("/proc/mounts").read_text().splitlines() if Path("/proc/mounts").exists() else ():
        _device, mounted, name, *_rest = line.split(" ")
        mounted = mounted.replace("\\040", " ")
        if len(mounted) > len(best) and (path == Path(mounted) or Path(mounted) in path.parents):
            best, kind = mounted, name
    return kind


def store(settings: Settings) -> Finding:
    title, place = _("Files"), settings.files.split("@")[-1]
    if not storage.is_ready():
        return Finding(title, place, _("Cannot be written: check LMS_FILES and its rights."))
    return Finding(title, place)


def mail_server(settings: Settings) -> Finding:
    title = _("Mail")
    server = MailServer(settings.smtp, settings.mail_from, settings.data / "mail")
    if settings.smtp is None:
        return Finding(title, _("mails are written into %(folder)s", folder=server.folder))
    place = urlsplit(settings.smtp).hostname or "localhost"
    try:
        server.greet()
    except MailServerAway as error:
        return Finding(title, f"{place}: {error}", _("The mail server does not let us in: check LMS_SMTP."))
    return Finding(title, place)


def database(settings: Settings) -> Finding:
    title = _("Database")
    engine = db.Database(settings.database)
    try:
        with engine.reader.connect() as connection:
            revision = migrations.present(connection)
    except (OperationalError, InterfaceError) as error:
        return Finding(
            title, str(error.orig).strip(), _("It cannot be opened: check LMS_DATABASE, and that the server runs.")
        )
    finally:
        engine.dispose()
    if revision != migrations.newest():
        return Finding(title, _("revision %(revision)s", revision=revision or "–"), _("Run: lms init"))
    kind = f"SQLite {sqlite3.sqlite_version}" if engine.is_sqlite else "PostgreSQL"
    return Finding(title, _("%(kind)s, revision %(revision)s", kind=kind, revision=revision))


def administrators(settings: Settings) -> Finding:
    title = _("Administrators")
    admins = accounts.holders(Role.ADMIN)
    if not admins:
        return Finding(title, _("there is none"), _("Run: lms people create-admin EMAIL --given NAME --family NAME"))
    return Finding(title, str(len(admins)))


def audit_chain(_settings: Settings) -> Finding:
    title = _("Audit trail")
    broken = next(audit.verify(), None)
    if broken is not None:
        detail = _("row %(seq)d %(problem)s", seq=broken.seq, problem=broken.problem)
        return Finding(title, detail, _("It was changed. Compare with a backup; more: lms audit verify"))
    return Finding(title, _("whole, %(count)d rows", count=audit.count()))


def jobs_waiting(_settings: Settings) -> Finding:
    title, counts = _("Jobs"), queries.job_counts()
    detail = " · ".join(f"{JOB_STATES[JobState(state)][1]} {count}" for state, count in sorted(counts.items())) or "–"
    if counts.get("parked"):
        return Finding(title, detail, _("Some were given up: look at /jobs, then try them again there."))
    if queries.oldest_wait() > LATE:
        return Finding(title, detail, _("Nobody runs them. Start a worker: lms worker"))
    return Finding(title, detail)


def mails_waiting(_settings: Settings) -> Finding:
    title, counts = _("Mails"), notifications.backlog()
    detail = _("%(waiting)d waiting, %(failed)d failed", waiting=counts["waiting"], failed=counts["failed"])
    if counts["failed"]:
        return Finding(title, detail, _("Look at /outbox for what the mail server said, then send them again there."))
    if counts["late"]:
        return Finding(title, detail, _("Some wait for more than an hour: check the worker and LMS_SMTP."))
    return Finding(title, detail)


WITHOUT_DATABASE: tuple[Check, ...] = (
    environment, time_zones, libraries, private_folder, private_keys, local_disk, store, mail_server,
)  # fmt: skip
WITH_DATABASE: tuple[Check, ...] = (administrators, audit_chain, jobs_waiting, mails_waiting)


def make_private(settings: Settings) -> None:
    """Folders for their owner only, and what holds data in them."""
    for folder in (settings.data, settings.data / "keys", settings.data / "mail"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    for file in _sqlite_file(settings):
        for path in (file, *(Path(f"{file}{end}") for end in ("-wal", "-shm", ".gate"))):
            if path.exists():
                os.chmod(path, 0o600)
