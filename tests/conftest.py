"""One app a session, one transaction a test, and the cast."""

from __future__ import annotations

import gc
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, Table, event, insert, select
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from pdportal import create_app
from pdportal.accounts.models import Person
from pdportal.db import Base, db, writing
from pdportal.operations.jobs import jobs
from tests.people import World

for name, same in (("same", True), ("other", False)):
    slow = [HealthCheck.too_slow]
    settings.register_profile(name, derandomize=same, deadline=None, suppress_health_check=slow)
settings.load_profile(os.environ.get("EXAMPLES", "same"))
"""Examples are the same each time, so that a run says what the change did; `EXAMPLES=other` looks
for others. No test fails because a machine is busy."""

STATEMENTS: dict[Any, Any] = {}
"""Each statement is compiled once: all tests say more of them than an engine remembers."""

Visit = Callable[[Person | None], FlaskClient]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="which database the tests run on",
    )


def pytest_report_header() -> str:
    """Which ffmpeg converts films here, since not every machine has the same."""
    from pdportal.video.ffmpeg import find_ffmpeg

    return f"ffmpeg: {find_ffmpeg() or 'none'}"


ONE_DATABASE = (
    "tests/content/",
    "tests/demo/",
    "tests/documents/",
    "tests/accounts/test_limits.py",
    "tests/accounts/test_passkeys.py",
    "tests/accounts/test_pasted.py",
    "tests/accounts/test_second_step.py",
    "tests/feedback/test_families.py",
    "tests/feedback/test_hidden_names.py",
    "tests/feedback/test_simulated.py",
    "tests/help/",
    "tests/modules/test_booklet.py",
    "tests/modules/compiler/",
    "tests/test_assets.py",
    "tests/operations/test_cli.py",
    "tests/test_config.py",
    "tests/operations/test_serving.py",
    "tests/operations/test_several_machines.py",
    "tests/operations/test_jobs.py",
    "tests/operations/test_lanes.py",
    "tests/test_storage.py",
    "tests/test_doors.py",
    "tests/test_not_theirs.py",
    "tests/test_policies.py",
    "tests/test_the_wall.py",
    "tests/test_words.py",
    "tests/video/test_edits.py",
    "tests/video/test_ranges.py",
)
"""What has a database and says nothing about its kind, as who may see what, which tests of each
policy ask of both, or the demo, which is on SQLite always; a test without one never does."""

BROWSER = "tests/browser/"
EVERY_PAGE = f"{BROWSER}test_every_page.py"
"""It takes as long as half of the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on one database only; and what takes longest, first."""
    for item in items:
        asks_one = "database_url" not in item.fixturenames  # type: ignore[attr-defined]
        if asks_one or item.nodeid.startswith(ONE_DATABASE):
            item.add_marker(pytest.mark.one_database)
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


def pytest_collection_finish() -> None:
    """What is there before the first test stays, and no collector need look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


class Groups(LoadFileScheduling):
    """A file on one worker; browser tests, which share a portal and a browser, on two at most."""

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith(BROWSER):
            return super()._split_scope(nodeid)
        return EVERY_PAGE if nodeid.startswith(EVERY_PAGE) else BROWSER


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    return Groups(config, log)


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """An empty database of the chosen kind; None is SQLite in the data folder."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    from tests.postgres import fresh_postgres

    with fresh_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL, whatever database the other tests run on."""
    from tests.postgres import fresh_postgres

    with fresh_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Valkey."""
    from tests.valkey import valkey_server

    with valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """A bucket on a real S3 server, as `PDPORTAL_FILES` names it."""
    from tests.object_store import s3_server

    with s3_server() as url:
        yield url


@event.listens_for(Engine, "connect")
def _turn_around(connection: object, _record: object) -> None:
    """What asks for no order comes in another one than it happens to have on PostgreSQL."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator[Flask]:
    """The portal over an empty database with all its tables."""
    data: Path = tmp_path_factory.mktemp("data")
    settings: dict[str, object] = {"DATA": data, "LOG_LEVEL": "error", "NAME": "pdportal"}
    if database_url:
        settings["DATABASE_URL"] = database_url
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    jobs(app).at_once = True
    try:
        with app.app_context(), writing():
            Base.metadata.create_all(db.engine)
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def database(app: Flask) -> Iterator[Engine]:
    """A database that forgets the test when it is over."""
    with app.app_context(), writing():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect().execution_options(compiled_cache=STATEMENTS)
        transaction = connection.begin()
        engines[None] = connection  # type: ignore[assignment]  # the session binds to either
        try:
            yield engine
        finally:
            db.session.remove()
            transaction.rollback()
            connection.close()
            engines[None] = engine


@pytest.fixture(scope="session")
def cast() -> Cast:
    return Cast()


@pytest.fixture
def world(database: Engine, cast: Cast) -> World:
    """The cast, in their schools and cohorts."""
    return cast.enter()


class Cast:
    """Makes the world once; for every later test its rows are put back as they were."""

    def __init__(self) -> None:
        self._rows: list[tuple[Table, list[dict[str, Any]]]] = []
        self._world = b""

    def enter(self) -> World:
        if not self._world:
            self._make()
        else:
            for table, rows in self._rows:
                db.session.execute(insert(table), rows)
            db.session.commit()
        world: World = pickle.loads(self._world)  # noqa: S301 — our own, of this process
        db.session.add_all(vars(world).values())
        return world

    def _make(self) -> None:
        world = World()
        db.session.commit()
        for table in Base.metadata.sorted_tables:
            if rows := db.session.execute(select(table)).mappings().all():
                self._rows.append((table, [dict(row) for row in rows]))
        for part in vars(world).values():
            db.session.refresh(part)
        self._world = pickle.dumps(world)
        db.session.expunge_all()


class Browser(FlaskClient):
    """Forgets what a request leaves behind where the next one would meet it.

    Tests share one app context, so Flask's `g` outlives a visitor, and so does what was only read.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        vars(g._get_current_object()).clear()
        answer = super().open(*args, **kwargs)
        if db.session.is_active:
            db.session.rollback()
        answer.get_data()
        answer.close()  # as a server does: what is noted after an answer is stored now
        answer.request.environ["wsgi.input"].close()  # a file of its own, for a large upload
        return answer


@pytest.fixture
def visit(app: Flask, database: Engine) -> Visit:
    """A browser in which somebody is signed in: `visit(world.ada).get("/")`; None is a stranger."""

    def _visit(person: Person | None) -> FlaskClient:
        if db.session.new or db.session.dirty:
            db.session.commit()
        return browser_of(app, person.fs_uniquifier if person else None)

    return _visit


def browser_of(app: Flask, who: str | None) -> Browser:
    """A browser with the cookie of whoever has just signed in (by `fs_uniquifier`), or with none.

    It is made here as Flask makes it, at a tenth of what `session_transaction` costs.
    """
    client = Browser(app, app.response_class)
    if who is not None:
        sign = app.session_interface.get_signing_serializer(app)
        cookie = sign.dumps({"_user_id": who, "_fresh": True})
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    return client


@pytest.fixture
def statements(database: Engine) -> Callable[[], Any]:
    """Counts the statements of a page: `with statements() as said: …; assert len(said) == 6`."""

    @contextmanager
    def _count() -> Iterator[list[str]]:
        said: list[str] = []

        def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            after_answer = any(f"{verb} look " in statement for verb in ("FROM", "INTO", "UPDATE"))
            if not after_answer and not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                said.append(statement)

        event.listen(database, "before_cursor_execute", _note)
        try:
            yield said
        finally:
            event.remove(database, "before_cursor_execute", _note)

    return _count
