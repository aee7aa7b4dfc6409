"""The kernel: one commit a request, closed doors, the database's manners."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from io import BytesIO, StringIO
from pathlib import Path

import psycopg
import pytest
import structlog
from flask import Flask
from sqlalchemy import Engine, make_url, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from pdportal import storage
from pdportal.accounts.models import District, Person
from pdportal.db import after_commit, db, writable
from pdportal.db.writable import try_to_write
from pdportal.operations import running
from pdportal.stores import StorageUnavailable
from pdportal.web import errors, health, logs
from pdportal.web.logs import _plain, where
from tests.conftest import Visit
from tests.people import World


def test_a_signed_in_person_is_loaded_in_one_statement(world: World, visit: Visit, statements):
    client = visit(world.ada)
    with statements() as said:
        client.get("/nowhere")
    assert len(said) == 1, said


def test_the_cast_is_stored(world: World):
    assert db.session.scalars(select(Person).order_by(Person.id)).first() is world.ada


def test_what_waits_for_the_commit_does_not_happen_in_a_savepoint(world: World):
    done: list[str] = []
    after_commit(lambda: done.append("first"))
    with db.session.begin_nested():
        after_commit(lambda: done.append("within"))
    assert done == []
    with suppress(LookupError), db.session.begin_nested():
        after_commit(lambda: done.append("undone"))
        raise LookupError
    db.session.commit()
    assert done == ["first", "within"]


def test_what_waits_for_the_commit_never_happens_without_it(world: World):
    done: list[str] = []
    db.session.add(District(name="Nowhere"))
    db.session.flush()
    after_commit(lambda: done.append("never"))
    db.session.rollback()
    db.session.commit()
    assert done == []


def test_a_log_line_says_where_but_not_what_was_typed():
    typed = "the names of three {}".format("students")
    try:
        try:
            int(typed)
        except ValueError as error:
            raise RuntimeError(typed) from error
    except RuntimeError as error:
        said = where(error)
    assert "names of three students" not in said
    assert "test_kernel.py" in said
    assert "ValueError" in said


def test_messages_of_the_database_do_not_quote_what_was_typed(world: World):
    twice = District(name=world.district.name)
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        db.session.add(twice)
    assert "parameters: " not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("", {}, Exception()), 409),
        (StaleDataError(), 409),
        (OperationalError("", {}, Exception()), 503),
        (TimeoutError(), 503),
        (ValueError("what was typed"), 500),
    ],
)
def test_what_goes_wrong_has_its_page_and_stores_nothing(
    world: World, app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch, error, status
):
    def view() -> str:
        world.ada.teaches = "half done"
        db.session.flush()
        raise error

    monkeypatch.setitem(app.view_functions, "accounts.save_about", view)
    answer = visit(world.ada).post("/account/about")
    assert answer.status_code == status
    assert "what was typed" not in answer.text
    assert world.ada.teaches == ""


@pytest.fixture
def logged(app: Flask) -> Iterator[StringIO]:
    """What is logged at level info, as it is written."""
    before = structlog.get_config()
    text = StringIO()
    at_info = structlog.make_filtering_bound_logger(logging.INFO)
    factory = structlog.PrintLoggerFactory(text)
    structlog.configure(**before | {"logger_factory": factory, "wrapper_class": at_info})
    yield text
    structlog.configure(**before)


def no_room() -> OperationalError:
    return OperationalError("INSERT", {}, sqlite_error(sqlite3.SQLITE_FULL))


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("/srv/data/portal.sqlite3")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "status", "said", "cure"),
    [
        (no_room(), 507, "no room left", "make room"),
        (
            OSError(errno.ENOSPC, "Full", "/srv/data"),
            507,
            "no room left",
            "make room",
        ),
        (OSError(errno.EACCES, "Denied", "/srv/data/files"), 503, "stored cannot", "portal's user"),
        (
            DatabaseError("", {}, sqlite_error(sqlite3.SQLITE_CORRUPT)),
            503,
            "cannot save",
            "damaged",
        ),
        (
            OperationalError("", {}, sqlite_error(sqlite3.SQLITE_READONLY)),
            503,
            "cannot save",
            "portal's user",
        ),
        (
            OperationalError("", {}, sqlite_error(sqlite3.SQLITE_BUSY)),
            503,
            "cannot save",
            "another program holds it",
        ),
        (
            OperationalError("", {}, sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT)),
            503,
            "Many people",
            "busy",
        ),
        (OperationalError("", {}, psycopg.OperationalError()), 503, "cannot save", "not answer"),
        (OperationalError("", {}, psycopg.errors.DiskFull()), 507, "no room left", "make room"),
        (OperationalError("", {}, psycopg.errors.LockNotAvailable()), 503, "Many people", "busy"),
        (ProgrammingError("", {}, psycopg.errors.SyntaxError()), 500, "our mistake", "failure"),
        (RuntimeError("/srv/data/secret"), 500, "our mistake", "failure"),
    ],
)
@pytest.mark.parametrize("when", ["view", "commit"])
def test_why_something_is_not_stored_is_told_and_the_log_has_the_cure(
    world: World,
    app: Flask,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    logged: StringIO,
    error: Exception,
    status: int,
    said: str,
    cure: str,
    when: str,
):
    def fails() -> None:
        raise error

    ada = visit(world.ada)
    if when == "view":
        monkeypatch.setitem(app.view_functions, "accounts.save_about", fails)
    else:
        monkeypatch.setattr(db.session, "commit", fails)
    answer = ada.post("/account/about?token=geheim", data={"name": "Ada Okafor"})
    assert answer.status_code == status
    assert said in answer.text
    assert "default-src" in answer.headers["Content-Security-Policy"]
    log = logged.getvalue()
    assert cure in log
    for hidden in ("geheim", "/srv/data", "Exception on"):
        assert hidden not in log
        assert hidden not in answer.text


def test_a_page_of_an_error_that_cannot_be_made_is_a_plain_one(
    world: World, app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_args: object, **_more: object) -> None:
        raise OperationalError("", {}, sqlite_error(sqlite3.SQLITE_CORRUPT))

    ada = visit(world.ada)
    monkeypatch.setattr(errors, "render_template", fails)
    monkeypatch.setitem(app.view_functions, "accounts.account", fails)
    answer = ada.get("/account")
    assert answer.status_code == 503
    assert "does not work just now" in answer.text


def test_whoever_is_signed_in_is_told_that_the_database_is_away(
    world: World, database: Engine, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    def fails() -> None:
        raise database.dialect.loaded_dbapi.OperationalError("/srv/data")

    ada = visit(world.ada)
    db.session.remove()
    monkeypatch.setitem(db.engines, None, database)
    monkeypatch.setattr(database.pool, "connect", fails)
    read = ada.get("/learn")
    assert read.status_code == 503
    assert "does not work just now" in read.text
    written = ada.post("/account/about", data={"name": "Ada Okafor", "called": "Ada the first"})
    assert written.status_code == 503
    assert "Ada the first" in written.text


@pytest.fixture
def readiness(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[int, str]]:
    """What `/readyz` answers at this moment, of a database that is up to date."""
    monkeypatch.setattr(health, "why_unfit", lambda _step: "")

    def ask() -> tuple[int, str]:
        health._why_not_ready.cache.clear()
        answer = app.test_client().get("/readyz")
        return answer.status_code, answer.json.get("reason", "")

    return ask


@pytest.mark.parametrize(
    ("place", "error", "said"),
    [
        ("try_to_write", no_room(), "database: there is no room left on the disk"),
        ("check_writable", OSError(errno.EROFS, "Read-only", "/srv"), "files: it may not be"),
        ("check_writable", StorageUnavailable("The disk for files is full."), "files: The disk"),
    ],
)
def test_ready_means_that_it_can_be_written(
    readiness: Callable[[], tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    error: Exception,
    said: str,
):
    def fails(*_given: object) -> None:
        raise error

    monkeypatch.setattr(health, "try_to_write", lambda _url: None)
    assert readiness() == (200, "")
    monkeypatch.setattr(health if place == "try_to_write" else storage, place, fails)
    status, reason = readiness()
    assert status == 503
    assert reason.startswith(said)
    assert "/srv" not in reason


def test_a_front_end_that_is_not_built_is_not_ready(
    readiness: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(health, "DIST", tmp_path)
    assert readiness() == (503, "the front end is not built")


def test_a_write_is_tried_for_real(app: Flask, database: Engine, monkeypatch: pytest.MonkeyPatch):
    with app.app_context():
        try_to_write(make_url(app.config["SQLALCHEMY_DATABASE_URI"]))  # others are writing
        monkeypatch.setattr(writable, "LONG", 600)
        is_file = database.dialect.name == "sqlite"  # which one transaction locks as a whole
        with pytest.raises(OperationalError) if is_file else nullcontext():  # and do not stop
            try_to_write(make_url(app.config["SQLALCHEMY_DATABASE_URI"]), 600)


def test_the_log_is_thin(visit: Visit, monkeypatch: pytest.MonkeyPatch, logged: StringIO):
    for _ in range(5):
        visit(None).get("/sign-in")
    assert logged.getvalue() == ""
    visit(None).get("/nothing-here/geheim")
    assert "status=404" in logged.getvalue()
    assert "geheim" not in logged.getvalue()
    monkeypatch.setattr(logs, "SLOW_MILLISECONDS", 0)
    visit(None).get("/sign-in")
    assert "route=/sign-in" in logged.getvalue()
    assert "of an hour" not in logged.getvalue()
    monkeypatch.setattr(logs, "HOUR_SECONDS", 0)
    visit(None).get("/sign-in")
    assert 'event="requests of an hour" count=' in logged.getvalue()


@pytest.mark.parametrize("name", ["waitress", "huey", "huey.consumer.Scheduler"])
def test_what_a_library_logs_of_an_error_says_where_and_not_what(
    logged: StringIO, capfd: pytest.CaptureFixture[str], name: str
):
    typed = " ".join(("typed", "by", "somebody"))
    try:
        raise ValueError(typed)
    except ValueError:
        logging.getLogger(name).exception("Exception while serving /invitations/geheim")
    assert "geheim" not in capfd.readouterr().err
    log = logged.getvalue()
    assert "test_kernel.py" in log
    assert typed not in log
    assert "geheim" not in log


def test_forms_hold_words(world: World, visit: Visit):
    ada = visit(world.ada)
    file = {"name": (BytesIO(b"Ada"), "ada.txt")}
    assert ada.post("/account/about", data=file).status_code == 400
    assert ada.post("/account/about", json={"name": "Ada"}).status_code == 415


def test_a_plain_log_line_is_one_line_and_a_traceback_stands_below_it():
    said = {"event": "page failed", "level": "error", "where": "ValueError\n  File x", "ms": 3.2}
    line, *below = _plain(None, "error", said).split("\n")
    assert line == 'level=error event="page failed" ms=3.2'
    assert below == ["where:", "ValueError", "  File x"]


@pytest.mark.parametrize("fails_in", ["view", "page"])
def test_what_was_typed_into_a_form_that_could_not_be_stored_is_shown(
    world: World,
    app: Flask,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    fails_in: str,
):
    def fails(*_args: object, **_more: object) -> None:
        raise no_room()

    ada = visit(world.ada)
    monkeypatch.setitem(app.view_functions, "accounts.save_about", fails)
    if fails_in == "page":
        monkeypatch.setattr("pdportal.web.errors.render_template", fails)
    words = {"teaches": "Algebra & a little <music>", "name": "Ada", "pair-renewed": "b"}
    here = {"Sec-Fetch-Site": "same-origin"}
    answer = ada.post("/account/about", data=words, headers=here)
    assert answer.status_code == 507
    assert "Algebra &amp; a little &lt;music&gt;" in answer.text
    assert ("Send it again" in answer.text) == (fails_in == "view")


def test_a_password_is_not_shown_where_its_form_could_not_be_stored(
    world: World, app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    def fails() -> None:
        raise no_room()

    ada = visit(world.ada)
    monkeypatch.setitem(app.view_functions, "accounts.save_about", fails)
    answer = ada.post("/account/about", data={"password": "paper stone candle"})
    assert answer.status_code == 507
    assert "paper stone" not in answer.text


def test_what_is_logged_between_requests_is_of_none_of_them(app: Flask):
    app.test_client().get("/healthz")
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_what_the_parent_logs_is_of_no_request(app: Flask):
    structlog.contextvars.clear_contextvars()
    running._warm_up(app)
    assert not structlog.contextvars.get_contextvars()
