"""The kernel: one commit a request, closed doors, the database's manners."""

from __future__ import annotations

from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from tests.conftest import Visit
from tests.people import World


def test_a_signed_in_person_is_loaded_in_one_statement(world: World, visit: Visit, statements):
    client = visit(world.ada)
    with statements() as said:
        client.get("/nowhere")
    assert len(said) == 1, said


def test_the_cast_is_stored(world: World):
    assert db.session.scalars(select(Person).order_by(Person.id)).first() is world.ada
