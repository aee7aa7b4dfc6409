"""`pdportal content check` and `publish`, as one types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from pdportal.db import db
from pdportal.modules import commands
from pdportal.modules.models import Edition
from pdportal.operations import cli
from tests.modules.given import FIRST, SECOND, plain_page, write_module

BROKEN = FIRST.replace("- [x] After", "- [ ] After")
Run = Any


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program with these arguments: its exit code, what it said, and what it complained of."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def _run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return _run


def test_a_good_folder_is_checked_in_one_line(run: Run, tmp_path: Path):
    page = FIRST + '\n::: mirror {grades="K-5"}\nWrite.\n:::\n'
    code, out, err = run("content", "check", write_module(tmp_path, pages={"01-a.md": page}))
    assert (code, out, err) == (0, "1 module checked: nothing is wrong.\n", "")


def test_a_hint_is_no_fault(run: Run, tmp_path: Path):
    code, out, _err = run("content", "check", write_module(tmp_path))
    assert code == 0
    assert "module.md:1: hint: This module has no mirror." in out
    assert out.endswith("1 module checked: nothing is wrong, 1 hint.\n")


def test_a_fault_is_told_with_file_line_and_how_to_mend_it(run: Run, tmp_path: Path):
    folder = write_module(tmp_path, pages={"01-one-second.md": BROKEN, "02-try-it.md": SECOND})
    code, out, err = run("content", "check", folder)
    assert code == 1
    first = out.splitlines()[0]
    assert (
        f"{folder.as_posix()}/01-one-second.md:7: error: " in first
        or "01-one-second.md:7: error: " in first
    )
    assert "[x]" in first
    assert out.endswith("1 module checked: 1 error, 1 hint.\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_the_same_facts_as_json(run: Run, tmp_path: Path):
    folder = write_module(tmp_path, pages={"01-one-second.md": BROKEN})
    code, out, _err = run("content", "check", folder, "--format", "json")
    facts = json.loads(out)
    assert code == 1
    assert (facts["errors"], facts["warnings"]) == (1, 0)
    assert facts["modules"] == [folder.as_posix()]
    assert facts["problems"][0]["line"] == 7
    assert set(facts["problems"][0]) == {"path", "line", "level", "message", "hint"}


def test_a_folder_of_folders_is_walked(run: Run, tmp_path: Path):
    write_module(tmp_path / "content" / "modules", "one")
    write_module(tmp_path / "content" / "modules", "two", prerequisites="one")
    code, out, _err = run("content", "check", tmp_path / "content")
    assert (code, out.splitlines()[-1]) == (0, "2 modules checked: nothing is wrong, 2 hints.")
    beside = tmp_path / "content" / "modules" / "two"
    assert "1 module checked: nothing is wrong" in run("content", "check", beside)[1]


def test_a_circle_of_prerequisites_is_an_error(run: Run, tmp_path: Path):
    write_module(tmp_path / "modules", "one", prerequisites="two")
    write_module(tmp_path / "modules", "two", prerequisites="one")
    code, out, _err = run("content", "check", tmp_path / "modules")
    assert code == 1
    assert "one → two → one" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("content", "check"), 2),
        (("content", "check", "/no/such/folder"), 2),
        (("content", "check", "--format", "xml", "."), 2),
        (("content", "publish"), 2),
        (("content", "nonsense"), 2),
        (("content", "--help"), 0),
        (("content", "check", "--help"), 0),
    ],
)
def test_exit_codes(run: Run, arguments: tuple[str, ...], code: int):
    got, _out, err = run(*arguments)
    assert got == code
    assert "Traceback" not in err
    assert err.count("\n") <= 1


def test_an_empty_folder_and_a_wrong_file_are_faults(run: Run, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.txt").write_text("x")
    assert run("content", "check", tmp_path / "empty")[0] == 1
    assert run("content", "check", tmp_path / "x.txt")[0] == 1


def test_publishing_says_what_is_new_and_stores_nothing_if_something_is_wrong(
    run: Run, tmp_path: Path, app: Flask, database: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cli, "portal_app", lambda **_given: app)
    good = write_module(tmp_path, "good", title="Good", pages={"01-a.md": plain_page()})
    bad = write_module(tmp_path, "bad", title="Bad", pages={"01-a.md": BROKEN})
    code, out, _err = run("content", "publish", good, bad)
    assert code == 1
    assert "Published" not in out
    assert db.session.scalars(select(Edition)).all() == []
    code, out, _err = run("content", "publish", good)
    assert (code, out.splitlines()[-1]) == (0, "Published: Good (edition 1).")
    code, out, _err = run("content", "publish", good, "--format", "json")
    assert json.loads(out)["published"] == []


def test_versions_are_listed_withdrawn_and_mended(
    run: Run, tmp_path: Path, app: Flask, database: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cli, "portal_app", lambda **_given: app)
    good = write_module(tmp_path, "good", title="Good", pages={"01-a.md": plain_page()})
    run("content", "publish", good, "--mend")
    code, out, _err = run("content", "editions", "good")
    assert code == 0
    assert out.startswith("version 1, ")
    assert out.endswith("(in the library): fewer than 5 people\n")
    assert "Withdrawn: good." in run("content", "withdraw", "good")[1]
    for command in ("editions", "withdraw"):
        code, _out, err = run("content", command, "nowhere")
        assert code == 1
        assert "there is no module “nowhere”" in err


def test_sources_are_found_once(tmp_path: Path):
    folder = write_module(tmp_path)
    found = commands.find_sources([folder, tmp_path, folder / "01-one-second.md"])
    assert found.modules == [folder]
