"""Signing in for real, and what came by mail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.inbox.models import Letter
from pdportal.web.doors import limiter
from tests.conftest import Browser, visit

PASSWORD = "river stone lamp blue"

__all__ = ["visit"]

SignIn = Callable[..., FlaskClient]
Stranger = Callable[[], FlaskClient]
Letters = Callable[[str], list[Letter]]


@pytest.fixture(scope="session")
def hashed(app: Flask) -> str:
    """The hash of everybody's password, made once."""
    with app.app_context():
        return hash_password(PASSWORD)


@pytest.fixture
def stranger(app: Flask, database: object) -> Stranger:
    """A browser in which nobody is signed in."""
    return lambda: Browser(app, app.response_class)


@pytest.fixture
def sign_in(stranger: Stranger, hashed: str) -> SignIn:
    """A browser in which somebody signed in at the door, with everybody's password."""

    def _sign_in(person: Person, **more: str) -> FlaskClient:
        if person.password is None:
            person.password = hashed
        db.session.commit()
        client = stranger()
        answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD, **more})
        assert answer.status_code == 302, answer.text
        return client

    return _sign_in


@pytest.fixture
def letters(database: object) -> Letters:
    """What was written to an address, oldest first."""

    def _letters(address: str) -> list[Letter]:
        db.session.rollback()
        return list(
            db.session.scalars(select(Letter).where(Letter.to == address).order_by(Letter.id))
        )

    return _letters


@pytest.fixture
def limits_on(app: Flask) -> Iterator[None]:
    """Attempts are counted, from none."""
    app.config["RATELIMIT_ENABLED"] = True
    limiter.reset()
    yield
    app.config["RATELIMIT_ENABLED"] = False
    limiter.reset()


def link_in(letter: Letter) -> str:
    """The path of the first link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def make_fresh(client: FlaskClient) -> FlaskClient:
    """Let it be that this person has just signed in."""
    with client.session_transaction() as session:
        session["fs_paa"] = time.time()
    return client


def without_token(page: str) -> str:
    """A page without the part that differs from session to session."""
    return re.sub(r'name="csrf[_-]token" (value|content)="[^"]*"', "", page)
