"""Runs the steps in `versions/` on the portal's own engine, one program at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeDecorator

from pdportal.db import Base, db, writing
from pdportal.modules.library.search import OWN_TABLES

LOCK = 7062_0001  # any number, as long as it is the same in every copy of the portal


def run() -> None:
    """Bring the tables up to date in one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with writing(), db.engine.connect() as connection, _tables_built_anew(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=_plain_type,
            include_object=_ours,
            transactional_ddl=True,  # SQLite's too: it can, though Alembic does not count on it
            **options,
        )
        pointed_nowhere = _pointing_nowhere(connection)
        with context.begin_transaction():
            context.run_migrations()
            if lost := _pointing_nowhere(connection) - pointed_nowhere:
                raise RuntimeError(f"Rows would point to nothing: {sorted(lost)[:5]}")
        connection.commit()


def _pointing_nowhere(connection: Connection) -> set[tuple[str, int]]:
    """The rows of SQLite, by table and number, that name a row which is not there."""
    if connection.dialect.name != "sqlite":
        return set()
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return {(row[0], row[1] or 0) for row in rows}


@contextmanager
def _tables_built_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by building it anew; what points to the old one holds still meanwhile.

    It listens to this before a transaction begins and not within one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    dbapi: Any = connection.connection.dbapi_connection
    dbapi.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        dbapi.execute("PRAGMA foreign_keys=ON")


def _plain_type(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """A step must not depend on our code of today: our types are written as what they store."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


def _ours(_thing: object, name: str | None, kind: str, *_rest: object) -> bool:
    return not (kind == "table" and name and OWN_TABLES.fullmatch(name))


run()
