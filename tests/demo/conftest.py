"""The demo's district, made once for all tests of this folder and forgotten after them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from pdportal.db import db, writing
from pdportal.demo.district import Riverbend
from pdportal.demo.seed import make_district

CONTENT = Path(__file__).resolve().parents[2] / "content"
PASSWORD = "walnut river plum kettle"


@pytest.fixture(scope="module")
def riverbend(app: Flask) -> Iterator[Riverbend]:
    """The district after its ten weeks, in a transaction that is rolled back at the end."""
    with app.app_context(), writing():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection  # type: ignore[assignment]  # the session binds to either
        for mail in (app.config["PDPORTAL"]["DATA"] / "mail").glob("*.eml"):
            mail.unlink()  # of other tests, which share the app and its data folder
        try:
            yield make_district(app, CONTENT, PASSWORD)
        finally:
            db.session.remove()
            transaction.rollback()
            connection.close()
            engines[None] = engine
