"""The demo's folder and its command: never a real portal's, whole or made again."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pdportal.config import read_settings
from pdportal.demo import commands
from pdportal.demo.folder import LOCK, MARK, DemoFolder, NotOurs
from pdportal.operations.cli import pdportal

Run = Callable[..., Result]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, free_port: int) -> Iterator[Run]:
    """The command, with a district that is quickly made and a server that returns at once."""
    kept = dict(os.environ)
    made: list[Path] = []

    def make(folder: DemoFolder) -> Any:
        mark = folder.clear_to_make()
        made.append(folder.path)
        (folder.path / "pdportal.sqlite3").write_text("a district")
        return object(), folder.made(mark)

    monkeypatch.setattr(commands, "_make", make)
    monkeypatch.setattr(commands, "_open", object)
    monkeypatch.setattr(commands, "_introduce", lambda *_about: None)
    monkeypatch.setattr("pdportal.operations.running.serve_portal", lambda *_app, **_where: None)

    def _run(*arguments: str) -> Result:
        return CliRunner().invoke(pdportal, ["demo", "--port", str(free_port), *arguments])

    _run.made = made  # type: ignore[attr-defined]
    yield _run
    os.environ.clear()
    os.environ.update(kept)


def test_the_first_start_makes_a_district_and_the_second_keeps_it(run: Any, tmp_path: Path) -> None:
    data = tmp_path / "demo"
    assert run("--data", str(data)).exit_code == 0
    (data / "done-by-somebody").touch()
    assert run("--data", str(data)).exit_code == 0
    assert run.made == [data]
    assert (data / "done-by-somebody").exists()


def test_reset_asks_nothing_and_makes_all_anew(run: Any, tmp_path: Path) -> None:
    run("--data", str(tmp_path))
    before = json.loads((tmp_path / MARK).read_text())["password"]
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "clip").touch()
    elsewhere = tmp_path.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    (tmp_path / "link").symlink_to(elsewhere)
    assert run("--data", str(tmp_path), "--reset").exit_code == 0
    assert run.made == [tmp_path, tmp_path]
    assert {path.name for path in tmp_path.iterdir()} == {MARK, LOCK, "pdportal.sqlite3"}
    assert json.loads((tmp_path / MARK).read_text())["password"] != before
    assert (elsewhere / "mine").exists()


@pytest.mark.parametrize("option", [[], ["--reset"]])
def test_the_folder_of_a_real_portal_is_refused(
    run: Any, tmp_path: Path, option: list[str]
) -> None:
    (tmp_path / "pdportal.sqlite3").write_text("real people")
    result = run("--data", str(tmp_path), *option)
    assert result.exit_code == 1
    assert "not a demo" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pdportal.sqlite3"]


def test_a_file_is_no_folder(run: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    result = run("--data", str(tmp_path / "notes.txt"))
    assert result.exit_code == 1
    assert "is a file" in result.stderr


def test_a_half_made_district_is_made_again(run: Any, tmp_path: Path) -> None:
    killed = DemoFolder(tmp_path)
    with killed.held():
        killed.clear_to_make()
        (tmp_path / "pdportal.sqlite3").write_text("half a district")
    assert run("--data", str(tmp_path)).exit_code == 0
    assert run.made == [tmp_path]
    assert (tmp_path / "pdportal.sqlite3").read_text() == "a district"


def test_a_broken_mark_is_a_half_made_district(run: Any, tmp_path: Path) -> None:
    (tmp_path / MARK).write_text("{")
    assert run("--data", str(tmp_path)).exit_code == 0
    assert run.made == [tmp_path]


@contextmanager
def _running(path: Path) -> Iterator[None]:
    folder = DemoFolder(path)
    with folder.held():
        folder.share()
        yield


@contextmanager
def _being_made(path: Path) -> Iterator[None]:
    folder = DemoFolder(path)
    with folder.held():
        folder.clear_to_make()
        yield


def test_a_demo_that_runs_is_not_reset_under_its_feet(run: Any, tmp_path: Path) -> None:
    run("--data", str(tmp_path))
    with _running(tmp_path):
        assert run("--data", str(tmp_path)).exit_code == 0
        result = run("--data", str(tmp_path), "--reset")
    assert result.exit_code == 1
    assert "running" in result.stderr


def test_two_do_not_make_one_district_at_once(tmp_path: Path) -> None:
    other = DemoFolder(tmp_path)
    with _being_made(tmp_path), other.held(), pytest.raises(NotOurs, match="being made"):
        other.clear_to_make()


def test_a_taken_port_is_said_before_anything_is_made(
    run: Any, tmp_path: Path, free_port: int
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        result = run("--data", str(tmp_path / "demo"))
    assert result.exit_code == 1
    assert f"127.0.0.1:{free_port}" in result.stderr
    assert not (tmp_path / "demo").exists()


def test_no_setting_of_a_real_portal_reaches_the_demo(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDPORTAL_DATABASE_URL", "postgresql://real/portal")
    monkeypatch.setenv("PDPORTAL_MAIL", "smtp://mail.example.org")
    monkeypatch.setenv("PDPORTAL_LEASE_DAYS", "1")
    run("--data", str(tmp_path))
    assert os.environ["PDPORTAL_DATABASE_URL"] == f"sqlite:///{tmp_path / 'pdportal.sqlite3'}"
    assert os.environ["PDPORTAL_MAIL"] == "folder:"
    assert os.environ["PDPORTAL_DEMO"] == "yes"
    assert os.environ["PDPORTAL_LEASE_DAYS"] == "3"


def test_help_says_what_it_does(run: Any) -> None:
    result = CliRunner().invoke(pdportal, ["demo", "--help"])
    assert result.exit_code == 0
    assert "--reset" in result.output


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_district_is_made_apart_from_the_server(tmp_path: Path) -> None:
    who = tmp_path / "who"

    def say_who() -> None:
        who.write_text(str(os.getpid()))

    commands._apart(say_who)
    assert who.read_text() != str(os.getpid())


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_goes_wrong_apart_ends_the_command(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise click.ClickException("the module of June is not whole.")

    with pytest.raises(click.exceptions.Exit):
        commands._apart(fails)
    assert "the module of June is not whole." in capfd.readouterr().err


def test_nothing_of_a_real_portal_reaches_into_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = {
        "PDPORTAL_DATABASE_URL": "postgresql://portal@elsewhere.example.org/portal",
        "PDPORTAL_FILES": "s3://elsewhere.example.org",
        "PDPORTAL_JOBS_URL": "redis://elsewhere.example.org",
        "PDPORTAL_RATE_LIMITS": "redis://elsewhere.example.org",
        "PDPORTAL_MAIL": "smtp://elsewhere.example.org",
        "PDPORTAL_BASE_URL": "https://elsewhere.example.org",
    }
    monkeypatch.setattr("os.environ", dict(real))
    commands._set_environment(tmp_path, "127.0.0.1", 8000)
    settings = read_settings({}, os.environ)
    assert "elsewhere" not in repr(settings)
    assert settings["FILES"] == tmp_path / "files"
