"""Signing in, out, and what nobody learns at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.db import db
from tests.accounts.conftest import (
    PASSWORD,
    Letters,
    SignIn,
    Stranger,
    link_in,
    without_token,
)
from tests.conftest import Visit
from tests.people import World


def test_ada_signs_in_with_her_password_and_out_again(world: World, sign_in: SignIn):
    ada = sign_in(world.ada)
    assert "Ada Okafor" in ada.get("/account").text
    assert ada.post("/sign-out").headers["Location"] == "/sign-in"
    assert ada.get("/account").headers["Location"].startswith("/sign-in?next=")


def test_the_address_may_be_typed_in_capitals(world: World, sign_in: SignIn, stranger: Stranger):
    sign_in(world.ada)
    answer = stranger().post(
        "/sign-in", data={"email": " Ada.Okafor@Example.ORG ", "password": PASSWORD}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize("who", ["wrong password", "nobody", "switched off", "no password yet"])
def test_whatever_is_wrong_the_answer_is_the_same(
    world: World, sign_in: SignIn, stranger: Stranger, who: str
):
    sign_in(world.ada)
    sign_in(world.ben)
    world.ben.active = False
    db.session.commit()
    tried = {
        "wrong password": (world.ada.email, "river stone lamp red"),
        "nobody": ("nobody@example.org", PASSWORD),
        "switched off": (world.ben.email, PASSWORD),
        "no password yet": (world.dee.email, PASSWORD),
    }
    email, password = tried[who]
    client = stranger()
    answer = client.post("/sign-in", data={"email": email, "password": password})
    expected = client.post("/sign-in", data={"email": "x@example.org", "password": "y" * 12})
    assert answer.status_code == expected.status_code == 422
    assert without_token(answer.text.replace(email, "x@example.org")) == without_token(
        expected.text
    )
    assert "The email address or the password is not right." in answer.text


def test_hashing_costs_the_same_whether_or_not_there_is_an_account(
    world: World, sign_in: SignIn, app: Flask, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    sign_in(world.ada)
    context = app.extensions["pdportal.security"].pwd_context
    worked: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(context, name)
        monkeypatch.setattr(
            context, name, lambda *a, _real=real, **k: worked.append("once") or _real(*a, **k)
        )
    for email in (world.ada.email, world.dee.email, "nobody@example.org"):
        worked.clear()
        stranger().post("/sign-in", data={"email": email, "password": "wrong one here"})
        assert worked == ["once"], email


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(
    world: World, sign_in: SignIn, stranger: Stranger, letters: Letters
):
    old = sign_in(world.ada)
    somebody = stranger()
    answer = somebody.post("/sign-in/forgotten", data={"email": world.ada.email})
    assert answer.status_code == 200
    link = link_in(letters(world.ada.email)[-1])
    assert "two hours" in letters(world.ada.email)[-1].text

    assert "A new password" in somebody.get(link).text
    new = {"password": "a quiet lake at dawn", "password_confirm": "a quiet lake at dawn"}
    assert somebody.post(link, data=new).headers["Location"] == "/sign-in"
    assert letters(world.ada.email)[-1].subject == "Your password was changed"
    assert old.get("/account").status_code == 302, "the old session is over"

    assert somebody.post(link, data=new).headers["Location"] == "/sign-in/forgotten"
    assert somebody.get(link).headers["Location"] == "/sign-in/forgotten"
    login = {"email": world.ada.email, "password": "a quiet lake at dawn"}
    assert somebody.post("/sign-in", data=login).status_code == 302


def test_nobody_learns_from_the_forgotten_page_who_has_an_account(
    world: World, stranger: Stranger, letters: Letters, sign_in: SignIn
):
    sign_in(world.ada)
    world.ben.active = False
    db.session.commit()
    pages = {}
    for email in (world.ada.email, world.ben.email, "nobody@example.org"):
        answer = stranger().post("/sign-in/forgotten", data={"email": email})
        pages[email] = (answer.status_code, without_token(answer.text.replace(email, "-")))
    assert len(set(pages.values())) == 1
    assert len(letters(world.ada.email)) == 1
    assert letters(world.ben.email) == letters("nobody@example.org") == []
    assert db.session.scalar(select(Person).where(Person.email == "nobody@example.org")) is None


def test_links_in_letters_use_the_address_in_the_settings(
    world: World, stranger: Stranger, letters: Letters, sign_in: SignIn
):
    sign_in(world.ada)
    stranger().post(
        "/sign-in/forgotten", data={"email": world.ada.email}, base_url="http://evil.example"
    )
    assert "evil.example" not in letters(world.ada.email)[0].text


def test_a_link_for_a_new_password_runs_out(
    world: World,
    app: Flask,
    stranger: Stranger,
    sign_in: SignIn,
    letters: Letters,
    monkeypatch: pytest.MonkeyPatch,
):
    sign_in(world.ada)
    client = stranger()
    client.post("/sign-in/forgotten", data={"email": world.ada.email})
    link = link_in(letters(world.ada.email)[-1])
    monkeypatch.setitem(app.config, "SECURITY_RESET_PASSWORD_WITHIN", timedelta(seconds=-1))
    assert client.get(link).headers["Location"] == "/sign-in/forgotten"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/account", "/account"),
        ("/people?role=coach", "/people?role=coach"),
        ("http://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("https:evil.example", "/"),
    ],
)
def test_after_signing_in_one_is_led_to_our_own_pages_only(
    world: World, sign_in: SignIn, asked: str, led: str, stranger: Stranger
):
    sign_in(world.ada)
    client = stranger()
    assert "evil" not in client.get("/sign-in", query_string={"next": asked}).text.replace(
        "&#92;", ""
    )
    answer = client.post(
        "/sign-in", data={"email": world.ada.email, "password": PASSWORD, "next": asked}
    )
    assert answer.headers["Location"] == led
    other = stranger().post(
        "/sign-in",
        query_string={"next": asked},
        data={"email": world.ada.email, "password": PASSWORD},
    )
    assert "evil" not in other.headers["Location"] or "%" in other.headers["Location"]


def test_signing_in_begins_a_new_session(world: World, sign_in: SignIn, stranger: Stranger):
    sign_in(world.ada)
    client = stranger()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["csrf_token"] = "known to somebody else"
        session["_remember"] = "set"
    client.post("/sign-in", data={"email": world.ada.email, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known to somebody else"
    assert client.get_cookie("remember_token") is None


def test_a_session_lasts_as_long_as_the_window_or_14_days(world: World, sign_in: SignIn):
    short, long = sign_in(world.ada), sign_in(world.ada, keep="y")
    with short.session_transaction() as session:
        assert not session.permanent
    with long.session_transaction() as session:
        assert session.permanent
    with clock.at(clock.now() + timedelta(days=13)):
        assert long.get("/account").status_code == 200
    with clock.at(clock.now() + timedelta(days=15)):
        assert long.get("/account").status_code == 302
        assert short.get("/account").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts(
    world: World, sign_in: SignIn, stranger: Stranger
):
    sign_in(world.ada)
    answer = stranger().post("/sign-in", data={"email": world.ada.email, "password": PASSWORD})
    device, session = sorted(answer.headers.getlist("Set-Cookie"))
    for cookie in (device, session):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    assert session.startswith("pdportal=")
    assert "Expires" not in session


def test_whoever_is_switched_off_is_out_at_once(world: World, sign_in: SignIn, visit: Visit):
    ada = sign_in(world.ada)
    assert visit(world.max).post(f"/people/{world.ada.id}/switch-off").status_code == 302
    assert ada.get("/account").status_code == 302
    visit(world.max).post(f"/people/{world.ada.id}/switch-on")
    assert ada.get("/account").status_code == 302, "the old session stays over"
    sign_in(world.ada)


def test_a_form_may_not_come_as_json(world: World, stranger: Stranger):
    for body in ([1, 2], {"email": {"$ne": ""}}, "x"):
        assert stranger().post("/sign-in", json=body).status_code == 415


def test_no_token_beside_the_session_opens_a_door(world: World, app: Flask, stranger: Stranger):
    with app.test_request_context():
        token = world.ada.get_auth_token()
    client = stranger()
    assert client.get("/account", headers={"Authentication-Token": token}).status_code == 302
    assert client.get(f"/account?auth_token={token}").status_code == 302


def test_signing_out_ends_a_copied_session_and_no_other(
    world: World, sign_in: SignIn, stranger: Stranger, app: Flask
):
    name = app.config["SESSION_COOKIE_NAME"]
    here, there = sign_in(world.ada), sign_in(world.ada)
    cookie = here.get_cookie(name)
    assert cookie
    thief = stranger()
    thief.set_cookie(name, cookie.value)
    assert thief.get("/account").status_code == 200
    here.post("/sign-out")
    assert thief.get("/account").status_code == 302
    assert thief.post("/account/about", data={"name": "Eve", "teaches": ""}).status_code == 401
    assert there.get("/account").status_code == 200
    assert sign_in(world.ada).get("/account").status_code == 200


def test_of_sessions_that_ended_only_those_are_kept_that_could_still_be_used(
    world: World, sign_in: SignIn
):
    longest = timedelta(days=14)
    for _ in range(2):
        sign_in(world.ada).post("/sign-out")
    db.session.refresh(world.ada)
    assert len(world.ada.ended_sessions or ()) == 2
    with clock.at(clock.now() + longest + timedelta(minutes=1)):
        sign_in(world.ada).post("/sign-out")
    db.session.refresh(world.ada)
    assert len(world.ada.ended_sessions or ()) == 1


def test_signing_in_twice_and_out_twice_is_harmless(world: World, sign_in: SignIn):
    ada = sign_in(world.ada)
    assert ada.get("/sign-in").status_code == 302
    again = ada.post("/sign-in", data={"email": world.ada.email, "password": PASSWORD})
    assert again.status_code == 302
    assert ada.post("/sign-out").status_code == 302
    assert ada.post("/sign-out").status_code == 302


def test_reading_never_writes(world: World, sign_in: SignIn, statements, stranger: Stranger):
    ada = sign_in(world.ada)
    somebody = stranger()
    pages = ("/account", "/account/two-step", "/account/recovery-codes", "/account/passkeys")
    with statements() as said:
        for page in (*pages, "/sign-in/again"):
            assert ada.get(page).status_code == 200, page
        for page in ("/sign-in", "/sign-in/forgotten", "/sign-in/passkey"):
            assert somebody.get(page).status_code == 200, page
        for page in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/which"):
            assert somebody.get(page).status_code == 302, page
    assert not [s for s in said if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
