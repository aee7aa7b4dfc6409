"""The program: what it says and the codes it leaves."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pdportal.config import read_settings
from pdportal.operations import doctor
from pdportal.operations.cli import BROUGHT, main, pdportal

CONTENT = Path(__file__).resolve().parents[2] / "content" / "modules"


def run(data: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PDPORTAL_")}
    environment |= {"PDPORTAL_DATA": str(data)} | settings
    return subprocess.run(  # noqa: S603 — our own program
        [sys.executable, "-m", "pdportal", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["serve"],
        ["worker"],
        ["db"],
        ["db", "upgrade"],
        ["content"],
        ["content", "check"],
        ["content", "publish"],
        ["user"],
        ["user", "add"],
        ["user", "list"],
        ["doctor"],
        ["backup"],
        ["restore"],
        ["demo"],
    ],
)
def test_every_command_explains_itself(words: list[str]):
    said = CliRunner().invoke(pdportal, [*words, "--help"], prog_name="pdportal")
    assert said.exit_code == 0, said.output
    assert said.output.startswith("Usage: pdportal")
    assert len(said.output.splitlines()) > 5, "a command says what it is for"


def test_the_help_lists_what_features_bring_in_their_own_words():
    helped = CliRunner().invoke(pdportal, ["--help"]).output
    for name, (_feature, sentence) in BROUGHT.items():
        with click.Context(pdportal) as context:
            command = pdportal.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == sentence
        assert f"  {name}" in helped


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_the_program_imports_no_more_than_it_needs(word: str):
    said = subprocess.run(  # noqa: S603 — our own program
        [sys.executable, "-X", "importtime", "-m", "pdportal", word],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines()}
    assert "click" in imported
    assert not imported & {"flask", "sqlalchemy", "huey", "redis", "pdportal.config"}


@pytest.mark.parametrize(
    "words", [["sreve"], ["serve", "--port", "eighty"], ["content", "check"], ["db", "--what"]]
)
def test_wrong_usage_is_one_plain_line_and_code_2(tmp_path: Path, words: list[str]):
    said = run(tmp_path, *words)
    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr.startswith("pdportal: ")
    assert len(said.stderr.splitlines()) == 1


def test_a_wrong_setting_is_one_plain_line_and_code_2(tmp_path: Path):
    said = run(tmp_path, "db", "upgrade", PDPORTAL_PORT="eighty")
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
    assert "PDPORTAL_PORT" in said.stderr


def test_a_database_of_a_newer_program_says_so(sound: Path):
    with sqlite3.connect(sound / "pdportal.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9000'")
    database.close()
    for words in (["serve"], ["worker"], ["db", "upgrade"]):
        said = run(sound, *words)
        assert said.returncode == 1
        assert "is at 9000, and this program is older" in said.stderr
        assert said.stderr.count("\n") == 1


def test_what_the_program_makes_is_closed_to_others(upgraded: Path):
    made = {path.name: path.stat().st_mode & 0o777 for path in upgraded.iterdir()}
    assert made
    assert not any(mode & 0o077 for mode in made.values()), made


def test_serve_refuses_a_database_that_is_not_up_to_date(tmp_path: Path):
    said = run(tmp_path, "serve")
    assert said.returncode == 1
    assert said.stderr == (
        "pdportal: the database is not up to date; run `pdportal db upgrade` first.\n"
    )


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (["worker"], "not up to date; run `pdportal db upgrade`"),
        (["content", "publish", str(CONTENT)], "no such table: module"),
    ],
)
def test_an_empty_database_is_one_plain_line(tmp_path: Path, words: list[str], because: str):
    said = run(tmp_path, *words)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1), said.stderr
    assert because in said.stderr


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["db", "upgrade"], ["user", "list"]])
def test_a_database_that_does_not_answer_is_one_plain_line(tmp_path: Path, words: list[str]):
    away = "postgresql://u:secret@127.0.0.1:1/x"
    said = run(tmp_path, *words, PDPORTAL_DATABASE_URL=away)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1), said.stderr
    assert "secret" not in said.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_demo_is_not_served_as_a_portal(tmp_path: Path, command: str):
    said = run(tmp_path, command, PDPORTAL_DEMO="yes")
    assert (said.returncode, said.stderr.count("\n")) == (2, 1), said.stderr
    assert "PDPORTAL_DEMO" in said.stderr


def test_without_a_command_it_says_how_it_is_used(tmp_path: Path):
    said = run(tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("Usage: pdportal")


def test_the_code_of_what_a_command_leaves_is_that_of_the_program(
    monkeypatch: pytest.MonkeyPatch,
):
    @click.command("leave")
    def _leave() -> None:
        raise click.exceptions.Exit(1)

    monkeypatch.setitem(pdportal.commands, "leave", _leave)
    with pytest.raises(SystemExit) as end:
        main(["leave"])
    assert end.value.code == 1


def test_the_doctor_finds_what_is_wrong_and_says_how_to_mend_it(sound: Path, tmp_path: Path):
    sick = run(tmp_path / "empty", "doctor")
    assert sick.returncode == 1
    assert "pdportal db upgrade" in sick.stdout
    again = run(sound, "db", "upgrade")
    assert again.returncode == 0
    assert "is up to date" in again.stdout
    well = run(sound, "doctor")
    assert "answers and is up to date" in well.stdout


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as an upgrade leaves it where files are open to others; to be copied."""
    folder = tmp_path_factory.mktemp("upgraded")
    before = os.umask(0)
    try:
        said = run(folder, "db", "upgrade")
    finally:
        os.umask(before)
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture
def sound(upgraded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a portal in which nothing is wrong, in the environment of this test."""
    folder = tmp_path / "data"
    shutil.copytree(upgraded, folder)
    folder.chmod(0o700)
    monkeypatch.setenv("PDPORTAL_DATA", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return folder


def found_by_doctor() -> list[str]:
    """What the doctor calls wrong, each with its cure."""
    return [f"{each.what} {each.mend}" for each in doctor.examine() if each.state == "wrong"]


def test_the_doctor_finds_nothing_wrong_where_people_come_by_https(sound: Path):
    said = run(sound, "doctor", PDPORTAL_BASE_URL="https://pd.school.org")
    assert (said.returncode, "!!" in said.stdout) == (0, False), said.stdout


def test_the_doctor_names_what_is_damaged_or_missing(sound: Path):
    assert found_by_doctor() == []
    database = sound / "pdportal.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(
            "INSERT INTO clip (id, owner_id, title, about, consent, delete_by, file_name, size, "
            "content_type, sha256, storage_key, version, created_at) VALUES (7, 1, 'Period 3', '', "
            "'', '2030-01-01', '', 5, 'video/mp4', '', 'clips/gone', 1, '2026-01-01 00:00:00')"
        )
        connection.commit()
    [missing] = found_by_doctor()
    assert "1 clips have no file: 7." in missing
    assert "Period 3" not in missing
    assert "backup" in missing
    (sound / "files" / "clips").mkdir(parents=True)
    (sound / "files" / "clips" / "gone").write_bytes(b"half")
    assert "of another size: 7" in found_by_doctor()[0]
    (sound / "files" / "clips" / "gone").write_bytes(b"whole")
    assert found_by_doctor() == []
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(
            "INSERT INTO file_picture (id, file_id, number, width, height, storage_key, size, "
            "boxes) VALUES (3, 1, 1, 9, 9, 'works/lost', 5, '[]')"
        )
        connection.commit()
    assert "1 pictures of files have no file: 3." in found_by_doctor()[0]
    (sound / "files" / "works").mkdir()
    (sound / "files" / "works" / "lost").write_bytes(b"whole")
    assert found_by_doctor() == []
    content = database.read_bytes()
    for damaged in (b"This is no database.\n" * 500, content[:4096] + b"\xff" * 40_000):
        database.write_bytes(damaged)
        assert any("pdportal restore" in line for line in found_by_doctor())
    database.write_bytes(content)
    (sound / "jobs.sqlite3").write_bytes(b"This is no database.\n" * 500)
    assert "The queue of jobs" in found_by_doctor()[0]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_the_doctor_names_what_may_not_be_written(sound: Path):
    (sound / "pdportal.sqlite3").chmod(0o400)
    assert "may not be written" in found_by_doctor()[0]


def test_a_temporary_folder_that_cannot_be_written_is_named(
    sound: Path, monkeypatch: pytest.MonkeyPatch
):
    (sound.parent / "a-file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(sound.parent / "a-file"))
    notes = [found.what for found in doctor.examine() if found.state == "note"]
    assert any("Temporary files cannot be written" in note for note in notes)
    assert found_by_doctor() == []


def test_the_doctor_names_an_unknown_setting(tmp_path: Path):
    said = run(tmp_path, "doctor", PDPORTAL_DATABSE_URL="sqlite://")
    assert said.returncode == 1
    assert "PDPORTAL_DATABSE_URL is not a setting" in said.stdout


def test_the_doctor_knocks_at_other_machines(tmp_path: Path):
    away = {
        "PDPORTAL_MAIL": "smtp://u:secret@127.0.0.1:1",
        "PDPORTAL_RATE_LIMITS": "redis://127.0.0.1:1",
    }
    said = run(tmp_path, "doctor", **away)
    assert said.returncode == 1
    assert said.stdout.count("127.0.0.1:1, which does not answer") == 2
    assert "secret" not in said.stdout + said.stderr


def test_the_doctor_says_why_files_cannot_be_stored(tmp_path: Path):
    bucket = {
        "PDPORTAL_FILES": "s3://clips?endpoint=http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "portal",
        "AWS_SECRET_ACCESS_KEY": "geheim",
    }
    said = run(tmp_path, "doctor", **bucket)
    assert said.returncode == 1
    assert "Files cannot be stored in the bucket clips" in said.stdout
    assert "does not answer" in said.stdout
    assert "geheim" not in said.stdout + said.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, None),
        (
            {"DATABASE_URL": "postgresql://h/d"},
            "their own: files, the queue of jobs, attempts at the doors, the secret key",
        ),
        (
            {"DATABASE_URL": "postgresql://h/d", "FILES": "s3://b", "SECRET_KEY": "k" * 24},
            "their own: the queue of jobs, attempts at the doors.",
        ),
        ({"FILES": "s3://b", "JOBS_URL": "redis://h"}, "their own: the database, the secret key"),
        (
            {
                "DATABASE_URL": "postgresql://h/d",
                "FILES": "s3://b",
                "JOBS_URL": "redis://h",
                "SECRET_KEY": "k" * 24,
            },
            "all they need is shared",
        ),
    ],
)
def test_the_doctor_says_what_several_machines_would_not_share(
    settings: dict[str, str], words: str | None
):
    findings = list(doctor._examine_several_machines(read_settings(settings, {})))
    assert [words in finding.what for finding in findings] == ([True] if words else [])
    if words and "their own" in words:
        assert findings[0].mend.count("PDPORTAL_") == words.count(",") + 1
