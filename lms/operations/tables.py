"""Tables as lines of JSON and back, as the database has them and not as today's models would: an older backup still reads."""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, DateTime, MetaData, Table, func, insert, inspect, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SAWarning

from lms.operations.archive import BadArchive

VERSION_TABLE = "alembic_version"
_AT_ONCE = 500


def tables_of(connection: Connection) -> Mapping[str, Table]:
    """The tables that are there now, by name."""
    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
        metadata.reflect(connection)  # for columns and what they point to; indexes are the migrations' business
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = bool(column.nullable)
    return {name: table for name, table in metadata.tables.items() if name != VERSION_TABLE}


def in_order(tables: Mapping[str, Table]) -> list[Table]:
    """An order in which they can be filled: a table follows those it points to, unless it can point to them later."""
    waiting, placed = dict(sorted(tables.items())), list[Table]()
    while waiting:
        done = {table.name for table in placed}
        ready = [table for table in waiting.values() if not _unmet(table, done, needed_only=False)]
        if not ready:
            ready = [table for table in waiting.values() if not _unmet(table, done, needed_only=True)][:1]
        if not ready:
            raise BadArchive(f"The tables {', '.join(waiting)} point to each other in a circle.")
        for table in ready:
            placed.append(waiting.pop(table.name))
    return placed


def _unmet(table: Table, done: set[str], *, needed_only: bool) -> list[Column[Any]]:
    """Its columns that point to a table not done yet, itself apart; ``needed_only``: those that cannot be empty meanwhile."""
    return [
        key.parent
        for key in table.foreign_keys
        if key.column.table.name not in done | {table.name} and not (needed_only and key.parent.nullable)
    ]


def dumped(connection: Connection, table: Table) -> Iterator[str]:
    """The names of the columns, then every row."""
    yield json.dumps([column.name for column in table.columns])
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        yield json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


class Loader:
    """Fills empty tables, one after the other, then what points to rows that were not there yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = tables_of(connection)
        self._done: set[str] = set()
        self._postponed: list[tuple[Table, dict[str, Any], dict[str, Any]]] = []  # table, key, values

    def load(self, name: str, lines: Iterator[list[Any]]) -> int:
        """Returns how many rows the table has now."""
        table = self._tables.get(name)
        if table is None:
            raise BadArchive(f"It holds a table {name}, which this version does not know.")
        columns = [_column(table, column) for column in next(lines, [])]
        later = {column.name for column in _unmet(table, self._done, needed_only=False)} | _to_itself(table)
        count, batch = 0, list[dict[str, Any]]()
        for line in lines:
            row = {column.name: _typed(column, value) for column, value in zip(columns, line, strict=True)}
            batch.append(self._without(table, row, later))
            count += 1
            if len(batch) == _AT_ONCE:
                self._connection.execute(insert(table), batch)
                batch = []
        if batch:
            self._connection.execute(insert(table), batch)
        self._done.add(name)
        return count

    def _without(self, table: Table, row: dict[str, Any], later: set[str]) -> dict[str, Any]:
        missing = {name: row[name] for name in later if row.get(name) is not None}
        if missing:
            self._postponed.append((table, {column.name: row[column.name] for column in table.primary_key}, missing))
        return row | dict.fromkeys(missing)

    def finish(self) -> None:
        for table, key, values in self._postponed:
            here = (table.columns[name] == value for name, value in key.items())
            self._connection.execute(update(table).where(*here).values(**values))
        if self._connection.dialect.name == "postgresql":
            for table in self._tables.values():
                self._count_on(table)

    def _count_on(self, table: Table) -> None:
        """PostgreSQL numbers new rows from a sequence, which knows nothing of the rows that came with their numbers."""
        column = table.autoincrement_column
        if column is None:
            return
        sequence = self._connection.execute(
            select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
        ).scalar_one()
        last = self._connection.execute(select(func.max(column))).scalar_one()
        if sequence is not None and last is not None:
            self._connection.execute(select(func.setval(sequence, last)))


def empty(connection: Connection, names: Iterable[str]) -> None:
    """Drop these tables, and what notes which revision they were at."""
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    quoted = connection.dialect.identifier_preparer.quote
    present = set(inspect(connection).get_table_names())
    for name in sorted(present & {*names, VERSION_TABLE}):
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)}{cascade}")


def first_filled(connection: Connection) -> str | None:
    """A table that has a row; None when all are empty."""
    filled = (
        name for name, table in tables_of(connection).items() if connection.execute(select(table).limit(1)).first()
    )
    return next(filled, None)


def _to_itself(table: Table) -> set[str]:
    return {key.parent.name for key in table.foreign_keys if key.column.table is table and key.parent.nullable}


def _column(table: Table, name: str) -> Column[Any]:
    column = table.columns.get(name)
    if column is None:
        raise BadArchive(f"Its table {table.name} has a column {name!r} that this version does not know.")
    return column


def _typed(column: Column[Any], value: Any) -> Any:
    if isinstance(value, str) and isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value
