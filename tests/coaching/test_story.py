"""A coach sees who waits, the oldest first, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

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
    rows = [row for row in queries.on_the_desk(world.cora) if not row.begun]
    assert [(row.title, row.teacher_name) for row in rows] == [("Rivers, day two", "Ada Okafor")]
    assert "1 comment" in ada.get("/coaching").text
    assert "continue" in cora.get("/coaching").text
    (teacher,) = queries.my_teachers(world.cora)
    assert teacher.name == "Ada Okafor"
    assert teacher.last_contact == NOW

    cora.post(f"/clips/{later.id}/done")
    assert all(row.begun for row in queries.on_the_desk(world.cora))
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


def test_the_pages_cost_the_same_for_many(
    app: Flask, world: World, visit: Visit, statements: Callable[[], Any]
):
    cora = visit(world.cora)
    pages = ("/coaching", "/coaching/mine", f"/coaching/teachers/{world.ada.id}")
    costs = []
    for rows in (range(2), range(2, 20)):
        for number in rows:
            teacher = world.person(f"Teacher Number{number}", RoleName.TEACHER)
            db.session.add(Coaching(coach_id=world.cora.id, teacher_id=teacher.id))
            given.shared(app, given.clip(app, teacher, f"Clip {number}"), world.cora)
            given.clip(app, world.cora, f"Own {number}")
        db.session.commit()
        for page in pages:
            db.session.expire_all()
            with statements() as said:
                assert cora.get(page).status_code == 200
            costs.append(len(said))
    assert costs[: len(pages)] == costs[len(pages) :]
    assert max(costs) <= 8, costs


def test_a_clip_that_is_half_answered_stays_on_the_first_screen(
    app: Flask, world: World, visit: Visit
):
    cora = visit(world.cora)
    clip = given.clip(app, world.ada, "Rivers, day one")
    given.shared(app, clip, world.cora)
    db.session.commit()
    assert "continue" not in cora.get("/").text
    cora.post(f"/clips/{clip.id}/comments", data={"text": "Mina answers Tom.", "start": "0:01"})
    page = cora.get("/").text
    assert "Rivers, day one" in page
    assert "continue" in page
    cora.post(f"/clips/{clip.id}/done")
    assert "Rivers, day one" not in cora.get("/").text


def test_a_teacher_is_a_page_with_what_was_shared_with_the_coach(
    app: Flask, world: World, visit: Visit
):
    shared = given.clip(app, world.ada, "Rivers, day one")
    given.shared(app, shared, world.cora, "Who answers whom?")
    given.shared(app, given.clip(app, world.ada, "For Ben alone"), world.ben)
    given.clip(app, world.ada, "For nobody")
    db.session.commit()
    page = f"/coaching/teachers/{world.ada.id}"
    assert page in visit(world.cora).get("/coaching").text
    text = visit(world.cora).get(page).text
    assert "Rivers, day one" in text
    assert "Who answers whom?" in text
    assert "waits for you" in text
    for hidden in ("For Ben alone", "For nobody"):
        assert hidden not in text


@pytest.mark.parametrize("who", ["ada", "ben", "fay", "lee", "max", "olu", "zoe"])
def test_nobody_but_their_coach_has_a_page_of_a_teacher(world: World, visit: Visit, who: str):
    page = f"/coaching/teachers/{world.ada.id}"
    assert visit(getattr(world, who)).get(page).status_code == 404
    assert visit(world.cora).get(f"/coaching/teachers/{world.ben.id}").status_code == 404


def test_a_link_that_ended_ends_the_page(world: World, visit: Visit):
    page = f"/coaching/teachers/{world.ada.id}"
    assert visit(world.cora).get(page).status_code == 200
    db.session.execute(update(Coaching).values(ended_at=NOW))
    db.session.commit()
    assert visit(world.cora).get(page).status_code == 404
