"""Jobs: what is stored is done later, by a consumer inside the process or beside it.

A job carries ids, does one stored thing, and may be done twice: a crash repeats it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from huey import SqliteHuey, crontab
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from pdportal.db import after_commit, committing
from pdportal.web.logs import log, where


class JsonSerializer(Serializer):
    """Messages as JSON: a shared queue must never be a way to run code."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            fields = {
                **data._asdict(),
                "eta": None,
                "expires": None,
                "expires_resolved": None,
                "on_complete": None,
                "on_error": None,
            }
            return json.dumps({"message": fields}).encode()
        return json.dumps({"value": data}, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        found = json.loads(data)
        if "message" in found:
            fields = found["message"]
            fields["args"] = tuple(fields["args"])
            return Message(**fields)
        return found["value"]


class InnerConsumer(Consumer):
    """A consumer that lives in somebody else's process, and leaves its signals alone."""

    def _set_signal_handlers(self) -> None:
        return


class JobFailed(Exception):
    """A job that did not work: its name alone, since the queue writes the rest into its log."""


class Jobs:
    """The portal's jobs: one queue in the data folder, one function for each kind of job."""

    def __init__(self, app: Flask, path: Path) -> None:
        self.app = app
        self.queue = SqliteHuey(
            "pdportal",
            filename=str(path),
            serializer=JsonSerializer(),
            store_intermediate_errors=False,
            results=False,
            fsync=False,
        )
        self._tasks: dict[str, Any] = {}
        self.at_once = False
        """Do jobs right away (in tests)."""

    def add(
        self, act: Callable[..., None], *, name: str, retries: int = 5, every: str | None = None
    ) -> None:
        """Let `act(*ids)` be a job called `name`; `every` ("minute", "hour") repeats it."""

        def run(*ids: int) -> None:
            try:
                with self.app.app_context(), committing():
                    act(*ids)
            except Exception as error:
                log.error("job failed", job=name, exception=where(error))
                raise JobFailed(name) from None

        run.__name__ = run.__qualname__ = name
        if every:
            when = crontab(minute="*") if every == "minute" else crontab(minute="7")
            self._tasks[name] = self.queue.periodic_task(when, name=name, retries=0)(run)
        else:
            self._tasks[name] = self.queue.task(name=name, retries=retries, retry_delay=10)(run)

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
        """Who does the jobs: two threads, inside this process or as one of its own."""
        kind = InnerConsumer if inside else Consumer
        return kind(self.queue, workers=2, periodic=True, initial_delay=0.1, max_delay=2.0)


def register(app: Flask) -> None:
    """Open the queue in a file of its own: each dequeue locks the whole of it."""
    app.extensions["pdportal.jobs"] = Jobs(app, app.config["PDPORTAL"]["DATA"] / "jobs.sqlite3")


def jobs(app: Flask) -> Jobs:
    """The jobs of this app."""
    found: Jobs = app.extensions["pdportal.jobs"]
    return found
