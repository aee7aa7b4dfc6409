"""Hashing keeps nobody waiting, and poor passwords are turned down."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from flask_security import hash_password

from pdportal.accounts import passwords
from pdportal.accounts.passwords import QueuedHashes
from pdportal.accounts.services.account import checked
from pdportal.web.errors import Refused
from tests.accounts.conftest import PASSWORD, Stranger
from tests.people import World


class Slow:
    """A hash that two make together, and that remembers how many were at it."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()
        self._both = threading.Barrier(2, timeout=60)

    def hash(self, _secret: str) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self._both.wait()
        time.sleep(0.02)  # for a third one, who should not be there
        with self._lock:
            self.now -= 1
        return "hash"


def test_only_so_many_hash_at_once():
    slow = Slow()
    hashes = QueuedHashes(slow, 2)
    threads = [threading.Thread(target=hashes.hash, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slow.most == 2


def test_whoever_waits_too_long_is_told_that_the_portal_is_busy(
    world: World, stranger: Stranger, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    turns = app.extensions["pdportal.security"].pwd_context._turns
    taken = 0
    while turns.acquire(blocking=False):
        taken += 1
    try:
        data = {"email": "x@example.org", "password": PASSWORD}
        answer = stranger().post("/sign-in", data=data)
    finally:
        for _ in range(taken):
            turns.release()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_a_hash_is_argon2id(app: Flask):
    with app.app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    "poor",
    [
        "",
        "short",
        "aaaaaaaaaaaa",
        "password123",
        "Passwort2026",
        "1234567890",
        "ada okafor",
        "ada.okafor@example.org",
        "AdaOkafor1",
        "x" * 201,
    ],
)
def test_poor_passwords_are_turned_down(world: World, app: Flask, poor: str):
    with app.test_request_context(), pytest.raises(Refused) as refused:
        checked(poor, world.ada)
    assert refused.value.status == 422


@pytest.mark.parametrize("good", [PASSWORD, "ключ от старого дома", "x" * 4 + "yzw" * 40])
def test_good_passwords_are_taken(world: World, app: Flask, good: str):
    with app.test_request_context():
        assert checked(good, world.ada)
