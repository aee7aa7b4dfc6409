"""Jobs: what is stored is done later, by a consumer inside the process or beside it.

A job carries ids, does one stored thing, and may be done twice: a crash repeats it. Repeated jobs
are done once in their minute or hour, however many machines there are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from flask import Flask
from sqlalchemy import String, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from pdportal import clock
from pdportal.config import WrongSetting
from pdportal.db import Base, Moment, after_commit, committing, db
from pdportal.db.faults import fault_of
from pdportal.operations import CannotRun
from pdportal.permissions import close_to_others
from pdportal.web.doors import impatience
from pdportal.web.logs import log, where
from pdportal.without import without

with without("redis", "psycopg"):
    from huey import PostgresHuey, PriorityRedisHuey, SqliteHuey, crontab, storage
    from huey.api import Huey
    from huey.consumer import Consumer
    from huey.exceptions import ConfigurationError
    from huey.registry import Message
    from huey.serializer import Serializer

_NOT_OURS = dict.fromkeys(("eta", "expires", "expires_resolved", "on_complete", "on_error"))
"""What a message may hold and no job of ours has."""


class JsonSerializer(Serializer):
    """Messages as JSON: a shared queue must never be a way to run code."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            return json.dumps({"message": {**data._asdict(), **_NOT_OURS}}).encode()
        return json.dumps({"value": data}, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        content = json.loads(data)
        if "message" in content:
            fields = content["message"]
            fields["args"] = tuple(fields["args"])
            return Message(**fields)
        return content["value"]


class InnerConsumer(Consumer):
    """A consumer that lives in somebody else's process, and leaves its signals alone."""

    def _set_signal_handlers(self) -> None:
        return


class JobRun(Base):
    """When a repeated job was last begun, by whichever worker took that turn."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime]
    """The minute or hour that it was begun for."""


_CLAIM = text(
    "INSERT INTO job_run (name, slot) VALUES (:name, :slot) "
    "ON CONFLICT (name) DO UPDATE SET slot = excluded.slot WHERE job_run.slot < excluded.slot"
).bindparams(bindparam("slot", type_=Moment))


class JobFailed(Exception):
    """A job that did not work: its name alone, since the queue writes the rest into its log."""


class Jobs:
    """The portal's jobs: one queue, one function for each kind of job.

    `place` is a file of SQLite's, or the address of a Redis or PostgreSQL that machines share.
    """

    def __init__(self, app: Flask, place: Path | str) -> None:
        self.app = app
        self.queue = _queue_at(place)
        self._tasks: dict[str, Any] = {}
        self.at_once = False
        """Do jobs right away (in tests)."""

    def add(
        self,
        act: Callable[..., None],
        *,
        name: str,
        retries: int = 5,
        every: Literal["minute", "hour"] | None = None,
    ) -> None:
        """Let `act(*ids)` be a job called `name`; `every` repeats it, once for all machines."""

        def run(*ids: int) -> None:
            with self._failing_as(name), committing():
                act(*ids)

        def run_in_turn() -> None:
            with self._failing_as(name):
                ours = _is_our_turn(name, every)
            if ours:
                run()

        retries = 0 if every else retries
        self._tasks[name] = self.queue.task(name=name, retries=retries, retry_delay=10)(run)
        if every:
            when = crontab(minute="*") if every == "minute" else crontab(minute="7")
            self.queue.periodic_task(when, name=f"{name}_each_{every}", retries=0)(run_in_turn)

    def do(self, name: str, *ids: int) -> None:
        """Queue a job once what was written is safely stored."""
        if self.at_once:
            return
        after_commit(lambda: self._enqueue(name, ids))

    def _enqueue(self, name: str, ids: tuple[int, ...]) -> None:
        try:
            self._tasks[name](*ids)
        except Exception as error:  # the row is stored: the sweep every minute will find it
            log.warning("job not queued", job=name, error=type(error).__name__)

    def consumer(self, *, inside: bool) -> Consumer:
        """Who does the jobs: two threads, inside this process or as one of its own.

        Raises `CannotRun` if the queue cannot be reached.
        """
        try:
            self._prepare()
        except Exception as error:  # each of three libraries has its own
            raise CannotRun("the queue of jobs (PDPORTAL_JOBS_URL) does not answer.") from error
        kind = InnerConsumer if inside else Consumer
        return kind(self.queue, workers=2, periodic=True, initial_delay=0.1, max_delay=2.0)

    @contextmanager
    def _failing_as(self, name: str) -> Iterator[None]:
        """Run a job's code in the app; what it raises goes into our log and `JobFailed` on."""
        try:
            with self.app.app_context():
                yield
        except Exception as error:
            log.error("job failed", job=name, exception=where(error))
            raise JobFailed(name) from None

    def _prepare(self) -> None:
        """Make what the queue lies in, and see that it answers."""
        if isinstance(self.queue, PostgresHuey):
            self.queue.storage.initialize_schema()
        self.queue.pending_count()
        self.queue.storage.close()  # a process that is forked from here opens its own


def _queue_at(place: Path | str) -> Huey:
    options: dict[str, Any] = {
        "serializer": JsonSerializer(),
        "store_intermediate_errors": False,
        "results": False,
    }
    if isinstance(place, Path):
        filename = str(close_to_others(place))
        try:
            return SqliteHuey("pdportal", filename=filename, fsync=False, **options)
        except sqlite3.Error as error:
            raise CannotRun(
                f"the queue of jobs, {place}, cannot be used: {error}; {fault_of(error)}."
            ) from error
    if place.startswith("postgresql"):
        storage.psycopg = import_module("psycopg")
        # Nothing is asked of the server before there is a job or a consumer.
        return PostgresHuey(
            "pdportal", dsn=place, create_tables=False, connect_timeout=2, **options
        )
    redis = import_module("redis")
    for name in ("ConnectionPool", "Redis", "ConnectionError", "TimeoutError"):
        setattr(storage, name, getattr(redis, name))
    storage.RedisStorage.redis_client = redis.Redis
    pool = redis.ConnectionPool.from_url(place, socket_timeout=5.0, **impatience())
    return PriorityRedisHuey("pdportal", connection_pool=pool, **options)


def _is_our_turn(name: str, every: str | None) -> bool:
    """Claim a repeated job for this minute or hour; False if another worker has it."""
    slot = clock.now().replace(second=0, microsecond=0)
    if every == "hour":
        slot = slot.replace(minute=0)
    with committing():
        claim = db.session.execute(_CLAIM, {"name": name, "slot": slot})
        return bool(claim.rowcount)  # type: ignore[attr-defined]  # an INSERT counts its rows


def register(app: Flask) -> None:
    """Open the queue: shared if the settings say so, else a file, locked whole by each dequeue."""
    settings = app.config["PDPORTAL"]
    place = settings["JOBS_URL"] or settings["DATA"] / "jobs.sqlite3"
    try:
        app.extensions["pdportal.jobs"] = Jobs(app, place)
    except (ImportError, ConfigurationError):
        raise WrongSetting(
            "PDPORTAL_JOBS_URL needs a package; run: pip install 'pdportal[redis,postgres]'"
        ) from None


def jobs(app: Flask) -> Jobs:
    """The jobs of this app."""
    registered: Jobs = app.extensions["pdportal.jobs"]
    return registered
