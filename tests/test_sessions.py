"""Session cookies: known ones are not read again, and nothing about them is taken on trust."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import update

from pdportal.accounts.models import Person
from pdportal.accounts.queries import signed_in
from pdportal.db import db
from pdportal.web.portal import Sessions
from tests.people import World


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
def cookie(app: Flask, sessions: Sessions) -> str:
    signer = sessions.get_signing_serializer(app)
    assert signer is not None
    made = signer.dumps({"_user_id": "ada", "_flashes": [("info", "Saved.")]})
    assert isinstance(made, str)
    return made


@pytest.fixture
def name(app: Flask) -> str:
    return str(app.config["SESSION_COOKIE_NAME"])


def _opened(app: Flask, sessions: Sessions, name: str, cookie: str) -> dict[str, object]:
    with app.test_request_context("/", headers={"Cookie": f"{name}={cookie}"}) as context:
        session = sessions.open_session(app, context.request)
        assert session is not None
        return dict(session)


def test_what_one_request_changes_in_its_session_the_next_does_not_meet(
    app: Flask, sessions: Sessions, name: str, cookie: str
):
    first = _opened(app, sessions, name, cookie)
    flashes = first["_flashes"]
    assert isinstance(flashes, list)
    flashes.append(("error", "Somebody else's."))
    first["_user_id"] = "lee"
    again = _opened(app, sessions, name, cookie)
    assert again["_user_id"] == "ada"
    assert again["_flashes"] == [("info", "Saved.")]


def test_a_cookie_that_was_changed_is_an_empty_session(
    app: Flask, sessions: Sessions, name: str, cookie: str
):
    assert _opened(app, sessions, name, cookie)
    assert _opened(app, sessions, name, f"{cookie[:-2]}xx") == {}
    assert _opened(app, sessions, name, "") == {}


def test_a_known_cookie_still_grows_old(
    app: Flask,
    sessions: Sessions,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
):
    long_ago = datetime.now(UTC) - app.permanent_session_lifetime - timedelta(minutes=1)
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda _self: int(long_ago.timestamp()))
        signer = sessions.get_signing_serializer(app)
        assert signer is not None
        old = str(signer.dumps({"_user_id": "ada"}))
        with monkeypatch.context() as at_that_time:
            at_that_time.setattr("pdportal.web.portal.time", long_ago.timestamp)
            assert _opened(app, sessions, name, old) == {"_user_id": "ada"}
    assert _opened(app, sessions, name, old) == {}


def test_whoever_asks_is_an_entity_like_any_other_and_brings_no_secrets(world: World):
    ada, uniquifier = world.ada.id, world.ada.fs_uniquifier
    db.session.expunge_all()
    person = signed_in(uniquifier)
    assert person is not None
    assert "password" not in vars(person)
    assert "tf_totp_secret" not in vars(person)
    assert person in db.session
    assert person is db.session.get(Person, ada)
    person.teaches = "Physics"
    db.session.flush()
    db.session.expire_all()
    assert person.teaches == "Physics"
    assert person.password == db.session.get_one(Person, ada).password


def test_what_the_session_knows_already_stays_as_it_is(world: World):
    world.ada.name = "Somebody else"
    db.session.flush()
    db.session.execute(update(Person.__table__).values(name="Changed below"))
    assert signed_in(world.ada.fs_uniquifier) is world.ada
    assert world.ada.name == "Somebody else"
    db.session.expire(world.ada, ["name"])
    person = signed_in(world.ada.fs_uniquifier)
    assert person is world.ada
    assert vars(person)["name"] == "Changed below"
