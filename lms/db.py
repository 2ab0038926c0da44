"""Base, session, column types, the write gate, and the frame that commits.

Only frames open sessions and only ``transaction`` commits. On SQLite every writing frame first takes a file lock, then
``BEGIN IMMEDIATE``: without the lock one of eight writers starved for five seconds (docs/decisions/0002-sqlite-write-gate.md).
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    CompoundSelect,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Row,
    Select,
    TypeDecorator,
    create_engine,
    event,
    insert,
    inspect,
)
from sqlalchemy.engine import Connection, Result
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, UTC on both databases. Refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}; take the time from clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Hundredths(TypeDecorator[Decimal]):
    """A decimal with two places, kept as a whole number of hundredths: exact on both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value * 100
        if scaled != int(scaled):
            raise ValueError(f"{value} has more than two decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


Id = Annotated[int, mapped_column(primary_key=True)]
Mark = Annotated[Decimal, mapped_column(Hundredths)]
"""A mark out of 20, or points for a question: exact, two places."""
Record = Row[*tuple[Any, ...]]
"""A row of named columns, as the queries return them."""
Read = Select[*tuple[Any, ...]]
"""A statement that reads such rows."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - the shape SQLAlchemy asks for
        datetime: UTCDateTime,
        Decimal: Hundredths,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


class Database:
    """One database and how to open it: ``reader`` and ``writer`` share a pool and differ in how a transaction begins."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.engine = create_engine(
                url,
                connect_args={"check_same_thread": False},
                pool_size=16,
                json_serializer=_to_json,
                hide_parameters=True,
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", self._begin_sqlite)
            path = self.engine.url.database or ""
            self._gate_path = f"{path}.gate"
        else:
            self.engine = create_engine(
                url, pool_pre_ping=True, pool_size=10, max_overflow=10, json_serializer=_to_json, hide_parameters=True,
                connect_args={"connect_timeout": 5, "options": "-c statement_timeout=30000 -c lock_timeout=10000"},
            )  # fmt: skip
        self.reader: Engine = self.engine.execution_options(postgresql_readonly=True)
        self.writer: Engine = self.engine.execution_options(writes=True)

    def _begin_sqlite(self, connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        if writes:
            current = _frame.get()
            if current is not None:
                current.take_gate(self._gate_path)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _driver(connection).execute(
                "BEGIN"
            )  # takes no lock, so nothing can go wrong that SQLAlchemy would have to name

    @contextmanager
    def gate_held(self) -> Iterator[None]:
        """Hold SQLite's write gate outside any frame: migrations and restores. There is none to hold on PostgreSQL."""
        if not self.is_sqlite:
            yield
            return
        gate = _open_gate(self._gate_path)
        try:
            yield
        finally:
            os.close(gate)

    def dispose(self) -> None:
        self.engine.dispose()


def _driver(connection: Connection) -> Any:
    """The database module's own connection."""
    return connection.connection.driver_connection


def _open_gate(path: str) -> int:
    """Wait until nobody else writes; closing the answer lets the next one in."""
    gate = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(gate, fcntl.LOCK_EX)
    return gate


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin and end transactions ourselves
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "trusted_schema=OFF",
        "cache_size=-4000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


class _ReadingSession(Session):
    """A session that refuses to write."""


@event.listens_for(_ReadingSession, "before_flush")
def _refuse_to_write(session: Session, _context: object, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a reading frame never writes")


class _Frame:
    """One unit of work: a session, and the gate it may have to pass on SQLite."""

    def __init__(self, database: Database, *, writes: bool) -> None:
        self.writes = writes
        self.session = (
            Session(database.writer, expire_on_commit=False)
            if writes
            else _ReadingSession(database.reader, autoflush=False, expire_on_commit=False)
        )
        self.after_commit: list[Callable[[], None]] = []
        self._gate: int | None = None

    def take_gate(self, path: str) -> None:
        if self._gate is None:
            self._gate = _open_gate(path)

    def commit(self) -> None:
        for finish in self.session.info.pop("before_commit", ()):
            finish(self.session)
        self.session.commit()

    def close(self) -> None:
        try:
            self.session.close()
        finally:
            if self._gate is not None:
                os.close(self._gate)
                self._gate = None


_database: Database | None = None
_frame: ContextVar[_Frame | None] = ContextVar("frame", default=None)


def connect(database: Database) -> None:
    """Use this database for the whole process."""
    global _database
    _database = database


def database() -> Database:
    if _database is None:
        raise RuntimeError("no database: create_app or a command connects one first")
    return _database


def session() -> Session:
    """The session of the current frame."""
    frame = _frame.get()
    if frame is None:
        raise RuntimeError("no frame: wrap this in db.transaction() or db.reading()")
    return frame.session


def insert_all(entities: Sequence[Base], key: str) -> dict[Any, int]:
    """Insert new rows of one table in one statement, and give their ids by the value of ``key``, which differs for each. The
    session does as much for entities on PostgreSQL only; these are not kept in it."""
    if not entities:
        return {}
    table = type(entities[0])
    names = [column.key for column in inspect(table).column_attrs if column.key != "id"]
    rows = [{name: getattr(entity, name) for name in names} for entity in entities]
    written = session().execute(insert(table).returning(table.id, getattr(table, key)), rows)  # type: ignore[attr-defined]
    return {value: new_id for new_id, value in written}


def before_commit(finish: Callable[[Session], None]) -> None:
    """Run ``finish`` just before the current transaction commits, after everything else in it."""
    session().info.setdefault("before_commit", []).append(finish)


def read(statement: Read | CompoundSelect[*tuple[Any, ...]], **values: object) -> Result[*tuple[Any, ...]]:
    """Run a statement that was built beforehand, with ``bindparam`` where the values go, and reads columns only.

    Building a statement takes five times what running it takes, so what busy pages read is built once, as a constant. And
    rows need not pass through what the session does for entities.
    """
    current = session()
    if current.autoflush:
        current.flush()  # as the session itself does before it reads
    return current.connection().execute(statement, values)


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside happens or nothing does. Refuses to stand inside another writing frame: one of the two would
    wait for the other for ever."""
    outer = _frame.get()
    if outer is not None and outer.writes:
        raise RuntimeError("a transaction inside a transaction")
    with _opened(writes=True) as frame:
        yield frame.session
        frame.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """Read one consistent state. Attempts to write fail."""
    with _opened(writes=False) as frame:
        yield frame.session


@contextmanager
def _opened(*, writes: bool) -> Iterator[_Frame]:
    frame = _Frame(database(), writes=writes)
    token = _frame.set(frame)
    try:
        yield frame
    finally:
        _frame.reset(token)
        frame.close()


class RequestFrame:
    """The frame of one web request: it writes when the method may, and commits when the answer is below 400."""

    def __init__(self, *, writes: bool) -> None:
        self._opened = _opened(writes=writes)
        self._frame = self._opened.__enter__()

    def settle(self, *, success: bool) -> None:
        """Commit if the request wrote and succeeded, else undo. Raises what the database says of the commit."""
        if not self._frame.writes:
            return  # nothing to settle; closing lets go of what was read
        if success:
            self._frame.commit()
        else:
            self._frame.session.rollback()

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
