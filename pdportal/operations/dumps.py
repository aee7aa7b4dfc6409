"""A database as one file, and back: by SQLite itself, and by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from pdportal.config import database_url
from pdportal.db.faults import fault_of
from pdportal.db.migrations import step_of
from pdportal.operations import CannotRun
from pdportal.operations.held import Held, files_held


class Dump(ABC):
    """A kind of database, and the file that a backup of it is."""

    kind: str
    name: str
    """Of the file in the backup."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.url = make_url(database_url(settings))
        self.step = ""
        """The step of what was written, and the files that it says there are."""
        self.held: list[Held] = []

    @abstractmethod
    def write(self, target: Path) -> None:
        """Write the database as it is at this moment. Raises `CannotRun`."""

    @abstractmethod
    def verify(self, dump: Path) -> None:
        """See that a dump can be read. Raises `CannotRun`."""

    @abstractmethod
    def restore(self, dump: Path) -> None:
        """Make the database that the settings name of a dump. Raises `CannotRun`."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether the database has tables already."""

    def paths(self) -> list[Path]:
        """The files that the database lies in, where it is ours to keep."""
        return []

    def held_now(self) -> list[Held]:
        """The files that the running database says there are."""
        engine = create_engine(self.url, poolclass=NullPool)
        return self._read_from(engine)[1]

    def _read_from(self, engine: Engine) -> tuple[str, list[Held]]:
        try:
            with engine.connect() as connection:
                step = step_of(connection)
                if step is None:
                    raise CannotRun("the database has no tables; there is nothing to back up.")
                return step, files_held(connection)
        except SQLAlchemyError as error:
            raise CannotRun(f"the database cannot be read: {fault_of(error)}.") from None


class SqliteDump(Dump):
    """A copy made by SQLite's online backup, which writers do not wait for."""

    kind, name = "sqlite", "database.sqlite3"

    @property
    def path(self) -> Path:
        """The file that the settings name."""
        return Path(self.url.database or "")

    def paths(self) -> list[Path]:
        return [self.path]

    def write(self, target: Path) -> None:
        if not self.is_there():
            raise CannotRun("the database has no tables; there is nothing to back up.")
        try:
            with (
                closing(sqlite3.connect(self.path)) as source,
                closing(sqlite3.connect(target)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without others beside it
        except sqlite3.Error as error:
            raise CannotRun(
                f"the database cannot be copied to {target}: {fault_of(error)}."
            ) from None
        self.step, self.held = self._read_from(
            create_engine(f"sqlite:///{target}", poolclass=NullPool)
        )

    def verify(self, dump: Path) -> None:
        with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as copy:
            faults = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchmany(3)
        if faults != ["ok"] or orphans:
            raise CannotRun(
                f"the database is damaged: {'; '.join(faults)}; {len(orphans)} orphans."
            )

    def restore(self, dump: Path) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.path.with_name(f"{self.path.name}.partial")
        shutil.copyfile(dump, partial)
        with closing(sqlite3.connect(partial)) as copy:
            copy.execute("PRAGMA journal_mode=WAL")
        for suffix in ("-wal", "-shm", ".writers"):
            self.path.with_name(f"{self.path.name}{suffix}").unlink(missing_ok=True)
        partial.replace(self.path)

    def is_there(self) -> bool:
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        try:
            with closing(sqlite3.connect(self.path)) as database:
                return bool(database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall())
        except sqlite3.Error:
            return True  # damaged, and somebody's all the same


class PostgresDump(Dump):
    """A custom-format archive of `pg_dump`; the password is in no command line."""

    kind, name = "postgresql", "database.pgdump"

    def write(self, target: Path) -> None:
        engine = create_engine(self.url, poolclass=NullPool)
        self.step, self.held = self._read_from(engine)
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def verify(self, dump: Path) -> None:
        self._run("pg_restore", "--list", str(dump), to_database=False)

    def restore(self, dump: Path) -> None:
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
        self._run("pg_restore", *options, f"--dbname={self.url.database}", str(dump))

    def is_there(self) -> bool:
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            return bool(inspect(engine).get_table_names())
        except SQLAlchemyError as error:
            raise CannotRun(f"the database cannot be read: {fault_of(error)}.") from None

    def _run(self, program: str, *options: str, to_database: bool = True) -> None:
        """One of PostgreSQL's programs; what it says when it fails is the message."""
        path = shutil.which(program)
        if path is None:
            raise CannotRun(
                f"{program} is not installed: it comes with the package postgresql-client, which "
                "must not be older than the server."
            )
        query = {name: str(value) for name, value in self.url.query.items()}
        reach = {
            "PGHOST": self.url.host or query.get("host"),
            "PGPORT": str(self.url.port) if self.url.port else query.get("port"),
            "PGUSER": self.url.username,
            "PGPASSWORD": self.url.password,
            "PGDATABASE": self.url.database,
            "PGSSLMODE": query.get("sslmode"),
        }
        given = {name: value for name, value in reach.items() if value} if to_database else {}
        ran = subprocess.run(  # noqa: S603  # its own path and our own words
            [path, *options], env={**os.environ, **given}, capture_output=True, text=True
        )
        if ran.returncode:
            complaint = (ran.stderr.strip().splitlines() or ["it said nothing"])[0]
            raise CannotRun(f"{program} failed: {complaint}")


def dump_of(settings: dict[str, Any]) -> Dump:
    """The kind of database that the settings name."""
    kinds: dict[str, type[Dump]] = {"sqlite": SqliteDump, "postgresql": PostgresDump}
    return kinds[make_url(database_url(settings)).get_backend_name()](settings)
