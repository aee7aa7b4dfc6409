"""Browsers of several people within one test, each request as fresh as a real one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import Engine

from pdportal.accounts.models import Person
from pdportal.db import db
from tests.conftest import Visit


class Browser(FlaskClient):
    """Forgets before each request what Flask keeps in `g`, where the last visitor would linger."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        vars(g._get_current_object()).clear()
        return super().open(*args, **kwargs)


@pytest.fixture
def visit(app: Flask, database: Engine) -> Visit:
    """A browser in which somebody is signed in: `visit(world.ada).get("/")`; None is a stranger."""

    def _visit(person: Person | None) -> FlaskClient:
        if db.session.new or db.session.dirty:
            db.session.commit()
        client = Browser(app, app.response_class)
        if person is not None:
            with client.session_transaction() as session:
                session["_user_id"] = person.fs_uniquifier
                session["_fresh"] = True
        return client

    return _visit
