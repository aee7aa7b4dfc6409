"""Passkeys: made, used, removed, and refused."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pdportal.accounts.models import Passkey
from pdportal.db import db
from tests.accounts.conftest import Letters, SignIn, Stranger
from tests.accounts.device import Device
from tests.people import World

ASK = {"X-Requested-With": "fetch", "Accept": "application/json"}


def make(client: FlaskClient, name: str = "My phone", device: Device | None = None) -> Device:
    device = device or Device()
    asked = client.post("/account/passkeys", data={"name": name}, headers=ASK)
    assert asked.status_code == 200, asked.text
    said = asked.get_json()
    made = device.make(said["credential_options"])
    answer = client.post(f"/account/passkeys/{said['wan_state']}", data={"credential": made})
    assert answer.status_code == 302
    return device


def use(client: FlaskClient, device: Device, *, door: str = "/sign-in/passkey", **more: bool):
    said = client.post(door, headers=ASK).get_json()
    shown = device.use(said["credential_options"], **more)
    return client.post(f"{door}/{said['wan_state']}", data={"credential": shown})


def test_ada_makes_a_passkey_signs_in_with_it_and_removes_it(
    world: World, sign_in: SignIn, stranger: Stranger, letters: Letters
):
    ada = sign_in(world.ada)
    device = make(ada)
    assert "My phone" in ada.get("/account/passkeys").text
    assert "1 passkey" in ada.get("/account").text
    assert letters(world.ada.email)[-1].subject == "A passkey was added to your account"

    elsewhere = stranger()
    assert use(elsewhere, device).headers["Location"] == "/"
    assert "Ada Okafor" in elsewhere.get("/account").text
    key = db.session.scalars(select(Passkey)).one()
    assert key.sign_count == 1

    ada.post("/account/passkeys/remove", data={"name": "My phone"})
    assert letters(world.ada.email)[-1].subject == "A passkey was removed from your account"
    assert use(stranger(), device).headers["Location"] == "/sign-in/passkey"


def test_a_passkey_that_was_not_unlocked_opens_nothing(
    world: World, sign_in: SignIn, stranger: Stranger
):
    device = make(sign_in(world.ada))
    client = stranger()
    assert use(client, device, unlocked=False).headers["Location"] == "/sign-in/passkey"
    assert client.get("/account").status_code == 302


def test_a_passkey_of_somebody_switched_off_opens_nothing(
    world: World, sign_in: SignIn, stranger: Stranger
):
    device = make(sign_in(world.ada))
    world.ada.active = False
    db.session.commit()
    client = stranger()
    use(client, device)
    assert client.get("/account").status_code == 302


def test_another_site_cannot_pass_on_what_a_passkey_says(
    world: World, sign_in: SignIn, stranger: Stranger
):
    device = make(sign_in(world.ada))
    device.origin = "http://evil.example"
    assert use(stranger(), device).headers["Location"] == "/sign-in/passkey"


def test_a_stranger_learns_nothing_of_whose_passkeys_there_are(
    world: World, sign_in: SignIn, stranger: Stranger
):
    make(sign_in(world.ada))
    known = stranger().post("/sign-in/passkey", data={"identity": world.ada.email}, headers=ASK)
    assert known.get_json()["credential_options"].get("allowCredentials", []) == []


def test_nobody_confirms_with_a_passkey_of_somebody_else(world: World, sign_in: SignIn):
    ada, ben = sign_in(world.ada), sign_in(world.ben)
    device = make(ben)
    answer = use(ada, device, door="/sign-in/again/passkey")
    assert answer.headers["Location"] == "/sign-in/again/passkey"
    own = make(ada)
    assert use(ada, own, door="/sign-in/again/passkey").headers["Location"] == "/account"


def test_names_are_ones_own_and_short(world: World, sign_in: SignIn):
    ada = sign_in(world.ada)
    make(ada)
    for name in ("My phone", "", "x" * 65, "<b>Key</b>"):
        answer = ada.post("/account/passkeys", data={"name": name}, headers=ASK)
        assert answer.status_code == 400
        assert answer.get_json()["error"]
    assert ada.post("/account/passkeys", data={"name": ""}).status_code == 422
    make(ada, "Laptop ✓")
    assert "Laptop ✓" in ada.get("/account/passkeys").text


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "null",
        "[]",
        "{}",
        "x",
        json.dumps({"id": "a", "rawId": "a", "response": {}}),
        "y" * 30_000,
    ],
)
def test_rubbish_instead_of_a_passkey_has_its_answer(
    world: World, sign_in: SignIn, stranger: Stranger, credential: str
):
    client = stranger()
    state = client.post("/sign-in/passkey", headers=ASK).get_json()["wan_state"]
    answer = client.post(f"/sign-in/passkey/{state}", data={"credential": credential})
    assert answer.headers["Location"] == "/sign-in/passkey"
    ada = sign_in(world.ada)
    state = ada.post("/account/passkeys", data={"name": "x"}, headers=ASK).get_json()["wan_state"]
    answer = ada.post(f"/account/passkeys/{state}", data={"credential": credential})
    assert answer.headers["Location"] == "/account/passkeys"


def test_where_the_portal_is_opened_by_a_number_no_passkey_is_offered(
    world: World, sign_in: SignIn, stranger: Stranger
):
    page = stranger().get("/sign-in", base_url="http://127.0.0.1:8000").text
    assert "passkey" not in page
    assert 'data-controller="passkey"' in stranger().get("/sign-in").text
