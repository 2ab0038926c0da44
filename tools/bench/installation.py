"""An installation for one measurement: its own folder and database, as production has them, gone afterwards."""

import logging
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms import create_app, db, settings
from tools.bootstrap.checkout import PYTHON, ROOT

CACHE = "64MB"


@dataclass(frozen=True)
class Installation:
    """``environment`` is what its commands run with; ``app`` is the same installation in this process."""

    environment: Mapping[str, str]
    folder: Path
    app: Flask

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def command(self, *arguments: str) -> str:
        """What an ``lms`` command wrote. Raises RuntimeError with what it wrote when it fails."""
        done = subprocess.run(
            [str(PYTHON), "-m", "lms", *arguments], cwd=ROOT, env=dict(self.environment), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"lms {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def installed(server: str | None) -> Iterator[Installation]:
    """Tables, keys and the checkout's courses, nobody in it yet. On SQLite, or in a new database of a PostgreSQL ``server``."""
    with tempfile.TemporaryDirectory(prefix="takwin-bench-") as folder, _database(server) as address:
        environment = _environment(Path(folder), address)
        installation = Installation(environment, Path(folder), create_app(settings.from_environment(environment)))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        db.database().dispose()  # opened before there were tables
        try:
            installation.command("init")
            installation.command("courses", "sync", str(ROOT / "courses"))
            yield installation
        finally:
            db.database().dispose()


@contextmanager
def _database(server: str | None) -> Iterator[str | None]:
    """A new database of that server; None: SQLite, in the folder."""
    if server is None:
        yield None
        return
    name = f"bench_{secrets.token_hex(4)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def process_of(server: str) -> int:
    """The process of a throwaway PostgreSQL: its folder is where its socket is."""
    folder = Path(str(make_url(server).query["host"]))
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _environment(folder: Path, database: str | None) -> dict[str, str]:
    """Production's settings. Mail goes to a port where nobody listens; it stays in the outbox."""
    passphrase = folder / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text(secrets.token_urlsafe(24))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    clean.pop("PYTHONDONTWRITEBYTECODE", None)  # a first start compiles, all others do not
    return clean | {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "LMS_ENV": "production", "LMS_DATA": str(folder / "data"), "LMS_SECRET_KEY": secrets.token_urlsafe(48),
        "LMS_BASE_URL": "https://127.0.0.1", "LMS_SMTP": "smtp://127.0.0.1:9",
        "LMS_KEY_PASSPHRASE_FILE": str(passphrase),
        **({"LMS_DATABASE": database} if database else {}),
    }  # fmt: skip
