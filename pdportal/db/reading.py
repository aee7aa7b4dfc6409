"""Requests that only read rows: they ask the driver by themselves, without a session.

To open a session, to let it hold who asks, and to close it takes a tenth of a page. So a request
that reads begins with a connection alone; the first who needs entities gets a session in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, has_request_context, request
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from pdportal.db import sqlite

View = TypeVar("View", bound=Callable[..., Any])

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Reading:
    """A connection of the pool, in a transaction that is rolled back.

    It has what `db.rows` asks of SQLAlchemy's own connections.
    """

    def __init__(self, bind: Engine | Connection) -> None:
        self.dispatch: Any = bind.dispatch
        self.dialect = bind.dialect
        self._is_ours = isinstance(bind, Engine)
        self.connection = _begun(bind) if isinstance(bind, Engine) else bind.connection

    def invalidate(self, error: BaseException) -> None:
        """Let the pool drop it: it is lost."""
        self.connection.invalidate(error)
        g.pop("reading", None)

    def close(self) -> None:
        """Give it back; the pool rolls back what was begun on it."""
        if self._is_ours:
            self.connection.close()


def _begun(engine: Engine) -> PoolProxiedConnection:
    """A connection in a transaction; raises what SQLAlchemy raises where there is none."""
    driver = engine.dialect.loaded_dbapi
    try:
        connection = engine.raw_connection()
        if engine.dialect.name == "sqlite":
            sqlite.begin_to_read(connection)
    except driver.Error as error:
        raise DBAPIError.instance(
            None, None, error, driver.Error, hide_parameters=True, dialect=engine.dialect
        ) from error
    return connection


class PortalSession(Session):
    """A session; what was read before it is read anew, and who asks belongs to it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        end_reading()
        for entity in g.pop("read_alone", {}).values():
            self.add(entity)


def reads_rows(view: View) -> View:
    """Mark a view that asks for rows alone: who asks is no session's, until somebody opens one."""
    view.reads_rows = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def asks_for_rows() -> bool:
    """Whether the view of this request is so marked."""
    if not reads_alone():
        return False
    return getattr(current_app.view_functions.get(request.endpoint or ""), "reads_rows", False)


def reads_alone() -> bool:
    """Whether this request may read without a session, as long as it has none."""
    return has_request_context() and request.method in READING


def end_reading() -> None:
    """Give back the connection of a request that read without a session, if it has one."""
    reading: Reading | None = g.pop("reading", None)
    if reading is not None:
        reading.close()
