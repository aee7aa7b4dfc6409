"""Structured logs: one line a request with its id, and nothing personal."""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from typing import Any

import structlog
from flask import Flask, Response, g, request

log: Any = structlog.get_logger("pdportal")

MOST_CAUSES = 5


def register(app: Flask) -> None:
    """Write log lines as the settings say, and give each request an id."""
    settings = app.config["PDPORTAL"]
    _configure(settings["LOG"], settings["LOG_LEVEL"])

    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        fits = given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64
        g.request_id = given if fits else secrets.token_hex(8)
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
            if request.endpoint not in {"static", "health.healthz", "health.readyz"}:
                took = round((time.perf_counter() - g.began) * 1000, 1)
                # The rule, not the path: a path may hold an id or a token.
                rule = request.url_rule.rule if request.url_rule else "-"
                log.info(
                    "request",
                    method=request.method,
                    route=rule,
                    status=response.status_code,
                    ms=took,
                )
        return response


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
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if shape == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # Never with local variables: they hold what people wrote.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if shape == "json":
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
