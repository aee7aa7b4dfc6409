"""A request that only reads rows has no session, until somebody needs entities."""

from __future__ import annotations

import pytest
from flask import Flask, session
from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm.exc import DetachedInstanceError

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.db import db, fetch_all
from tests.conftest import Visit
from tests.people import World

APART = ("accounts.", "health.", "security.")
"""They have a session from the start, or need none."""

ONE = select(literal(1).label("one"))


def test_a_connection_is_taken_for_reading_and_given_back(app: Flask):
    with app.app_context():
        engine = db.engine
        db.session.remove()
    before = engine.pool.checkedout()  # type: ignore[attr-defined]  # of a pool with a queue
    with app.test_request_context("/"):
        assert fetch_all(ONE, {}) == [(1,)]
        assert not db.session.registry.has()
        assert engine.pool.checkedout() == before + 1  # type: ignore[attr-defined]
        db.session()
        assert engine.pool.checkedout() == before  # type: ignore[attr-defined]
        assert fetch_all(ONE, {}) == [(1,)]
        assert db.session().in_transaction()
    with app.test_request_context("/"):
        fetch_all(ONE, {})
    assert engine.pool.checkedout() == before  # type: ignore[attr-defined]


def test_whoever_writes_reads_in_the_session(app: Flask):
    with app.test_request_context("/", method="POST"):
        fetch_all(ONE, {})
        assert db.session().in_transaction()


def test_who_asks_belongs_to_the_session_that_comes_later(app: Flask, world: World):
    district = world.ada.district.name
    who, ident = world.ada.fs_uniquifier, world.ada.id
    db.session.commit()
    db.session.remove()
    with app.test_request_context("/"):
        session["_user_id"] = who
        ada = me()
        assert (ada.id, db.session.registry.has()) == (ident, False)
        with pytest.raises(DetachedInstanceError):
            ada.district  # noqa: B018  # it asks for it
        found = db.session.scalar(select(Person).where(Person.id == bindparam("id")), {"id": ident})
        assert found is ada
        assert ada.district.name == district


def test_who_asks_belongs_to_a_session_where_the_view_is_not_marked(app: Flask, world: World):
    district, who = world.ada.district.name, world.ada.fs_uniquifier
    db.session.commit()
    db.session.remove()
    with app.test_request_context("/learn"):
        session["_user_id"] = who
        assert me().district.name == district


def test_every_page_may_begin_without_a_session(app: Flask, world: World, visit: Visit):
    readers = [visit(each) for each in (world.ada, world.cora, world.lee, world.max)]
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = [
        rule.rule for rule in rules if not rule.arguments and not rule.endpoint.startswith(APART)
    ]
    for reader in readers:
        for page in pages:
            db.session.remove()
            assert reader.get(page).status_code < 500, page
