"""The steps that build the tables, and how far a database has come."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import Connection, inspect, text

from pdportal.db.base import db
from pdportal.shipped import shipped

MIGRATIONS = shipped("migrations", "shipped_migrations")
"""The steps that build the tables: in the checkout, or as an installed wheel carries them."""


def schema(app: Flask) -> tuple[str | None, str | None]:
    """The step the database is at, and the newest there is."""
    with app.app_context(), db.engine.connect() as connection:
        return step_of(connection), newest_step()


def newest_step() -> str | None:
    """The last of the migrations, whose files are numbered."""
    steps = sorted(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return steps[-1] if steps else None


def is_newer(at: str | None) -> bool:
    """Whether a database at this step has been upgraded by a newer program."""
    return at is not None and at > (newest_step() or "")


def why_unfit(at: str | None) -> str:
    """What keeps this program from using a database that is at this step, and the cure; or ""."""
    if is_newer(at):
        return (
            f"the database is at {at}, and this program is older: it knows {newest_step()}. "
            "Install the newer pdportal again, or restore the backup from before the upgrade."
        )
    if at != newest_step():
        return "the database is not up to date; run `pdportal db upgrade` first."
    return ""


def step_of(connection: Connection) -> str | None:
    """The step this database is at; None where nothing was built."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade_database(app: Flask) -> tuple[str | None, str | None]:
    """Run the steps that are missing; gives the step before and after."""
    before, _newest = schema(app)
    _migrations(app, "upgrade")
    return before, schema(app)[0]


def new_step(app: Flask, message: str) -> None:
    """Write the next step from what the models say and the database does not."""
    number = int(newest_step() or 0) + 1
    _migrations(app, "revision", message=message, autogenerate=True, rev_id=f"{number:04}")


def _migrations(app: Flask, command: str, **options: Any) -> None:
    """One of Flask-Migrate's commands; it takes long to import, and pages do without it."""
    import flask_migrate

    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        getattr(flask_migrate, command)(directory=str(MIGRATIONS), **options)
