"""`pdportal user`: the first person, welcome links, lists, and errors of one line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import create_app
from pdportal.accounts.models import District, Person, Role, School
from pdportal.db import Base, db, writing
from pdportal.operations import cli


class Ran(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal of its own, with nobody in it."""
    app = create_app({"DATA": tmp_path_factory.mktemp("portal"), "LOG_LEVEL": "error"})
    with app.app_context(), writing():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def pdportal(
    portal: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the program over that portal."""
    monkeypatch.setattr(cli, "portal_app", lambda: portal)

    def _run(*arguments: str, typed: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with pytest.raises(SystemExit) as end:
            cli.main(["user", *arguments])
        code = end.value.code
        assert isinstance(code, int)
        return Ran(code, *capsys.readouterr())

    return _run


def test_people_are_added_and_listed(pdportal: Run):
    assert "Nobody yet" in pdportal("list").stdout

    unsaid = pdportal("add", "Max Roth", "max@example.org", typed="river stone lamp\n")
    assert (unsaid.returncode, unsaid.stdout) == (2, "")
    assert "--district" in unsaid.stderr
    assert unsaid.stderr.count("\n") == 1

    first = pdportal(
        "add", "Max Roth", "Max@Example.org", "--district", "Riverbend", typed="river stone lamp\n"
    )
    assert first.returncode == 0, first.stderr
    assert "admin" in first.stdout
    second = pdportal(
        "add",
        "Ada Okafor",
        "ada@example.org",
        "--school",
        "Hill School",
        typed="river stone lamp\n",
    )
    assert "teacher" in second.stdout

    people = json.loads(pdportal("list", "--format", "json").stdout)
    assert [(p["name"], p["roles"], p["school"], p["district"]) for p in people] == [
        ("Ada Okafor", ["teacher"], "Hill School", "Riverbend"),
        ("Max Roth", ["admin"], None, "Riverbend"),
    ]
    assert "max@example.org" in pdportal("list").stdout

    invited = pdportal("add", "Lee Park", "lee@example.org", "--role", "lead", "--invite")
    assert invited.stdout.startswith("http://127.0.0.1:8000/welcome/")
    assert invited.stdout.count("\n") == 1

    for arguments, typed, code in (
        (("add", "Ada", "ada@example.org"), "river stone lamp\n", 1),
        (("add", "Ben", "ben@example.org"), "short\n", 1),
        (("add", "Ben", "nonsense"), "", 2),
        (("add", " ", "ben@example.org"), "river stone lamp\n", 2),
        (("add", "Ben", "ben@example.org", "--role", "boss"), "", 2),
        (("add", "Ben"), "", 2),
        (("list", "--format", "xml"), "", 2),
    ):
        wrong = pdportal(*arguments, typed=typed)
        assert (wrong.returncode, wrong.stdout) == (code, ""), arguments
        assert wrong.stderr.count("\n") == 1, wrong.stderr


def test_roles_are_held_in_a_school_where_one_is_named(portal: Flask, pdportal: Run):
    """But the first admin of a district is an admin of all of it."""

    def added(name: str, *options: str) -> str:
        ran = pdportal("add", name, f"{name}@example.org", *options, typed="river stone lamp\n")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    lakes = ("--district", "Lakes", "--school", "Bay School")
    first = added("Nia", *lakes, "--role", "admin", "--role", "teacher")
    assert first == "Nia can sign in as nia@example.org (admin in Lakes, teacher in Bay School).\n"
    assert "(admin in Bay School)" in added("Abe", *lakes, "--role", "admin")
    assert "(lead in Bay School)" in added("Hal", *lakes, "--role", "lead")
    assert "(lead in Lakes)" in added("Lee", "--district", "Lakes", "--role", "lead")
    with portal.app_context():
        found = db.session.execute(
            select(Person.name, Role.name, School.name, Person.school_id)
            .join(Role, Role.person_id == Person.id)
            .outerjoin(School, School.id == Role.school_id)
            .join(District, District.id == Person.district_id)
            .where(District.name == "Lakes")
            .order_by(Role.id)
        ).all()
    assert [row[:3] for row in found] == [
        ("Nia", "admin", None),
        ("Nia", "teacher", "Bay School"),
        ("Abe", "admin", "Bay School"),
        ("Hal", "lead", "Bay School"),
        ("Lee", "lead", None),
    ]
    assert found[0].school_id is not None, "Nia works at the school all the same"
