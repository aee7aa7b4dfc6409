"""Two-step sign-in, recovery codes, and being asked once more."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from pdportal.accounts.models import Person
from pdportal.db import db
from tests.accounts.conftest import PASSWORD, Letters, SignIn, Stranger
from tests.people import World

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def minutes():
    """A clock that moves on by a whole minute at each call: codes do not come twice."""
    with time_machine.travel(NOON, tick=False) as travel:
        yield lambda: travel.shift(60)


def code_for(app: Flask, secret: str | None) -> str:
    assert secret
    code: str = app.extensions["pdportal.security"].totp_factory.generate_totp_password(secret)
    return code


def turn_on(app: Flask, client: FlaskClient, person: Person) -> str:
    """Set up the second step as a person does, and give back the key."""
    page = client.post("/account/two-step", data={"setup": "authenticator"}).text
    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page
    action = re.search(r'action="(/account/two-step/[^"]+)"', page)
    assert action
    with client.session_transaction() as session:
        secret: str = session["tf_totp_secret"]
    answer = client.post(action[1], data={"code": code_for(app, secret)})
    assert answer.headers["Location"].endswith("/account/recovery-codes"), answer.text
    db.session.refresh(person)
    return secret


def set_up_shown(page: str) -> tuple[str, ...]:
    """Where the code is sent, the picture, and the key."""
    found = [
        re.search(r'action="(/account/two-step/[^"]+)"', page),
        re.search(r'class="qr"\s+src="([^"]+)"', page),
        re.search(r"<code>([^<]+)</code>", page),
    ]
    return tuple(match[1] for match in found if match)


def new_codes(client: FlaskClient) -> list[str]:
    page = client.post("/account/recovery-codes", data={"generate_new_codes": "1"}).text
    return re.findall(r"<code>([0-9a-f-]{14})</code>", page)


def half_way(stranger: Stranger, person: Person) -> FlaskClient:
    """A browser that has shown the password and owes the second step."""
    client = stranger()
    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert client.get("/account").status_code == 302
    return client


def test_ada_turns_on_the_second_step_and_signs_in_with_it(
    world: World, sign_in: SignIn, stranger: Stranger, app: Flask, letters: Letters, minutes
):
    secret = turn_on(app, sign_in(world.ada), world.ada)
    assert world.ada.tf_totp_secret == secret
    assert letters(world.ada.email)[-1].subject == "Two-step sign-in is on"
    minutes()
    client = half_way(stranger, world.ada)
    assert "The second step" in client.get("/sign-in/code").text
    wrong = client.post("/sign-in/code", data={"code": "000000"})
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.text
    right = client.post("/sign-in/code?next=/account", data={"code": code_for(app, secret)})
    assert right.headers["Location"] == "/account"
    assert client.get("/account").status_code == 200


def test_a_wrong_code_at_the_set_up_keeps_the_key_and_what_was_typed(
    world: World, sign_in: SignIn, app: Flask, letters: Letters, minutes
):
    ada = sign_in(world.ada)
    page = ada.post("/account/two-step", data={"setup": "authenticator"}).text
    with ada.session_transaction() as session:
        secret = session["tf_totp_secret"]
    before = set_up_shown(page)
    for typed in ("000 000", ""):
        again = ada.post(before[0], data={"code": typed})
        assert again.status_code == 422
        assert set_up_shown(again.text) == before
        assert ("That code is not right" in again.text) == bool(typed)
    assert 'value="000000"' in ada.post(before[0], data={"code": "000 000"}).text
    db.session.refresh(world.ada)
    assert world.ada.tf_primary_method is None
    assert not letters(world.ada.email)

    minutes()
    right = ada.post(before[0], data={"code": code_for(app, secret)})
    assert right.headers["Location"].endswith("/account/recovery-codes")
    assert "That code is not right" not in ada.get("/account/recovery-codes").text
    db.session.refresh(world.ada)
    assert world.ada.tf_totp_secret == secret


def test_a_set_up_that_took_too_long_begins_again(world: World, sign_in: SignIn, minutes):
    ada = sign_in(world.ada)
    page = ada.post("/account/two-step", data={"setup": "authenticator"}).text
    for _ in range(31):
        minutes()
    stale = ada.post(set_up_shown(page)[0], data={"code": "123456"})
    assert stale.headers["Location"].endswith("/account/two-step")
    assert "Please begin again" in ada.get("/account").text


def test_a_code_is_taken_once(
    world: World, sign_in: SignIn, stranger: Stranger, app: Flask, minutes
):
    secret = turn_on(app, sign_in(world.ada), world.ada)
    minutes()
    first, second = half_way(stranger, world.ada), half_way(stranger, world.ada)
    code = code_for(app, secret)
    assert first.post("/sign-in/code", data={"code": code}).status_code == 302
    assert second.post("/sign-in/code", data={"code": code}).status_code == 422


@pytest.mark.parametrize("code", ["", "abc", "12", "१२३४५६", "9" * 500, "\x00", "123 456"])
def test_strange_codes_have_their_answer(
    world: World, sign_in: SignIn, stranger: Stranger, app: Flask, minutes, code: str
):
    turn_on(app, sign_in(world.ada), world.ada)
    client = half_way(stranger, world.ada)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert client.post("/sign-in/recovery-code", data={"code": code}).status_code == 422


def test_a_recovery_code_signs_in_once(
    world: World, sign_in: SignIn, stranger: Stranger, app: Flask, letters: Letters, minutes
):
    ada = sign_in(world.ada)
    turn_on(app, ada, world.ada)
    codes = new_codes(ada)
    assert len(set(codes)) == 8
    assert codes[0] not in str(world.ada.mf_recovery_codes), "stored encrypted"
    assert "You have 8 codes left" in ada.get("/account/recovery-codes").text
    assert codes[0] not in ada.get("/account/recovery-codes?show_codes=1").text

    client = half_way(stranger, world.ada)
    typed = codes[0].upper().replace("-", " ")
    assert client.post("/sign-in/recovery-code", data={"code": typed}).status_code == 302
    assert client.get("/account").status_code == 200
    assert letters(world.ada.email)[-1].subject == "A recovery code was used"
    again = half_way(stranger, world.ada)
    assert again.post("/sign-in/recovery-code", data={"code": codes[0]}).status_code == 422


def test_turning_it_off_forgets_the_codes(
    world: World, sign_in: SignIn, app: Flask, letters: Letters, stranger: Stranger, minutes
):
    ada = sign_in(world.ada)
    turn_on(app, ada, world.ada)
    new_codes(ada)
    assert ada.post("/account/two-step", data={"setup": "disable"}).status_code == 302
    db.session.refresh(world.ada)
    assert world.ada.tf_totp_secret is None
    assert not world.ada.mf_recovery_codes
    assert letters(world.ada.email)[-1].subject == "Two-step sign-in is off"
    minutes()
    sign_in(world.ada)


def test_the_second_step_cannot_be_reached_without_the_first(stranger: Stranger, world: World):
    for page in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/which"):
        assert stranger().post(page, data={"code": "123456"}).headers["Location"] == "/sign-in"
    assert stranger().get("/sign-in/rescue").status_code == 302


def test_an_admin_helps_whoever_lost_the_phone(
    world: World, sign_in: SignIn, visit, app: Flask, letters: Letters, minutes
):
    ada = sign_in(world.ada)
    turn_on(app, ada, world.ada)
    page = f"/people/{world.ada.id}/drop-second-step"
    assert visit(world.lee).post(page).status_code == 403
    assert visit(world.olu).post(page).status_code == 404
    assert visit(world.max).post(page).status_code == 302
    assert letters(world.ada.email)[-1].subject == "Two-step sign-in is off"
    assert ada.get("/account").status_code == 302
    sign_in(world.ada)


@pytest.mark.parametrize(
    "page", ["/account/two-step", "/account/recovery-codes", "/account/passkeys"]
)
def test_what_guards_the_account_asks_once_more_after_a_while(
    world: World, sign_in: SignIn, page: str, minutes
):
    ada = sign_in(world.ada)
    assert ada.get(page).status_code == 200
    for _ in range(40):
        minutes()
    asked = ada.get(page)
    assert asked.headers["Location"] == f"/sign-in/again?next={page}"
    assert ada.post(page, data={"setup": "disable"}).status_code == 302
    wrong = ada.post("/sign-in/again", data={"password": "not this one", "next": page})
    assert wrong.status_code == 422
    right = ada.post("/sign-in/again", data={"password": PASSWORD, "next": page})
    assert right.headers["Location"] == page
    assert ada.get(page).status_code == 200
    evil = ada.post("/sign-in/again", data={"password": PASSWORD, "next": "//evil.example"})
    assert "evil" not in evil.headers.get("Location", "")
