"""Databases beside the one under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms import db
from lms.settings import Settings


@contextmanager
def connected(database: db.Database) -> Iterator[db.Database]:
    """Another database for a while."""
    before = db.database()
    db.connect(database)
    try:
        yield database
    finally:
        db.connect(before)
        database.dispose()


@pytest.fixture
def blank(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[db.Database]:
    """A database without a single table, of the kind under test."""
    if settings.database.startswith("sqlite"):
        with connected(db.Database(f"sqlite:///{tmp_path / 'blank.sqlite'}")) as database:
            yield database
        return
    url = make_url(settings.database)
    name = f"{url.database}_blank"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    with connected(db.Database(url.set(database=name).render_as_string(hide_password=False))) as database:
        yield database
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()
