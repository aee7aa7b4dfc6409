"""SQLite: how its connections are set up, and the queue in which its writers wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from pdportal.db.errors import sqlalchemy_errors
from pdportal.permissions import close_to_others

try:
    import fcntl
except ImportError:  # not on Windows: there one process serves, and its threads queue all the same
    fcntl = None  # type: ignore[assignment]  # a module is not None; asked before each use

WRITER_WAIT_SECONDS = 15.0
"""How long a writer queues before the person is told that the portal is busy."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut
    "foreign_keys=ON",
    f"busy_timeout={int(WRITER_WAIT_SECONDS * 1000)}",
    "temp_store=MEMORY",
    "cache_size=-1000",  # for each connection; the system caches the file once for all
)


class WriterQueue:
    """Lets writers wait in turn before SQLite is asked: its own busy wait is a lottery.

    Threads queue on a lock, processes on a locked file beside the database.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._turn = threading.RLock()
        self._depth = 0
        self._file: IO[bytes] | None = None

    def enter(self) -> None:
        """Wait for one's turn; raises `TimeoutError` where none came."""
        until = time.monotonic() + WRITER_WAIT_SECONDS
        if not self._turn.acquire(timeout=WRITER_WAIT_SECONDS):
            raise TimeoutError("The database is busy: no turn to write came.")
        self._depth += 1
        if self._depth == 1 and self._path is not None and fcntl is not None:
            try:
                self._file = _locked(self._path, until - time.monotonic())
            except BaseException:
                self._depth -= 1
                self._turn.release()
                raise

    def leave(self) -> None:
        """Let the next one write."""
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            self._file.close()
            self._file = None
        self._turn.release()


def open_queue(path: Path) -> IO[bytes]:
    """The file on which writers wait; raises what SQLite does where it cannot be opened."""
    try:
        return close_to_others(path).open("ab")
    except OSError as error:
        raise OperationalError(None, None, error) from error


def queue_path(database: str | None) -> Path | None:
    """Where that file is; None for a database in memory."""
    return Path(f"{database}.writers") if database and database != ":memory:" else None


def _locked(path: Path, seconds: float) -> IO[bytes]:
    """The file, opened, and locked until it is closed. Raises `TimeoutError` after `seconds`."""
    file = open_queue(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _wait_for_lock(file, seconds)
    return file


def _wait_for_lock(file: IO[bytes], seconds: float) -> None:
    """Lock a file; the system's own wait has no end, so that a thread waits, and we for it."""
    locked: Future[None] = Future()

    def wait() -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        if locked.set_running_or_notify_cancel():
            locked.set_result(None)
        else:
            file.close()  # nobody waits for it any more

    threading.Thread(target=wait, name="writer-wait", daemon=True).start()
    try:
        locked.result(timeout=max(0.0, seconds))
    except FutureTimeout:
        if locked.cancel():
            raise TimeoutError("The database is busy: no turn to write came.") from None
        locked.result()  # it came at the last moment


def tune(engine: Engine, writes: Callable[[], bool]) -> None:
    """WAL, foreign keys, and `BEGIN IMMEDIATE` in turn where `writes()`."""
    name = engine.url.database
    queue = WriterQueue(queue_path(name))
    for suffix in ("", "-wal", "-shm") if queue_path(name) else ():
        if not suffix or Path(f"{name}{suffix}").exists():
            close_to_others(Path(f"{name}{suffix}"))

    @event.listens_for(engine, "connect")
    def _connect(dbapi: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None
        for pragma in PRAGMAS:
            dbapi.execute(f"PRAGMA {pragma}")
        record.info["writers"] = queue

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writes():
            _begin_immediate(connection)
        else:
            dbapi = _dbapi(connection)
            connection.info["changes_before"] = dbapi.total_changes
            dbapi.execute("BEGIN")  # by the shortest way: every page begins with it

    @event.listens_for(engine, "checkin")
    def _checkin(_dbapi: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop("queued", False):
            queue.leave()


def begin_to_read(connection: Any) -> None:
    """Begin a transaction on a connection that never writes."""
    connection.dbapi_connection.execute("BEGIN")


def take_turn(connection: Connection) -> float:
    """Let a transaction that has only read begin again as one that writes.

    Gives the seconds it waited; 0 for one that writes already, and for another kind of database.
    """
    if "writers" not in connection.info or "queued" in connection.info:
        return 0.0
    since = time.monotonic()
    dbapi = _dbapi(connection)
    if dbapi.total_changes != connection.info["changes_before"]:
        raise RuntimeError("This transaction wrote before it began to write.")
    dbapi.execute("ROLLBACK")
    _begin_immediate(connection)
    return time.monotonic() - since


def _begin_immediate(connection: Connection) -> None:
    queue: WriterQueue = connection.info["writers"]
    queue.enter()
    connection.info["queued"] = True
    begin = "BEGIN IMMEDIATE"
    with sqlalchemy_errors(begin, connection), closing(_dbapi(connection).cursor()) as cursor:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, begin, (), None, False)
        cursor.execute(begin)


def _dbapi(connection: Connection) -> DBAPIConnection:
    dbapi = connection.connection.dbapi_connection
    assert dbapi is not None  # noqa: S101  # the pool has opened it
    return dbapi
