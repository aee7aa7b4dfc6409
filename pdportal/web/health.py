"""Two addresses for machines: is the process alive, and can it serve."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from pdportal.db import db
from pdportal.web.doors import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers and has its tables."""
    try:
        revision = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception:  # whatever is wrong with the database, the answer is the same
        db.session.rollback()
        return {"status": "not ready"}, 503
    return {"status": "ready", "schema": revision}


def register(app: Flask) -> None:
    """Answer `/healthz` and `/readyz`."""
    app.register_blueprint(bp)
