"""How often each door may be tried, and that nobody can shut a colleague out for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from tests.accounts.conftest import PASSWORD, SignIn, Stranger
from tests.conftest import Visit
from tests.people import World

pytestmark = pytest.mark.usefixtures("limits_on", "quick_hashes")

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


class Quick:
    """A hash for tests that knock a hundred times."""

    def hash(self, secret: str, **_options: object) -> str:
        return f"quick {secret}"

    def verify(self, secret: bytes, hashed: str) -> bool:
        return hashed == f"quick {secret.decode()}"

    def identify(self, _hashed: str) -> str:
        return "argon2"

    def needs_update(self, _hashed: str) -> bool:
        return False


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    """The clock stands, so that no window of time ends while a test knocks."""
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


@pytest.fixture
def quick_hashes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    context = app.extensions["pdportal.security"].pwd_context
    monkeypatch.setattr(context, "_context", Quick())


@pytest.fixture
def hashed(app: Flask, quick_hashes: None) -> str:
    return hash_password(PASSWORD)


def knock(client: FlaskClient, email: str, typed: str = "wrong password", ip: str = "10.0.0.1"):
    data = {"email": email, "password": typed}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": ip})


def tries_until_refused(tries, most: int) -> int:
    for number in range(most):
        if tries(number).status_code == 429:
            return number
    return most


def test_guessing_one_password_ends_soon_and_says_for_how_long(
    world: World,
    sign_in: SignIn,
    stranger: Stranger,
    travel: time_machine.Traveller,
):
    sign_in(world.ada)
    client = stranger()
    assert tries_until_refused(lambda _n: knock(client, world.ada.email), 50) == 10
    refused = knock(client, world.ada.email, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "Too many tries" in refused.text
    assert knock(client, world.ada.email, PASSWORD, ip="10.0.0.2").status_code == 302
    travel.shift(901)
    assert knock(stranger(), world.ada.email, PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "spelling",
    [
        "ＡＤＡ.okafor@example.org",
        "ada.okafor@ＥＸＡＭＰＬＥ.org",
        "ADA.OKAFOR＠example.org",
        "\u200bada.okafor@example.org ",
        " " * 400 + "ada.okafor@example.org",
        "\u3000" * 400 + "ada.okafor@example.org",
        "\u200b" * 5_000 + "ada.okafor@example.org",
    ],
)
def test_another_spelling_of_an_address_is_the_same_account(
    world: World, sign_in: SignIn, stranger: Stranger, spelling: str
):
    sign_in(world.ada)
    assert tries_until_refused(lambda _n: knock(stranger(), world.ada.email), 50) == 10
    assert knock(stranger(), spelling, PASSWORD).status_code == 429


def test_strangers_do_not_shut_ada_out_of_a_device_she_used_before(
    world: World,
    sign_in: SignIn,
    stranger: Stranger,
    travel: time_machine.Traveller,
):
    sign_in(world.ada)
    hers, hers_and_bens = stranger(), stranger()
    for client in (hers, hers_and_bens):
        assert knock(client, world.ada.email, PASSWORD).status_code == 302
        client.post("/sign-out")
    travel.shift(60 * 60 * 24)
    assert (
        tries_until_refused(lambda n: knock(stranger(), world.ada.email, ip=f"10.1.0.{n}"), 50)
        == 30
    )
    assert tries_until_refused(lambda n: knock(stranger(), world.ada.email), 50) == 0
    assert knock(stranger(), world.ada.email, PASSWORD).status_code == 429
    assert knock(hers, world.ada.email, PASSWORD).status_code == 302, "even from their address"
    hers.post("/sign-out")
    assert tries_until_refused(lambda _n: knock(hers, world.ada.email), 50) == 10
    assert knock(hers_and_bens, world.ada.email, PASSWORD).status_code == 302
    travel.shift(60 * 60 * 24 * 181)
    assert tries_until_refused(lambda _n: knock(stranger(), world.ada.email), 50) == 10
    assert knock(hers_and_bens, world.ada.email, PASSWORD).status_code == 429


def test_a_device_is_known_for_those_who_signed_in_on_it_and_no_others(
    world: World, sign_in: SignIn, stranger: Stranger
):
    sign_in(world.ada)
    bens = stranger()
    assert knock(bens, world.ada.email, PASSWORD).status_code == 302
    bens.post("/sign-out")
    assert tries_until_refused(lambda _n: knock(bens, world.dee.email), 50) == 10
    cookie = bens.get_cookie("pdportal-device")
    assert cookie is not None
    assert "ada" not in cookie.value
    forger = stranger()
    forger.set_cookie("pdportal-device", cookie.value[:-2] + "xx")
    assert tries_until_refused(lambda _n: knock(forger, world.ada.email), 50) == 10


def test_nobody_learns_from_the_limit_who_has_an_account(
    world: World, sign_in: SignIn, stranger: Stranger
):
    sign_in(world.ada)
    for email in (world.ada.email, "nobody@example.org"):
        assert tries_until_refused(lambda _n, e=email: knock(stranger(), e), 50) == 10


def test_many_machines_guessing_lock_ada_out_for_minutes_only(
    world: World,
    sign_in: SignIn,
    stranger: Stranger,
    travel: time_machine.Traveller,
):
    sign_in(world.ada)
    tries = tries_until_refused(lambda n: knock(stranger(), world.ada.email, ip=f"10.1.{n}.1"), 100)
    assert tries == 30
    refused = knock(stranger(), world.ada.email, PASSWORD, ip="10.9.9.9")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 600
    travel.shift(601)
    assert knock(stranger(), world.ada.email, PASSWORD, ip="10.9.9.9").status_code == 302


def test_a_school_behind_one_address_may_sign_in_at_eight(
    world: World, sign_in: SignIn, stranger: Stranger
):
    sign_in(world.ada)
    for _ in range(130):
        answer = knock(stranger(), world.ada.email, PASSWORD)
        assert answer.status_code == 302, "success is not counted"


def test_one_machine_trying_many_addresses_is_stopped(world: World, stranger: Stranger):
    client = stranger()
    assert tries_until_refused(lambda n: knock(client, f"p{n}@example.org"), 150) == 100


def test_links_for_a_new_password_are_not_sent_without_end(
    world: World, sign_in: SignIn, stranger: Stranger
):
    sign_in(world.ada)
    for email in (world.ada.email, "nobody@example.org"):
        data = {"email": email}
        tries = tries_until_refused(
            lambda n, d=data: stranger().post(
                "/sign-in/forgotten", data=d, environ_base={"REMOTE_ADDR": f"10.2.{n}.1"}
            ),
            20,
        )
        assert tries == 4


def test_second_steps_are_counted_by_person(world: World, sign_in: SignIn, stranger: Stranger, app):
    sign_in(world.ada)
    security = app.extensions["pdportal.security"]
    world.ada.tf_primary_method = "authenticator"
    world.ada.tf_totp_secret = security.totp_factory.generate_totp_secret()

    def try_code(number: int):
        client = stranger()
        knock(client, world.ada.email, PASSWORD)
        door = "/sign-in/code" if number % 2 else "/sign-in/recovery-code"
        return client.post(door, data={"code": f"{number:06}"})

    assert tries_until_refused(try_code, 20) == 6


@pytest.mark.parametrize(
    ("door", "data", "allowed"),
    [
        ("/sign-in/again", {"password": "wrong"}, 10),
        ("/account/password", {"current": "wrong", "new": "x" * 12, "again": "x" * 12}, 10),
        ("/people/invite", {"people": "nobody", "role": "teacher", "school": ""}, 60),
    ],
)
def test_doors_inside_are_counted_by_person(
    world: World, sign_in: SignIn, visit: Visit, door: str, data: dict[str, str], allowed: int
):
    lee, max_ = sign_in(world.lee), sign_in(world.max)
    assert tries_until_refused(lambda _n: lee.post(door, data=data), 80) == allowed
    assert max_.post(door, data=data).status_code != 429


@pytest.mark.parametrize(
    ("door", "allowed"),
    [
        ("/welcome/guessed", 30),
        ("/sign-in/passkey/guessed", 30),
        ("/sign-in/forgotten/guessed", 30),
        ("/sign-in/passkey", 120),
    ],
)
def test_doors_outside_are_counted_by_machine(
    world: World, stranger: Stranger, door: str, allowed: int
):
    client = stranger()
    assert tries_until_refused(lambda _n: client.post(door, data={}), 200) == allowed
    other = client.post(door, data={}, environ_base={"REMOTE_ADDR": "10.3.3.3"})
    assert other.status_code != 429


def test_a_counter_out_of_reach_lets_people_in(
    world: World, sign_in: SignIn, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
):
    sign_in(world.ada)

    class Broken:
        def test(self, *_args: object) -> bool:
            raise ConnectionError

        hit = test

    from pdportal.web.doors import limiter

    monkeypatch.setattr(type(limiter), "limiter", Broken())
    assert knock(stranger(), world.ada.email, PASSWORD).status_code == 302
