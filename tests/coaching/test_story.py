"""A coach sees who waits, the oldest first, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from pdportal import clock
from pdportal.accounts.models import RoleName
from pdportal.coaching import queries
from pdportal.cohorts.models import Coaching
from pdportal.db import db
from tests.conftest import Visit
from tests.people import World
from tests.video import given
from tests.video.conftest import NOW


def test_a_coach_sees_who_waits_and_then_no_longer(app: Flask, world: World, visit: Visit):
    cora, ada = visit(world.cora), visit(world.ada)
    assert "Nobody is waiting for you" in cora.get("/coaching").text
    assert "Cora Mbeki" in ada.get("/coaching").text
    later = given.clip(app, world.ada, "Rivers, day two")
    first = given.clip(app, world.ada, "Rivers, day one")
    with clock.at(NOW - timedelta(days=3)):
        given.shared(app, first, world.cora, "Who answers whom?")
    given.shared(app, later, world.cora)
    page = cora.get("/coaching").text
    assert page.index("Rivers, day one") < page.index("Rivers, day two")
    assert "Who answers whom?" in page
    assert "waits for you" in page
    assert "shared, waiting" in ada.get("/coaching").text

    cora.post(f"/clips/{first.id}/comments", data={"text": "Mina answers Tom.", "start": "0:01"})
    rows = queries.waiting_for_coach(world.cora)
    assert [(row.title, row.teacher_name) for row in rows] == [("Rivers, day two", "Ada Okafor")]
    assert "1 comment" in ada.get("/coaching").text
    assert "started" in cora.get("/coaching").text
    (teacher,) = queries.my_teachers(world.cora)
    assert teacher.name == "Ada Okafor"
    assert teacher.last_contact == NOW
    assert teacher.waiting == 1

    cora.post(f"/clips/{later.id}/done")
    assert queries.waiting_for_coach(world.cora) == []
    assert "watched" in ada.get("/coaching").text
    assert "Cora Mbeki has watched your clip" in ada.get("/inbox").text


def test_the_list_of_clips_is_on_the_page_of_coaching(world: World, visit: Visit):
    ada = visit(world.ada)
    assert ada.get("/clips").location == "/coaching#clips"
    assert "No clip yet" in ada.get("/coaching").text


def test_nobody_else_learns_who_waits(app: Flask, world: World, visit: Visit):
    clip = given.clip(app, world.ada, "Rivers, day one")
    given.shared(app, clip, world.cora)
    db.session.commit()
    for person in world.everyone:
        shown = "Rivers, day one" in visit(person).get("/coaching").text
        assert shown == (person in (world.ada, world.cora)), person.name


@pytest.mark.parametrize("rows", [2, 20])
def test_the_page_costs_the_same_for_many(
    app: Flask, world: World, visit: Visit, statements: Callable[[], Any], rows: int
):
    for number in range(rows):
        teacher = world.person(f"Teacher Number{number}", RoleName.TEACHER)
        db.session.add(Coaching(coach_id=world.cora.id, teacher_id=teacher.id))
        given.shared(app, given.clip(app, teacher, f"Clip {number}"), world.cora)
        given.clip(app, world.cora, f"Own {number}")
    cora = visit(world.cora)
    db.session.expire_all()
    with statements() as said:
        assert cora.get("/coaching").status_code == 200
    assert len(said) == 6
