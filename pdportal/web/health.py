"""Two addresses for machines: is the process alive, and can it serve."""

from __future__ import annotations

import time

from cachetools import TTLCache, cached
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from pdportal import storage
from pdportal.db import db
from pdportal.db.faults import fault_of
from pdportal.db.migrations import step_of, why_unfit
from pdportal.db.writable import try_to_write
from pdportal.stores import StorageUnavailable
from pdportal.web.assets import DIST
from pdportal.web.doors import public
from pdportal.web.logs import log

bp = Blueprint("health", __name__)

HOLDS_SECONDS = 5
"""How long an answer holds: each balancer asks every few seconds, and each time it is written."""


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database is of this program and takes a write, files can be stored, pages have styles."""
    reason = _why_not_ready()
    if reason:
        log.error("not ready", reason=reason)
        return {"status": "not ready", "reason": reason}, 503
    return {"status": "ready"}


@cached(TTLCache(maxsize=1, ttl=HOLDS_SECONDS, timer=time.monotonic))
def _why_not_ready() -> str:
    """The reason, without any path or secret; nothing if the portal can serve."""
    if not (DIST / "manifest.json").is_file():
        return "the front end is not built"
    try:
        with db.engine.connect() as connection:
            step = step_of(connection)
        if reason := why_unfit(step):
            return reason
        try_to_write(db.engine.url)
    except SQLAlchemyError as error:
        return f"database: {fault_of(error)}"
    try:
        storage.check_writable()
    except StorageUnavailable as error:
        return f"files: {error}"
    except OSError as error:
        return f"files: {fault_of(error)}"
    return ""


def register(app: Flask) -> None:
    """Answer `/healthz` and `/readyz`."""
    app.register_blueprint(bp)
