"""The event log only grows: neither our code nor a hand at the database changes it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from pdportal.activity.models import Event
from pdportal.activity.services import record
from pdportal.db import db
from tests.people import World


@pytest.fixture
def event(world: World) -> Event:
    record(world.lee, "created", world.autumn, people=4)
    db.session.commit()
    return db.session.scalars(select(Event)).one()


def test_an_event_says_who_did_what_to_which_thing(world: World, event: Event):
    assert (event.actor_id, event.verb) == (world.lee.id, "created")
    assert (event.object_type, event.object_id) == ("cohort", world.autumn.id)
    assert event.detail == {"people": 4}


def test_our_code_cannot_change_or_remove_an_event(event: Event):
    event.verb = "undone"
    with pytest.raises(RuntimeError, match="never changed"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.scalars(select(Event)).one())
    with pytest.raises(RuntimeError, match="never changed"):
        db.session.flush()


@pytest.mark.parametrize(
    "statement",
    [
        update(Event).values(verb="undone"),
        delete(Event),
        text("UPDATE event SET actor_id = NULL"),
    ],
    ids=["update", "delete", "by hand"],
)
def test_the_database_refuses_it_too(event: Event, statement):
    with pytest.raises(DBAPIError, match="never"), db.session.begin_nested():
        db.session.execute(statement)
    assert db.session.scalars(select(Event.verb)).all() == ["created"]


def test_the_portal_itself_may_act(world: World):
    record(None, "released", world.autumn)
    assert db.session.scalars(select(Event.actor_id)).one() is None


def test_what_people_wrote_does_not_come_into_the_log(world: World):
    record(world.lee, "gave", world.autumn, role="lead", people=3, named=True, school_id=None)
    for words in ("Why does Jonas go first?", "ada@example.org", "x" * 41):
        with pytest.raises(ValueError, match="single words"):
            record(world.lee, "gave", world.autumn, words=words)
