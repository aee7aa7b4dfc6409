"""Entities made of rows are those that the session would have loaded."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm.exc import DetachedInstanceError

from pdportal.accounts.models import Person, School
from pdportal.accounts.queries import PERSON_COLUMNS
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import db, fetch_entities, relate
from tests.people import World

MEMBERS: Select[*tuple[Any, ...]] = (
    select(*Cohort.__table__.c, *Member.__table__.c, *PERSON_COLUMNS, *School.__table__.c)
    .join(Member, Member.cohort_id == Cohort.id)
    .join(Person, Person.id == Member.person_id)
    .outerjoin(School, School.id == Person.school_id)
    .where(Cohort.id == bindparam("cohort_id"))
    .order_by(Person.id)
)


def test_they_are_the_sessions(world: World):
    cohort = world.autumn.id
    db.session.expunge_all()
    rows = fetch_entities(MEMBERS, {"cohort_id": cohort})
    for found, member, person, school in rows:
        assert found is db.session.get(Cohort, cohort) is rows[0][0]
        assert member in db.session
        assert person is db.session.get(Person, member.person_id)
        assert (school.id if school else None) == person.school_id
        assert not db.session.is_modified(person)
        for column in PERSON_COLUMNS:
            assert vars(person)[column.name] == db.session.scalar(
                select(column).where(Person.id == person.id)
            )
        assert "password" not in vars(person)
    assert not db.session.dirty


def test_what_the_session_knows_stays(world: World):
    world.ada.called = "Ada B."
    db.session.expire(world.ben)
    people = {
        each[2].id: each[2] for each in fetch_entities(MEMBERS, {"cohort_id": world.autumn.id})
    }
    assert people[world.ada.id] is world.ada
    assert world.ada.called == "Ada B."
    assert vars(world.ben)["name"] == people[world.ben.id].name


def test_without_a_session_the_request_holds_them_until_one_comes(app: Flask, world: World):
    cohort, ada = world.autumn.id, world.ada.id
    db.session.commit()
    db.session.remove()
    with app.test_request_context("/"):
        rows = fetch_entities(MEMBERS, {"cohort_id": cohort})
        again = fetch_entities(MEMBERS, {"cohort_id": cohort})
        assert all(
            one is other
            for row, twin in zip(rows, again, strict=True)
            for one, other in zip(row, twin, strict=True)
        )
        person = next(each[2] for each in rows if each[2].id == ada)
        with pytest.raises(DetachedInstanceError):
            person.district  # noqa: B018  # it asks for it
        assert not db.session.registry.has()
        relate(rows[0][1], person=person, cohort=rows[0][0])
        assert db.session.get(Person, ada) is person
        assert person.district.name
        assert rows[0][1].person is person
        assert not db.session.dirty
