"""Rows of hot pages and writes: SQLAlchemy builds a statement once, the driver is asked directly.

SQLAlchemy takes five to ten times as long to ask a small question and hold its rows as SQLite
takes to answer it (`docs/decisions/0004-rows-by-the-shortest-way.md`). What it knows of a
statement (its text, how its values are bound, how its columns are read) is worked out once here.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any, TypeVarTuple, cast

from flask import g
from sqlalchemy import Dialect, Executable, Insert, Row, Select, Update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from pdportal.db.base import db
from pdportal.db.errors import sqlalchemy_errors
from pdportal.db.reading import Reading, reads_alone

Ts = TypeVarTuple("Ts")

Convert = Callable[[Any], Any]
"""Makes of a value what the driver takes, or of what the driver gives the value."""


def fetch_all(statement: Select[*Ts], values: Mapping[str, Any]) -> list[Row[*Ts]]:
    """The rows of a statement that is built once and selects columns; changes are flushed before.

    `values` are those of its `bindparam`s. The rows are named tuples. Raises what SQLAlchemy
    raises; its `before_cursor_execute` event is sent. A list of any length (`IN`) cannot be bound.
    """
    connection = _connection()
    return cast(list[Row[*Ts]], prepare(statement, connection.dialect).fetch(connection, values))


def _connection() -> Connection | Reading:
    """Of a request that only reads so far its own; else the session's."""
    reading: Reading | None = g.get("reading")
    if reading is not None:
        return reading
    if reads_alone() and not db.session.registry.has():
        g.reading = Reading(db.engine)
        return cast(Reading, g.reading)
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.flush()
    return session.connection()


def fetch_one(statement: Select[*Ts], values: Mapping[str, Any]) -> Row[*Ts] | None:
    """The one row of a statement, or None; raises `MultipleResultsFound`."""
    rows = fetch_all(statement, values)
    if len(rows) > 1:
        raise MultipleResultsFound("Several rows where one was asked for.")
    return rows[0] if rows else None


def write_rows(statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run a statement that is built once, for each of `rows`; gives how many rows it changed.

    Of an INSERT each row names the same columns, among them all that the database gives no value.
    Changes of the session are not flushed before.
    """
    connection = db.session.connection()
    columns = tuple(rows[0]) if isinstance(statement, Insert) else ()
    return _prepare_write(statement, columns, connection.dialect).run(connection, rows)


class Prepared:
    """The text of a statement, and how its values are bound, for one kind of database."""

    def __init__(
        self, statement: Executable, dialect: Dialect, columns: Sequence[str] = ()
    ) -> None:
        self._dialect = dialect
        names = list(columns) or None
        compiled = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  # what these are compiled by
        if compiled.post_compile_params | compiled.literal_execute_params or compiled.prefetch:
            raise ValueError("The text of this statement depends on its values, or lacks some.")
        self._text = compiled.string
        self._order = compiled.positiontup
        self._binds = {
            name: _convert(bind.type, dialect, into=True) for name, bind in compiled.binds.items()
        }
        self._constants = {
            name: self._bound(name, bind.effective_value)
            for name, bind in compiled.binds.items()
            if not bind.required
        }
        self._required = [name for name, bind in compiled.binds.items() if bind.required]

    def run(self, connection: Connection | Reading, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each of `rows`; gives how many rows it changed."""
        with (
            sqlalchemy_errors(self._text, connection),
            closing(connection.connection.cursor()) as cursor,
        ):
            self._execute(connection, cursor, [self._given(values) for values in rows])
            return int(cursor.rowcount)

    def _execute(self, connection: Connection | Reading, cursor: Any, rows: list[Any]) -> None:
        many = len(rows) != 1
        given = rows if many else rows[0]
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self._text, given, None, many)
        (cursor.executemany if many else cursor.execute)(self._text, given)

    def _given(self, values: Mapping[str, Any]) -> Any:
        bound = self._constants | {name: self._bound(name, values[name]) for name in self._required}
        return bound if self._order is None else [bound[name] for name in self._order]

    def _bound(self, name: str, value: Any) -> Any:
        convert = self._binds[name]
        return value if convert is None else convert(value)


class PreparedSelect(Prepared):
    """A statement that gives rows, as one kind of database is asked it."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        self._columns = list(statement.selected_columns)
        names = [str(name) for name in statement.selected_columns.keys()]  # noqa: SIM118  # no dict
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # names come late
        self._row: Callable[[Sequence[Any]], Any] = row._make
        self._converts: list[tuple[int, Convert]] | None = None

    def fetch(self, connection: Connection | Reading, values: Mapping[str, Any]) -> list[Any]:
        """Every row at once."""
        with (
            sqlalchemy_errors(self._text, connection),
            closing(connection.connection.cursor()) as cursor,
        ):
            self._execute(connection, cursor, [self._given(values)])
            if self._converts is None:
                self._converts = self._converts_of(cursor.description)
            rows = cursor.fetchall()
        return list(map(self._row, self._read(rows)))

    def _converts_of(self, description: Sequence[Sequence[Any]]) -> list[tuple[int, Convert]]:
        converts = [
            _convert(column.type, self._dialect, into=False, code=told[1])
            for column, told in zip(self._columns, description, strict=True)
        ]
        return [(place, convert) for place, convert in enumerate(converts) if convert is not None]

    def _read(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        if not self._converts:
            return rows
        converted = [list(row) for row in rows]
        for place, convert in self._converts:
            for row in converted:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return converted


@lru_cache(maxsize=1000)
def prepare(statement: Select[Any], dialect: Dialect) -> PreparedSelect:
    """The statement, prepared once for each kind of database."""
    return PreparedSelect(statement, dialect)


@lru_cache(maxsize=100)
def _prepare_write(
    statement: Insert | Update, columns: tuple[str, ...], dialect: Dialect
) -> Prepared:
    return Prepared(statement, dialect, columns)


def _convert(kind: TypeEngine[Any], dialect: Dialect, *, into: bool, code: Any = None) -> Any:
    implementation = kind.dialect_impl(dialect)
    if into:
        return implementation.bind_processor(dialect)
    return implementation.result_processor(dialect, code)
