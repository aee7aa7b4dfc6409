"""The database: `Base` and its types, the session, and the one commit of a request."""

from __future__ import annotations

from flask import Flask

from pdportal.db import sqlite, transactions
from pdportal.db.base import Base, Moment, Numbered, Timestamped, all_null, db, unique_where
from pdportal.db.entities import entity_of, fetch_entities, relate
from pdportal.db.functions import as_json, comma_joined
from pdportal.db.reading import asks_for_rows, reads_rows
from pdportal.db.rows import fetch_all, fetch_one, write_rows
from pdportal.db.transactions import (
    add_unless_there,
    after_commit,
    begin_to_write,
    committing,
    find_or_add,
    give_up_writing,
    is_about_to_write,
    writes_later,
    writing,
)

__all__ = [
    "Base",
    "Moment",
    "Numbered",
    "Timestamped",
    "add_unless_there",
    "after_commit",
    "all_null",
    "as_json",
    "asks_for_rows",
    "begin_to_write",
    "comma_joined",
    "committing",
    "db",
    "entity_of",
    "fetch_all",
    "fetch_entities",
    "fetch_one",
    "find_or_add",
    "give_up_writing",
    "is_about_to_write",
    "reads_rows",
    "register",
    "relate",
    "unique_where",
    "write_rows",
    "writes_later",
    "writing",
]


def register(app: Flask) -> None:
    """Bind the session to the app's database, and commit once per request."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.tune(db.engine, transactions.write_intent.get)
    transactions.register(app)
