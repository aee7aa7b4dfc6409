"""The database: `Base` and its types, the session, and the one commit of a request."""

from __future__ import annotations

from flask import Flask

from pdportal.db import transactions
from pdportal.db.base import Base, Moment, Timestamped, db
from pdportal.db.functions import comma_joined
from pdportal.db.rows import built_once, loaded, rows_of
from pdportal.db.sqlite import tune_sqlite
from pdportal.db.transactions import (
    READING,
    after_commit,
    begin_to_write,
    committing,
    only_reads,
    writing,
)

__all__ = [
    "READING",
    "Base",
    "Moment",
    "Timestamped",
    "after_commit",
    "begin_to_write",
    "built_once",
    "comma_joined",
    "committing",
    "db",
    "loaded",
    "only_reads",
    "register",
    "rows_of",
    "tune_sqlite",
    "writing",
]


def register(app: Flask) -> None:
    """Bind the session to the app's database, and commit once per request."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            tune_sqlite(db.engine)
    transactions.register(app)
