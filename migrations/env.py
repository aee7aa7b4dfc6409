"""Runs the steps in `versions/` on the portal's own engine, one program at a time."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import text

from pdportal.db import Base, db, writing

LOCK = 7062_0001  # any number, as long as it is the same in every copy of the portal


def run() -> None:
    """Bring the tables up to date in one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with writing(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
