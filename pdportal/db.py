"""The database: our Base, the session, and the one commit of a request."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, wraps
from inspect import signature
from pathlib import Path
from typing import IO, Any, ClassVar, ParamSpec, TypeVar, TypeVarTuple, cast

from flask import Flask, Response, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Select,
    String,
    bindparam,
    event,
    inspect,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Mapper,
    Session,
    SessionTransaction,
    make_transient_to_detached,
    mapped_column,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from pdportal import clock
from pdportal.rows import question

try:
    import fcntl
except ImportError:  # not on Windows: there one process serves, and its threads queue all the same
    fcntl = None  # type: ignore[assignment]

WRITER_WAIT_SECONDS = 15.0
"""How long a writer queues before the person is told that the portal is busy."""

LONG_WAIT_SECONDS = 1.0
"""After so long in the queue what was known of the writer may hold no more."""


class Moment(TypeDecorator[datetime]):
    """A moment, stored in UTC and always aware of it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[Any]: JSON,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=24,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Timestamped:
    """A row that knows when it came to be."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"join_transaction_mode": "create_savepoint"},
)

_write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)
_after_waiting: ContextVar[Callable[[Connection], None] | None] = ContextVar(
    "after_waiting", default=None
)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun within the block are going to write."""
    token = _write_intent.set(True)
    try:
        yield
    finally:
        _write_intent.reset(token)


@contextmanager
def committing() -> Iterator[None]:
    """Do one task outside a request (a command, a job): all of it is stored, or nothing."""
    with writing():
        db.session.rollback()  # what was only read so far was read without the intent to write
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


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
        if not _write_intent.get():
            dbapi = connection.connection.dbapi_connection
            assert dbapi is not None  # noqa: S101 — it was opened a moment ago
            dbapi.execute("BEGIN")  # as plainly as can be: every page begins with it
            return
        was_long = queue.enter()
        connection.info["queued"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        look_again = _after_waiting.get()
        if was_long and look_again:
            look_again(connection)

    @event.listens_for(engine, "checkin")
    def _checkin(_dbapi: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop("queued", False):
            queue.leave()


Entity = TypeVar("Entity", bound=Base)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


def built_once(build: Callable[P, Select[*Ts]]) -> Callable[P, CursorResult[*Ts]]:
    """Let a function from values to a statement ask for its rows, and build it only once.

    Building a statement costs more than asking SQLite. The function may do nothing with its values
    but compare columns with them, reads no clock, and selects columns, not entities. `__wrapped__`
    is the function as it was, for a statement that is to become part of another.
    """
    names = tuple(signature(build).parameters)
    build_any: Callable[..., Select[*Ts]] = build

    @cache
    def built() -> Select[*Ts]:
        return build_any(*(bindparam(name) for name in names))

    @wraps(build)
    def asked(*values: P.args, **named: P.kwargs) -> CursorResult[*Ts]:
        return rows_of(built(), {**dict(zip(names, values, strict=False)), **named})

    return asked


def rows_of(statement: Select[*Ts], values: Mapping[str, Any]) -> CursorResult[*Ts]:
    """Ask for rows of columns by the shortest way, after what is still to be written.

    Raises what SQLAlchemy raises. Whoever listens to its statements hears this one, too.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        session.flush()
    connection = session.connection()
    asked = question(statement, connection.dialect)
    if asked.has_a_short_way and not connection.dispatch.before_cursor_execute:
        return cast(CursorResult[*Ts], asked.ask(connection, values))
    return connection.execute(statement, values)


def loaded(kind: type[Entity], columns: dict[str, Any]) -> Entity:
    """The entity with these columns, as if the session had loaded it; others load when read.

    The primary key has to be among them. What the session knows already stays as it is.
    """
    session = db.session()
    mapper: Mapper[Any] = inspect(kind)
    key = tuple(columns[column.name] for column in mapper.primary_key)
    known: Any = session.identity_map.get(mapper.identity_key_from_primary_key(key))
    if known is not None:
        for name in inspect(known).expired_attributes & columns.keys():
            set_committed_value(known, name, columns[name])
        return cast(Entity, known)
    made: Any = mapper.class_manager.new_instance()
    vars(made).update(columns)
    make_transient_to_detached(made)
    session.add(made)
    return cast(Entity, made)


class comma_joined(FunctionElement[str]):  # noqa: N801 -- a function of SQL
    """Strings of many rows in one, with commas between, in no order.

    SQLAlchemy's own `aggregate_strings` puts its separator in anew at each execution.
    """

    type = String()
    inherit_cache = True


@compiles(comma_joined)
def _group_concat(element: comma_joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **how)}, ',')"


@compiles(comma_joined, "postgresql")
def _string_agg(element: comma_joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **how)}, ',')"


def after_commit(act: Callable[[], None]) -> None:
    """Do `act` once what this session has written is safely stored, and never if it is not."""
    within, savepoint = [], db.session().get_nested_transaction()
    while savepoint is not None:
        within.append(savepoint)
        savepoint = savepoint.parent
    db.session.info.setdefault("after_commit", []).append((act, within))


@event.listens_for(Session, "after_commit")
def _act_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint: nothing is stored yet
    for act, _within in session.info.pop("after_commit", []):
        act()


@event.listens_for(Session, "after_soft_rollback")
def _forget_after_rollback(session: Session, ended: SessionTransaction) -> None:
    waiting = session.info.pop("after_commit", [])
    if waiting and ended.parent is not None:
        session.info["after_commit"] = [one for one in waiting if ended not in one[1]]


def begin_to_write(look_again: Callable[[Connection], None] | None = None) -> None:
    """From now on this request writes. On SQLite what it read so far does not hold up others.

    Called once it is known who asks, so that nobody waits for a writer who is still at the door.
    Where a turn came only after a long wait, `look_again` may refuse: it is asked before all else.
    """
    session = db.session()
    if db.engine.dialect.name == "sqlite" and session.in_transaction():
        session.expire_on_commit = False  # who asks is still known
        session.commit()
        session.expire_on_commit = True
    _write_intent.set(True)
    _after_waiting.set(look_again)


def only_reads() -> None:
    """From now on this request reads: what it wrote is forgotten, and it waits for no writer."""
    db.session.rollback()
    _write_intent.set(False)


_HERE = Path(__file__).resolve().parent
MIGRATIONS = next(
    (
        folder
        for folder in (_HERE.parent / "migrations", _HERE / "shipped_migrations")
        if (folder / "env.py").is_file()
    ),
    _HERE / "shipped_migrations",
)
"""The steps that build the tables: in the checkout, or as an installed wheel carries them."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Bind the session to the app and commit once per request."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            tune_sqlite(db.engine)

    # Registered first, so called last: after everything else that may still write.
    @app.after_request
    def _commit_or_roll_back(response: Response) -> Response:
        if request.method in READING:
            return response  # the session is closed with the request, and forgets
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response

    @app.before_request
    def _mean_to_read() -> None:
        _write_intent.set(False)
        _after_waiting.set(None)

    @app.teardown_request
    def _mean_nothing(_error: BaseException | None) -> None:
        with suppress(LookupError):
            _write_intent.set(False)
            _after_waiting.set(None)
