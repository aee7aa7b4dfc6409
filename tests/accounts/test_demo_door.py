"""The demo's door is there in the demo alone, and for its cast alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from pdportal.db import db
from tests.accounts.conftest import Stranger
from tests.people import World


@pytest.fixture
def demo(app: Flask, world: World) -> Iterator[None]:
    world.ada.demo_role = "a teacher"
    world.lee.demo_role = "a PD lead"
    db.session.commit()
    app.config["PDPORTAL"]["DEMO"] = True
    yield
    app.config["PDPORTAL"]["DEMO"] = False


def test_one_looks_around_as_ada_by_one_click(world: World, stranger: Stranger, demo: None):
    client = stranger()
    page = client.get("/sign-in").text
    assert "Look around as Ada Okafor, a teacher" in page
    assert "Ben Silva" not in page
    answer = client.post("/demo/sign-in", data={"person_id": world.ada.id})
    assert answer.headers["Location"] == "/"
    assert "Ada Okafor" in client.get("/account").text
    client.post("/demo/sign-in", data={"person_id": world.lee.id})
    assert "Lee Park" in client.get("/account").text, "and then as somebody else"


@pytest.mark.parametrize("who", ["ben", "", "x", "99999999999999999999", "-1"])
def test_nobody_outside_the_cast_is_lent(world: World, stranger: Stranger, demo: None, who: str):
    ident = world.ben.id if who == "ben" else who
    answer = stranger().post("/demo/sign-in", data={"person_id": ident})
    assert answer.status_code == 404


def test_a_real_portal_has_no_such_door(world: World, stranger: Stranger):
    world.ada.demo_role = "a teacher"
    db.session.commit()
    client = stranger()
    assert client.post("/demo/sign-in", data={"person_id": world.ada.id}).status_code == 404
    assert "Look around" not in client.get("/sign-in").text
    assert client.get("/account").status_code == 302
