"""Rows of hot pages by the shortest way: SQLAlchemy builds the statement, the driver is asked.

SQLAlchemy takes five to ten times as long to ask a small question and hold its rows as SQLite
takes to answer it (`docs/decisions/0004-rows-by-the-shortest-way.md`). What it knows of a
statement (its text, how its values are bound, how its columns are read) is worked out once here.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache, lru_cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, TypeVarTuple, cast

from sqlalchemy import CursorResult, Dialect, Select, bindparam, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from pdportal.db.base import Base, db

Entity = TypeVar("Entity", bound=Base)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")

Change = Callable[[Any], Any]
"""How a value is made into what the driver takes, or made from what it gives."""


def built_once(build: Callable[P, Select[*Ts]]) -> Callable[P, CursorResult[*Ts]]:
    """Let a function from values to a statement ask for its rows, and build it only once.

    Building a statement costs more than asking SQLite. The function may do nothing with its values
    but compare columns with them, reads no clock, and selects columns, not entities. `__wrapped__`
    is the function as it was, for a statement that is to become part of another.
    """
    names = tuple(signature(build).parameters)
    build_any: Callable[..., Select[*Ts]] = build

    @cache
    def built() -> Select[*Ts]:
        return build_any(*(bindparam(name) for name in names))

    @wraps(build)
    def asked(*values: P.args, **named: P.kwargs) -> CursorResult[*Ts]:
        return rows_of(built(), {**dict(zip(names, values, strict=False)), **named})

    return asked


def rows_of(statement: Select[*Ts], values: Mapping[str, Any]) -> CursorResult[*Ts]:
    """Ask for rows of columns by the shortest way, after what is still to be written.

    Raises what SQLAlchemy raises. Whoever listens to its statements hears this one, too.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.flush()
    connection = session.connection()
    asked = question(statement, connection.dialect)
    if asked.has_a_short_way and not connection.dispatch.before_cursor_execute:
        return cast(CursorResult[*Ts], asked.ask(connection, values))
    return connection.execute(statement, values)


def loaded(kind: type[Entity], columns: dict[str, Any]) -> Entity:
    """The entity with these columns, as if the session had loaded it; others load when read.

    The primary key has to be among them. What the session knows already stays as it is.
    """
    session = db.session()
    mapper: Mapper[Any] = inspect(kind)
    key = tuple(columns[column.name] for column in mapper.primary_key)
    known: Any = session.identity_map.get(mapper.identity_key_from_primary_key(key))
    if known is not None:
        for name in inspect(known).expired_attributes & columns.keys():
            set_committed_value(known, name, columns[name])
        return cast(Entity, known)
    made: Any = mapper.class_manager.new_instance()
    vars(made).update(columns)
    make_transient_to_detached(made)
    session.add(made)
    return cast(Entity, made)


class Rows(list[Any]):
    """Named tuples, with those ways of SQLAlchemy's results that we use."""

    def all(self) -> Rows:
        return self

    def scalars(self) -> list[Any]:
        return [row[0] for row in self]

    def one_or_none(self) -> Any:
        if len(self) > 1:
            raise MultipleResultsFound("Several rows where one was asked for.")
        return self[0] if self else None

    def one(self) -> Any:
        if not self:
            raise NoResultFound("No row where one was asked for.")
        return self.one_or_none()


class Question:
    """A statement as one kind of database is asked it."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self._dialect = dialect
        self._columns = list(statement.selected_columns)
        names = [str(name) for name in statement.selected_columns.keys()]  # noqa: SIM118
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._row: Callable[[Sequence[Any]], Any] = row._make
        self._changes: list[tuple[int, Change]] | None = None
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 -- what a Select is compiled by
        self.has_a_short_way = not compiled.post_compile_params | compiled.literal_execute_params
        """Not where the text hangs on the values, as with lists of any length."""
        self._text = compiled.string
        self._order = compiled.positiontup
        binds = compiled.binds if self.has_a_short_way else {}
        self._binds = {name: _change(bind.type, dialect, into=True) for name, bind in binds.items()}
        self._constants = {
            name: self._bound(name, bind.effective_value)
            for name, bind in binds.items()
            if not bind.required
        }
        self._asked = [name for name, bind in binds.items() if bind.required]

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        """Every row at once; raises SQLAlchemy's errors."""
        bound = self._constants | {name: self._bound(name, values[name]) for name in self._asked}
        given: Any = bound if self._order is None else [bound[name] for name in self._order]
        try:
            with closing(connection.connection.cursor()) as cursor:
                cursor.execute(self._text, given)
                if self._changes is None:
                    self._changes = self._changes_of(cursor.description)
                rows = cursor.fetchall()
        except self._dialect.loaded_dbapi.Error as error:
            raise self._told(error, connection) from error
        return Rows(map(self._row, self._read(rows)))

    def _told(self, error: Exception, connection: Connection) -> BaseException:
        """The driver's error as SQLAlchemy says it; a connection that is lost is let go."""
        dbapi: Any = connection.connection.dbapi_connection
        is_lost = self._dialect.is_disconnect(cast(Any, error), dbapi, None)
        if is_lost:
            connection.invalidate(error)
        return DBAPIError.instance(
            self._text,
            None,
            error,
            self._dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_lost,
            dialect=self._dialect,
        )

    def _bound(self, name: str, value: Any) -> Any:
        change = self._binds[name]
        return value if change is None else change(value)

    def _changes_of(self, description: Sequence[Sequence[Any]]) -> list[tuple[int, Change]]:
        read = [
            _change(column.type, self._dialect, into=False, code=told[1])
            for column, told in zip(self._columns, description, strict=True)
        ]
        return [(place, change) for place, change in enumerate(read) if change is not None]

    def _read(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        if not self._changes:
            return rows
        changed = [list(row) for row in rows]
        for place, change in self._changes:
            for row in changed:
                row[place] = change(row[place])
        return changed


@lru_cache(maxsize=1000)
def question(statement: Select[Any], dialect: Dialect) -> Question:
    """The statement, prepared once for each kind of database."""
    return Question(statement, dialect)


def _change(kind: TypeEngine[Any], dialect: Dialect, *, into: bool, code: Any = None) -> Any:
    here = kind.dialect_impl(dialect)
    return here.bind_processor(dialect) if into else here.result_processor(dialect, code)
