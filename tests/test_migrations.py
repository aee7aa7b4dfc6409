"""The migrations build what the models describe, from nothing, on either database."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from pdportal import create_app
from pdportal.db import Base, db, writing
from pdportal.modules.search import OWN_TABLES
from pdportal.operations import newest_step, schema, upgrade_database


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A portal whose database holds nothing at all."""
    settings: dict[str, object] = {"DATA": tmp_path, "LOG_LEVEL": "error"}
    if request.config.getoption("--database") == "postgresql":
        from tests.postgres import another_database

        base: str = request.getfixturevalue("database_url")
        with another_database(base) as url:
            app = create_app(settings | {"DATABASE_URL": url})
            yield app
            with app.app_context():
                db.engine.dispose()
        return
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_migrations_build_what_the_models_describe(empty: Flask):
    assert schema(empty)[0] is None
    before, after = upgrade_database(empty)
    assert before is None
    assert after == newest_step()
    with empty.app_context(), db.engine.connect() as connection:

        def ours(thing: object, name: str | None, kind: str, *_rest: object) -> bool:
            return not (kind == "table" and name and OWN_TABLES.fullmatch(name))

        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": ours}
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_migrations_build_the_same_constraints_as_the_models(empty: Flask, tmp_path: Path):
    upgrade_database(empty)
    built = _constraints(empty)
    with empty.app_context(), writing():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    assert _constraints(empty) == built


def test_upgrading_again_changes_nothing(empty: Flask):
    upgrade_database(empty)
    before, after = upgrade_database(empty)
    assert before == after == newest_step()


def _constraints(app: Flask) -> dict[str, list[str]]:
    """Every check, unique constraint, index and foreign key by table."""
    with app.app_context():
        inspector = inspect(db.engine)
        found: dict[str, list[str]] = {}
        for table in Base.metadata.tables:
            names = [f"check {c['name']}" for c in inspector.get_check_constraints(table)]
            names += [f"unique {c['name']}" for c in inspector.get_unique_constraints(table)]
            names += [f"key {c['name']}" for c in inspector.get_foreign_keys(table)]
            names += [
                f"index {i['name']} {i['column_names']} {i['unique']}"
                for i in inspector.get_indexes(table)
            ]
            found[table] = sorted(names)
        return found
