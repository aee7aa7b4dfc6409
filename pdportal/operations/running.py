"""Running the portal: answer requests, do jobs."""

from __future__ import annotations

import signal
from typing import Any

from flask import Flask

from pdportal.db import db
from pdportal.db.migrations import schema
from pdportal.operations import CannotRun
from pdportal.operations.jobs import jobs


def serve_portal(app: Flask, *, host: str | None = None, port: int | None = None) -> None:
    """Serve until stopped; jobs are done inside unless the settings say otherwise."""
    from pdportal.operations.serving import serve

    settings = app.config["PDPORTAL"]
    _must_be_up_to_date(app)
    consumer = jobs(app).consumer(inside=True) if settings["JOBS"] == "inside" else None
    with app.app_context():
        db.engine.dispose()
    serve(
        host or settings["HOST"],
        port or settings["PORT"],
        workers=settings["WORKERS"],
        threads=settings["THREADS"],
        on_start=consumer.start if consumer else None,
        on_stop=(lambda: consumer.stop(graceful=True)) if consumer else None,
    )


def work(app: Flask) -> None:
    """Do jobs until SIGTERM or SIGINT, and then finish the one at hand."""
    _must_be_up_to_date(app)
    consumer = jobs(app).consumer(inside=False)

    def stop(_signal: int, _frame: Any) -> None:
        consumer.stop(graceful=True)

    consumer._set_signal_handlers = lambda: None
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    consumer.run()


def _must_be_up_to_date(app: Flask) -> None:
    at, newest = schema(app)
    if at != newest:
        raise CannotRun("the database is not up to date; run `pdportal db upgrade` first.")
