"""One transaction a request, on a database of its own: what is stored when, and who waits."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import OperationalError

from pdportal import create_app
from pdportal.accounts import me
from pdportal.accounts.models import District, Person
from pdportal.activity.models import Event
from pdportal.activity.services import record
from pdportal.db import (
    Base,
    add_unless_there,
    begin_to_write,
    committing,
    db,
    find_or_add,
    writes_later,
)
from pdportal.db.faults import Fault, fault_of
from pdportal.db.sqlite import WriterQueue
from pdportal.db.writable import try_to_write
from tests.accounts.conftest import PASSWORD
from tests.people import World
from tests.postgres import another_database


@pytest.fixture
def portal(tmp_path: Path, database_url: str | None) -> Iterator[Flask]:
    """An app of its own that stores for real; Ada is in it, with a password."""
    other = another_database(database_url) if database_url else nullcontext()
    with other as url:
        settings: dict[str, object] = {"DATA": tmp_path, "LOG_LEVEL": "error"}
        app = create_app(settings | ({"DATABASE_URL": url} if url else {}))
        app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        with app.test_request_context(), committing():
            Base.metadata.create_all(db.engine)
            World().ada.password = hash_password(PASSWORD)
        yield app
        with app.app_context():
            db.engine.dispose()


def post(app: Flask, path: str, **form: str) -> int:
    """The status that Ada is answered with; she is signed in unless she signs in."""
    client = app.test_client()
    if path == "/sign-in":
        return client.post(path, data=form).status_code
    with app.app_context():
        key = db.session.scalar(select(Person.fs_uniquifier).where(Person.name == "Ada Okafor"))
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    return client.post(path, data=form).status_code


def add_view(app: Flask, view: Callable[[], Any]) -> None:
    app.add_url_rule("/act", view_func=view, methods=["GET", "POST"])


def count(app: Flask, model: type[Base]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_what_was_recorded_before_a_password_is_hashed_is_stored(portal: Flask):
    def act() -> str:
        record(me(), "changed", me(), what="test")
        hash_password(PASSWORD)
        return "done"

    add_view(portal, act)
    assert post(portal, "/act") == 200
    assert count(portal, Event) == 1


def test_a_request_that_is_refused_stores_nothing(portal: Flask):
    def act() -> tuple[str, int]:
        record(me(), "changed", me(), what="test")
        return "no", 422

    add_view(portal, act)
    assert post(portal, "/act") == 422
    assert count(portal, Event) == 0


def test_a_view_that_writes_later_stores_what_it_wrote(portal: Flask):
    @writes_later
    def act() -> str:
        name = me().name  # read before
        begin_to_write()
        db.session.add(District(name=f"District of {name}"))
        return "done"

    add_view(portal, act)
    before = count(portal, District)
    assert post(portal, "/act") == 200
    assert count(portal, District) == before + 1


@pytest.mark.one_database
def test_what_is_written_before_a_view_begins_to_write_is_not_lost_in_silence(portal: Flask):
    @writes_later
    def act() -> str:
        record(me(), "changed", me(), what="test")
        begin_to_write()
        return "done"

    add_view(portal, act)
    assert post(portal, "/act") == 500
    assert count(portal, Event) == 0


def test_what_another_window_adds_meanwhile_is_found(world: World):
    own = select(District).where(District.name == "North")

    def too_late() -> District:
        assert add_unless_there(District(name="North"))
        return District(name="North", id=db.session.scalars(own).one().id)

    found, is_new = find_or_add(own, too_late)
    assert not is_new
    assert find_or_add(own, lambda: pytest.fail("it is there")) == (found, False)
    other, is_new = find_or_add(
        select(District).where(District.name == "South"), lambda: District(name="South")
    )
    assert is_new
    assert other.id != found.id


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/sign-in", {"email": "ada.okafor@example.org", "password": PASSWORD}),
        ("/sign-in/again", {"password": PASSWORD}),
        (
            "/account/password",
            {"current": PASSWORD, "new": "four other words", "again": "four other words"},
        ),
    ],
)
def test_while_a_password_is_hashed_others_can_write(
    portal: Flask, tmp_path: Path, path: str, form: dict[str, str]
):
    hashes: Any = portal.extensions["pdportal.security"].pwd_context
    written: list[str] = []

    class Watching:
        def __getattr__(self, name: str) -> Any:
            def watched(*args: Any, **options: Any) -> Any:
                with closing(sqlite3.connect(tmp_path / "pdportal.sqlite3", timeout=0)) as other:
                    other.execute("UPDATE person SET teaches = 'Mathematics'")
                    other.commit()
                written.append(name)
                return getattr(context, name)(*args, **options)

            return watched if name in {"hash", "verify"} else getattr(context, name)

    context, hashes._context = hashes._context, Watching()
    assert post(portal, path, **form) == 302
    assert written


def test_a_file_of_writers_that_may_not_be_opened_is_a_fault_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(path: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("pdportal.db.sqlite.close_to_others", refuse)
    queue = WriterQueue(tmp_path / "portal.sqlite3.writers")
    for _again in range(2):
        with pytest.raises(OperationalError) as refused:
            queue.enter()
        assert fault_of(refused.value) is Fault.CLOSED
    with pytest.raises(OperationalError):
        try_to_write(make_url(f"sqlite:///{tmp_path / 'portal.sqlite3'}"))
