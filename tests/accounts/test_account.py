"""One's own account: small forms, each saved by itself, with clear messages."""

from __future__ import annotations

import pytest

from pdportal.db import db
from tests.accounts.conftest import PASSWORD, Letters, SignIn, make_fresh
from tests.conftest import Visit
from tests.people import World


def test_ada_changes_what_colleagues_read(world: World, visit: Visit):
    ada = visit(world.ada)
    told = ada.post(
        "/account/about",
        data={"name": "  Ada\n Okafor-Lee ", "teaches": "grade 5"},
        follow_redirects=True,
    ).text
    assert "Saved. This is how colleagues read your name." in told
    db.session.refresh(world.ada)
    assert (world.ada.name, world.ada.teaches) == ("Ada Okafor-Lee", "grade 5")
    assert "Hill School" in told


def test_time_zone_and_language_are_chosen(world: World, visit: Visit):
    ada = visit(world.ada)
    ada.post("/account/language", data={"locale": "en", "time_zone": "europe/berlin"})
    db.session.refresh(world.ada)
    assert world.ada.time_zone == "Europe/Berlin"
    assert world.ada.locale == "en"
    ada.post("/account/language", data={"locale": "", "time_zone": "chicago"})
    db.session.refresh(world.ada)
    assert world.ada.time_zone == "America/Chicago"
    ada.post("/account/language", data={"locale": "", "time_zone": ""})
    db.session.refresh(world.ada)
    assert (world.ada.locale, world.ada.time_zone) == (None, None)


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("about", {"name": "", "teaches": ""}),
        ("about", {"name": "…", "teaches": ""}),
        ("about", {"name": "x" * 121, "teaches": ""}),
        ("about", {"name": "Ada", "teaches": "x" * 121}),
        ("language", {"locale": "xx", "time_zone": "Europe/Berlin"}),
        ("language", {"locale": "", "time_zone": "Europe/Nowhere"}),
        ("language", {"locale": "", "time_zone": "x" * 65}),
        ("password", {"current": PASSWORD, "new": "", "again": ""}),
        ("password", {"current": PASSWORD, "new": "short", "again": "short"}),
        ("password", {"current": PASSWORD, "new": "x" * 300, "again": "x" * 300}),
        ("password", {"current": PASSWORD, "new": "one long password", "again": "another"}),
        (
            "password",
            {"current": "wrong", "new": "one long password", "again": "one long password"},
        ),
    ],
)
def test_mistakes_come_back_with_what_was_typed(
    world: World, sign_in: SignIn, part: str, data: dict[str, str]
):
    ada = sign_in(world.ada)
    before = (world.ada.name, world.ada.password, world.ada.time_zone)
    answer = ada.post(f"/account/{part}", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    if part in {"about", "language"}:
        typed = data.get("time_zone") or data.get("name", "")
        assert typed in answer.text
    db.session.refresh(world.ada)
    after = (world.ada.name, world.ada.password, world.ada.time_zone)
    assert before == after


def test_a_new_password_signs_out_everywhere_else(world: World, sign_in: SignIn, letters: Letters):
    here, elsewhere = sign_in(world.ada), sign_in(world.ada)
    new = "a quiet lake at dawn"
    answer = here.post("/account/password", data={"current": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert letters(world.ada.email)[-1].subject == "Your password was changed"


def test_whoever_has_no_password_shows_first_who_they_are(world: World, visit: Visit):
    new = {"current": "", "new": "a quiet lake at dawn", "again": "a quiet lake at dawn"}
    stale = visit(world.ada)
    assert (
        stale.post("/account/password", data=new).headers["Location"].startswith("/sign-in/again")
    )
    db.session.refresh(world.ada)
    assert world.ada.password is None
    assert make_fresh(visit(world.ada)).post("/account/password", data=new).status_code == 302
    db.session.refresh(world.ada)
    assert world.ada.password


def test_signing_out_everywhere_ends_all_sessions(world: World, sign_in: SignIn):
    here, elsewhere = sign_in(world.ada), sign_in(world.ada)
    assert here.post("/account/sign-out-everywhere").headers["Location"] == "/sign-in"
    assert here.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 302
    sign_in(world.ada)


def test_the_account_costs_little_and_the_person_one_statement(
    world: World, visit: Visit, statements
):
    ada = visit(world.ada)
    with statements() as said:
        assert ada.get("/account").status_code == 200
    assert len(said) <= 4, said
    assert sum("FROM person" in statement for statement in said) == 1
