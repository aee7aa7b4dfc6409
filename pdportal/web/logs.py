"""Structured logs with the request's id and nothing personal: thin enough to be kept for a year.

At level info there is a line for each request that was slow, refused or failed, and one with
counts for an hour of each process; at level debug one for each request.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

from flask import Flask, Response, g, request

from pdportal.without import without

with without("rich"):
    import structlog

log: Any = structlog.get_logger("pdportal")

MOST_CAUSES = 5

SLOW_MILLISECONDS = 1000
HOUR_SECONDS = 3600


def register(app: Flask) -> None:
    """Write log lines as the settings say, and give each request an id."""
    settings = app.config["PDPORTAL"]
    says_all = settings["LOG_LEVEL"].lower() == "debug"
    _configure(settings["LOG"], settings["LOG_LEVEL"])
    for name in (app.logger.name, "waitress"):
        logger = logging.getLogger(name)
        if _safely not in logger.filters:
            logger.addFilter(_safely)
    jobs = logging.getLogger("huey")  # those of its threads are below it, and none has a filter
    if not jobs.handlers:
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        handler.addFilter(_safely)
        jobs.addHandler(handler)

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        fits = given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64
        g.request_id = given if fits else secrets.token_hex(8)
        g.began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
            if request.endpoint not in {"static", "health.healthz", "health.readyz"}:
                took = round((time.perf_counter() - g.began) * 1000, 1)
                _note(response.status_code, took, says_all)
        return response

    @app.teardown_request
    def _end_of_all(_error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")  # the thread goes on to others


class _Hour:
    """How many requests a process has answered since when: one line an hour instead of each."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.count = self.slow = self.refused = self.failed = 0

    def add(self, status: int, is_slow: bool) -> None:
        self.count += 1
        self.slow += is_slow
        self.refused += 400 <= status < 500
        self.failed += status >= 500


_hour = _Hour()


def _note(status: int, took: float, says_all: bool) -> None:
    """A line for what was slow, refused or failed; at level debug, for every request."""
    global _hour
    is_slow = took >= SLOW_MILLISECONDS
    if is_slow or status >= 400 or says_all:
        # The rule, not the path: a path may hold an id or a token.
        rule = request.url_rule.rule if request.url_rule else "-"
        write = log.info if is_slow or status >= 400 else log.debug
        write("request", method=request.method, route=rule, status=status, ms=took)
    _hour.add(status, is_slow)
    if time.monotonic() - _hour.since >= HOUR_SECONDS:
        counts = {name: vars(_hour)[name] for name in ("count", "slow", "refused", "failed")}
        log.info("requests of an hour", **counts)
        _hour = _Hour()


def _safely(record: logging.LogRecord) -> bool:
    """Let through what a library logs, but an exception by where it arose: see `where`."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        log.error("failure", logger=record.name, error=type(error).__name__, exception=where(error))
    return error is None


def where(error: BaseException) -> str:
    """Where it happened and because of what; never the message, which may quote what was typed."""
    told: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < MOST_CAUSES:
        frames = traceback.extract_tb(cause.__traceback__)
        ours = [frame for frame in frames[:-1] if "site-packages" not in frame.filename]
        lines = traceback.format_list([*ours, *frames[-1:]])
        told.append(f"{type(cause).__name__}\n{''.join(lines)}")
        cause = cause.__cause__ or cause.__context__
    return "because of ".join(told)


def _configure(shape: str, level: str) -> None:
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if shape == "json":
        processors += [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ]
    elif sys.stderr.isatty():
        from structlog.dev import ConsoleRenderer, plain_traceback

        # Never with local variables: they hold what people wrote.
        processors.append(ConsoleRenderer(exception_formatter=plain_traceback))
    else:
        processors += [structlog.processors.format_exc_info, _plain]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


_logfmt = structlog.processors.LogfmtRenderer(
    key_order=["timestamp", "level", "event"], drop_missing=True
)


def _plain(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
    """One line of `name=value`; what has lines of its own, such as a traceback, stands below it."""
    below = [key for key, value in event.items() if isinstance(value, str) and "\n" in value]
    longer = [f"{key}:\n{event.pop(key)}" for key in below]
    return "\n".join([str(_logfmt(logger, name, event)), *longer])
