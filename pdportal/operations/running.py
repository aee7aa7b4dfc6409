"""Running the portal: answer requests, do jobs."""

from __future__ import annotations

import signal
import tempfile
from typing import Any

from flask import Flask
from sqlalchemy.orm import configure_mappers

from pdportal import storage
from pdportal.db import db
from pdportal.db.migrations import schema, why_unfit
from pdportal.operations import CannotRun
from pdportal.operations.jobs import jobs
from pdportal.web.requests import largest_body


def serve_portal(app: Flask, *, host: str | None = None, port: int | None = None) -> None:
    """Serve until stopped; jobs are done inside unless the settings say otherwise.

    What is being sent waits in the folder of files, and not in the system's temporary one, which
    may be small, or in memory: an upload takes its size once, on one disk.
    """
    from pdportal.operations.serving import serve

    settings = app.config["PDPORTAL"]
    _must_be_up_to_date(app)
    inside = _JobsInside(app) if settings["JOBS"] == "inside" else None
    _warm_up(app)
    with app.app_context():
        db.engine.dispose()
        tempfile.tempdir = str(storage.incoming_folder())
        largest = largest_body()
    serve(
        app,
        host or settings["HOST"],
        port or settings["PORT"],
        workers=settings["WORKERS"],
        threads=settings["THREADS"],
        largest_body=largest,
        on_start=inside.start if inside else None,
        on_stop=inside.stop if inside else None,
    )


class _JobsInside:
    """Who does the jobs in a process of the server; made there, as its threads belong to it."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def start(self) -> None:
        """Begin to do jobs; raises `CannotRun` if their queue cannot be reached."""
        self.consumer = jobs(self.app).consumer(inside=True)
        self.consumer.start()

    def stop(self) -> None:
        """Finish the jobs at hand."""
        self.consumer.stop(graceful=True)


def work(app: Flask) -> None:
    """Do jobs until SIGTERM or SIGINT, and then finish the one at hand."""
    _must_be_up_to_date(app)
    with app.app_context():
        tempfile.tempdir = str(storage.incoming_folder())
    consumer = jobs(app).consumer(inside=False)

    def stop(_signal: int, _frame: Any) -> None:
        consumer.stop(graceful=True)

    consumer._set_signal_handlers = lambda: None
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    consumer.run()


def _warm_up(app: Flask) -> None:
    """Let a first page make what every page needs, once, before processes are forked to share it.

    Each would make it for itself otherwise, and write into memory that they have in common.
    """
    configure_mappers()
    app.test_client().get("/sign-in")


def _must_be_up_to_date(app: Flask) -> None:
    if reason := why_unfit(schema(app)[0]):
        raise CannotRun(reason)
