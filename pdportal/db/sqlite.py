"""SQLite: how its connections are set up, and the queue in which its writers wait."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from pdportal.db.transactions import after_waiting, write_intent

try:
    import fcntl
except ImportError:  # not on Windows: there one process serves, and its threads queue all the same
    fcntl = None  # type: ignore[assignment]

WRITER_WAIT_SECONDS = 15.0
"""How long a writer queues before the person is told that the portal is busy."""

LONG_WAIT_SECONDS = 1.0
"""After so long in the queue what was known of the writer may hold no more."""


class WriterQueue:
    """Lets writers wait in turn before SQLite is asked: its own busy wait is a lottery.

    Threads queue on a lock, processes on a locked file beside the database.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._turn = threading.RLock()
        self._depth = 0
        self._file: IO[bytes] | None = None
        self._opened_in = 0

    def enter(self) -> bool:
        """Wait for one's turn; says whether the wait was long."""
        since = time.monotonic()
        if not self._turn.acquire(timeout=WRITER_WAIT_SECONDS):
            raise TimeoutError("The database is busy: no turn to write came.")
        self._depth += 1
        if self._depth == 1 and self._path is not None and fcntl is not None:
            try:
                if self._file is None or self._opened_in != os.getpid():
                    # A forked child must not share its parent's lock.
                    self._file, self._opened_in = self._path.open("ab"), os.getpid()
                fcntl.flock(self._file, fcntl.LOCK_EX)
            except BaseException:
                self._depth -= 1
                self._turn.release()
                raise
        return time.monotonic() - since > LONG_WAIT_SECONDS

    def close(self, _engine: Engine) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def leave(self) -> None:
        self._depth -= 1
        if self._depth == 0 and self._file is not None and fcntl is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._turn.release()


def tune_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and `BEGIN IMMEDIATE` for writers, who queue first."""
    name = engine.url.database
    in_file = bool(name) and name != ":memory:"
    queue = WriterQueue(Path(f"{name}.writers") if in_file else None)

    event.listen(engine, "engine_disposed", queue.close)

    @event.listens_for(engine, "connect")
    def _connect(dbapi: DBAPIConnection, _record: object) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={int(WRITER_WAIT_SECONDS * 1000)}",
            "temp_store=MEMORY",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not write_intent.get():
            dbapi = connection.connection.dbapi_connection
            assert dbapi is not None  # noqa: S101 — it was opened a moment ago
            dbapi.execute("BEGIN")  # as plainly as can be: every page begins with it
            return
        was_long = queue.enter()
        connection.info["queued"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        look_again = after_waiting.get()
        if was_long and look_again:
            look_again(connection)

    @event.listens_for(engine, "checkin")
    def _checkin(_dbapi: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop("queued", False):
            queue.leave()
