"""A walk without names, and a visit elsewhere whose lines become steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.accounts.models import RoleName
from pdportal.coaching.elsewhere.models import VisitElsewhere
from pdportal.coaching.walks import policy
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.coaching.walks.names import names_in, without
from pdportal.db import db
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.goals.models import Step
from pdportal.inbox.models import Notice
from tests.conftest import Visit as VisitAs
from tests.people import World
from tests.test_the_wall import CONTENT

FETCH = {"X-Requested-With": "fetch"}


def planned(world: World, visit: VisitAs, **more: Any) -> str:
    """A walk through Hill School by Cora with Ben and Dee: its page."""
    boxes = {
        "school": world.hill.id, "starts_at": "2026-10-08T09:00", "minutes": "90", "rooms": "4",
        "problem": "Students stop when a problem looks different.", "look_fors": "Who talks?",
        "named": [world.ben.id, world.dee.id], "form_key": "one",
    }  # fmt: skip
    return visit(world.cora).post("/coaching/walks/new", data=boxes | more).location


def test_a_walk_without_names(app: Flask, world: World, visit: VisitAs):
    publish_protocols([CONTENT / "protocols"])
    cora, ben, ada = visit(world.cora), visit(world.ben), visit(world.ada)
    alone = {"school": world.hill.id, "named": [world.ben.id], "problem": "x", "rooms": "3"}
    alone |= {"starts_at": "2026-10-08T09:00", "minutes": "90"}
    few = cora.post("/coaching/walks/new", data=alone)
    assert (few.status_code, "three to six walk" in few.text) == (422, True)
    assert cora.post("/coaching/walks/new", data=alone | {"rooms": "2"}).status_code == 422
    page = planned(world, visit)
    assert planned(world, visit) == page  # sent twice

    # A name of the school is pointed out and not saved; taken out, or meant otherwise, it is.
    notes = {"A": "Ms. Okafor asked: who else?", "B": "Two tables argue", "version": "0"}
    told = ben.post(f"{page}/notes", data=notes, headers=FETCH)
    assert (told.status_code, "“Okafor”" in told.json["fields"]["A"]) == (422, True)
    shown = ben.post(f"{page}/notes", data=notes)
    assert "Ms. Okafor asked" in shown.text
    assert "Okafor" not in ben.get(page).text
    ben.post(f"{page}/notes", data=notes | {"take_out": "1"})
    assert "Ms. … asked: who else?" in ben.get(page).text
    stale = ben.post(f"{page}/notes", data=notes | {"A": "Else", "B": "Other"}, headers=FETCH)
    assert stale.json["values"]["B"] == "Two tables argue"
    sure = {"A": "A poem by Okafor", "version": "1", "sure": "1"}
    assert ben.post(f"{page}/notes", data=sure, headers=FETCH).json["version"] == 2

    # Nobody reads the notes of another; whoever organizes writes patterns, of three rooms at least.
    assert "A poem" not in cora.get(page).text
    assert ada.get(page).status_code == 404
    patterns = {"patterns": "The example comes before the problem.", "version": "0"}
    assert ben.post(f"{page}/patterns", data=patterns).status_code == 403
    cora.post(f"{page}/patterns", data=patterns)
    assert "The example comes" in ben.get(page).text
    early = cora.post(f"{page}/patterns", data=patterns | {"version": "1", "send": "1"})
    assert (early.status_code, "Fewer than three rooms" in early.text) == (422, True)
    for browser, rooms in ((ben, ("A", "B")), (cora, ("C",))):
        version = "2" if browser is ben else "0"
        boxes = dict.fromkeys(rooms, "Hands go up") | {"version": version}
        browser.post(f"{page}/notes", data=boxes)
    assert ben.post(f"{page}/meet").status_code == 403
    meet = cora.post(f"{page}/meet").location
    assert cora.post(f"{page}/meet", data={"protocol": "rounds"}).location.startswith(
        meet.partition("?")[0]
    )
    assert "Students stop when" in cora.get(meet.partition("/meet")[0] + "/edit").text
    cora.post(f"{page}/patterns", data=patterns | {"version": "1", "send": "1"})

    # What is left: patterns for the staff of the school, and no note of anybody.
    assert {len(each.notes) for each in db.session.scalars(select(Walker))} == {0}
    note = ada.get(page).text
    assert "A walk through 3 rooms" in note
    assert "The example comes before the problem." in note
    assert "Hands go up" not in note
    assert "Cora" not in note
    assert page in ada.get("/coaching/walks").text
    assert visit(world.dee).get(page).status_code == 200  # who walked reads it, too
    assert visit(world.zoe).get(page).status_code == 404
    assert visit(world.max).get(page).status_code == 404
    told_kinds = select(Notice.kind).where(Notice.person_id == world.ada.id)
    assert db.session.scalars(told_kinds).all() == ["walk_note"]
    late = ben.post(f"{page}/notes", data={"A": "Late", "version": "3"}, headers=FETCH)
    assert (late.status_code, late.json["reason"]) == (409, "closed")
    assert cora.post(f"{page}/close").status_code == 302


def test_a_walk_closed_without_a_note_leaves_nothing(app: Flask, world: World, visit: VisitAs):
    page = planned(world, visit)
    visit(world.ben).post(f"{page}/notes", data={"A": "Two argue", "version": "0"})
    assert visit(world.ben).post(f"{page}/close").status_code == 403
    visit(world.cora).post(f"{page}/close")
    assert "Two argue" not in visit(world.ben).get(page).text
    assert visit(world.ada).get(page).status_code == 404
    walk = db.session.scalars(select(Walk)).one()
    assert (walk.sent_at, walk.rooms_seen) == (None, 1)


def test_a_walk_follows_its_appointment(app: Flask, world: World, visit: VisitAs):
    named = planned(world, visit, problem="Why does Ada Okafor wait?")
    assert named is None, "its problem names nobody, or the word is meant otherwise"
    page = planned(world, visit, problem="Why does Ada Okafor wait?", take_out="1")
    walk = db.session.scalars(select(Walk)).one()
    assert walk.problem == "Why does … … wait?"
    at = f"/coaching/appointments/{walk.appointment_id}"
    assert at in visit(world.cora).get(page).text
    moved = {"day": "2026-10-09", "starts": "10:00", "ends": "11:00", "place": "Front office"}
    assert visit(world.cora).post(f"{at}/move", data=moved).status_code == 302
    assert "Front office" in visit(world.ben).get(page).text
    visit(world.dee).post(f"{at}/leave")
    assert visit(world.dee).get(page).status_code == 404
    db.session.refresh(walk)
    assert (walk.held_on.day, walk.is_open) == (9, True)
    visit(world.cora).post(f"{at}/cancel")
    db.session.refresh(walk)
    assert not walk.is_open


def test_who_walks_where(app: Flask, world: World):
    hill_coach = world.person("Ida Ruiz", RoleName.COACH, school=world.hill)
    for person, schools in (
        (world.ada, ["Hill School"]),
        (world.cora, ["Hill School", "Lake School"]),
        (world.lee, ["Hill School", "Lake School"]),
        (hill_coach, ["Hill School"]),
        (world.olu, []),
    ):
        found = db.session.scalars(policy.schools_walked_by(person)).all()
        assert sorted(school.name for school in found) == schools, person.name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ms. Okafor and ADA", ["Okafor", "ADA"]),
        ("okafor’s table, O'Brien at the board", ["okafor’s", "O'Brien"]),
        ("Will you? They will.", ["Will"]),
        ("Adagio in the adaptation", []),
        ("", []),
    ],
)
def test_names_in_words(app: Flask, world: World, text: str, names: list[str]):
    world.person("Will O'Brien", school=world.hill)
    world.person("Adagio Adaptation", school=world.lake)
    found = names_in(world.hill.id, {"A": text}).get("A", [])
    assert found == names
    assert not names_in(world.hill.id, {"A": without(text, found)})


def test_a_visit_elsewhere_becomes_steps(app: Flask, world: World, visit: VisitAs):
    ada = visit(world.ada)
    boxes = {"place": "Farfield High", "kind": "school", "on_day": "2026-10-09", "form_key": "k"}
    assert ada.post("/coaching/elsewhere/new", data={"kind": "moon"}).status_code == 422
    page = ada.post("/coaching/elsewhere/new", data=boxes).location
    assert ada.post("/coaching/elsewhere/new", data=boxes).location == page
    words = {"why": "Their labs", "follow_up": "- Ask for the lab plan\n\n* Write to them\n"}
    assert ada.post(page, data=words | {"version": "0"}, headers=FETCH).json["version"] == 1
    again = ada.post(page, data={"why": "Else", "version": "0"}, headers=FETCH)
    assert again.json["values"]["why"] == "Their labs"
    long = ada.post(page, data={"why": "x" * 5000, "version": "1"})
    assert (long.status_code, "xxxx" in long.text) == (422, True)
    assert ada.get(page).text.count("Make it a step") == 2
    made = {"text": "Write to them", "from_title": "Farfield High", "from_url": page}
    ada.post("/goals/steps/from-reflection", data=made)
    assert ada.get(page).text.count("Make it a step") == 1
    assert "Farfield High" in ada.get("/year").text
    assert page in ada.get("/coaching/elsewhere").text
    for who in ("ben", "cora", "lee", "max"):
        browser = visit(getattr(world, who))
        assert browser.get(page).status_code == 404
        assert browser.post(page, data=words).status_code == 404
        assert browser.post(f"{page}/remove").status_code == 404
        assert "Farfield" not in browser.get("/coaching/elsewhere").text
    ada.post(f"{page}/remove")
    assert db.session.scalars(select(VisitElsewhere)).all() == []
    assert db.session.scalars(select(Step.text)).all() == ["Write to them"]


@pytest.mark.parametrize("rows", [2, 6])
def test_a_walk_costs_the_same_for_many_walkers(
    app: Flask, world: World, visit: VisitAs, statements: Callable[[], Any], rows: int
):
    people = [world.person(f"Person {number}").id for number in range(rows)][:5]
    page = planned(world, visit, named=people)
    with statements() as said:
        assert visit(world.cora).get(page).status_code == 200
    assert len(said) <= 6, said
